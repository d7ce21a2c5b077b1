#include "tests/bench/sample_records.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>

#include "tests/bench/kafka_handles.h"

namespace coagwatch::bench {
namespace {

constexpr std::string_view kObservationId = "\"tj-";
constexpr std::string_view kPatient = "Patient/tongji-";
constexpr std::string_view kTime = "\"effectiveDateTime\": \"";
constexpr std::size_t kStagger = 64;
constexpr std::int64_t kDayMillis = 86'400'000;

int number(std::string_view text, std::size_t at, std::size_t size) {
  int value = 0;
  const char* end = text.data() + at + size;
  if (text.size() < at + size || std::from_chars(text.data() + at, end, value).ptr != end) {
    fail("the sample has a time that is not understood");
  }
  return value;
}

std::chrono::sys_days read_date(std::string_view text) {
  return std::chrono::year(number(text, 0, 4)) / number(text, 5, 2) / number(text, 8, 2);
}

/// Reads `YYYY-MM-DDThh:mm:ss+hh:mm`.
std::int64_t read_time(std::string_view text) {
  if (text.size() < 25 || text[19] != '+') fail("the sample has a time that is not understood");
  const auto date = std::chrono::duration_cast<std::chrono::milliseconds>(read_date(text).time_since_epoch()).count();
  const int minutes = (number(text, 11, 2) - number(text, 20, 2)) * 60 + number(text, 14, 2) - number(text, 23, 2);
  return date + minutes * 60'000LL + number(text, 17, 2) * 1'000LL;
}

std::string moved_date(std::string_view text, std::int64_t days) {
  const std::chrono::year_month_day moved(read_date(text) + std::chrono::days(days));
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(moved.year()), static_cast<unsigned>(moved.month()),
                static_cast<unsigned>(moved.day()));
  return out;
}

std::size_t find(std::string_view text, std::string_view what) {
  const std::size_t at = text.find(what);
  if (at == std::string_view::npos) fail("the sample has a line without " + std::string(what));
  return at + what.size();
}

}  // namespace

SampleRecords::SampleRecords(const std::string& path, std::int64_t now_millis) {
  std::ifstream file(path);
  std::vector<std::string> texts;
  for (std::string text; std::getline(file, text);) {
    if (!text.empty()) texts.push_back(std::move(text));
  }
  if (texts.empty()) fail("no sample in " + path);
  std::int64_t newest = 0;
  for (const std::string& text : texts) newest = std::max(newest, read_time(text.substr(find(text, kTime))));
  const std::int64_t days = (now_millis - newest) / kDayMillis;
  for (std::string& text : texts) {
    const std::size_t date = find(text, kTime);
    text.replace(date, 10, moved_date(std::string_view(text).substr(date), days));
    Line line;
    line.time_millis = read_time(std::string_view(text).substr(date));
    const std::size_t id = find(text, kObservationId);
    const std::size_t patient = find(text, kPatient);
    if (patient < id) fail("the sample has a line with its members in an order that is not understood");
    line.parts = {text.substr(0, id), text.substr(id, patient - id), text.substr(patient)};
    line.key_head = kPatient;
    line.key_tail = line.parts[2].substr(0, line.parts[2].find('"'));
    if (lines_.empty() || lines_.back().time_millis != line.time_millis || lines_.back().key_tail != line.key_tail) {
      reports_.emplace_back(lines_.size(), lines_.size());
    }
    lines_.push_back(std::move(line));
    reports_.back().second = lines_.size();
  }
}

void SampleRecords::emit(const Line& line, const std::string& number, std::int64_t& newest,
                         const std::function<void(const SampleRecord&)>& sink) {
  const std::string key = line.key_head + number + line.key_tail;
  const std::string value = line.parts[0] + number + line.parts[1] + number + line.parts[2];
  newest = std::max(newest, line.time_millis);
  sink({key, value, newest});
}

void SampleRecords::generate(int copies, const std::function<void(const SampleRecord&)>& sink, int first_copy) const {
  std::int64_t newest = 0;
  const std::size_t steps = reports_.size() + kStagger;
  for (std::size_t step = 0; step < steps; ++step) {
    for (int copy = 0; copy < copies; ++copy) {
      const std::size_t behind = static_cast<std::size_t>(copy) % kStagger;
      if (step < behind || step - behind >= reports_.size()) continue;
      const auto [first, last] = reports_[step - behind];
      const std::string number = std::to_string(first_copy + copy) + "-";
      for (std::size_t i = first; i < last; ++i) emit(lines_[i], number, newest, sink);
    }
  }
}

}  // namespace coagwatch::bench
