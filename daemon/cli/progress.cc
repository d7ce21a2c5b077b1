#include "daemon/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace coagwatch::daemon {
namespace {

constexpr std::uint64_t kBarWidth = 24;
// Before that a rate says nothing.
constexpr double kSettled = 0.5;

/// `812`, `45.2 k`, `3.1 M`, `1.2 G`.
std::string short_count(double value) {
  if (value < 9'999.5) return std::to_string(std::llround(value));
  constexpr std::array<char, 3> kUnits = {'k', 'M', 'G'};
  std::size_t unit = 0;
  for (value /= 1e3; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1e3;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f %c", value, kUnits[unit]);
  return text.data();
}

/// `0:07`, `12:40`, `3:02:11`.
std::string clock_text(double seconds) {
  const long long whole = std::llround(std::min(seconds, 359'999.0));
  std::array<char, 32> text{};
  if (whole >= 3600) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02lld", whole / 60, whole % 60);
  }
  return text.data();
}

std::string bar(double part) {
  const auto full = static_cast<std::size_t>(part * kBarWidth);
  return "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "]";
}

}  // namespace

std::string progress_line(const ProgressState& state) {
  std::string line;
  const bool sized = state.total && *state.total > 0;
  const double part = sized ? std::min(1.0, static_cast<double>(state.done) / static_cast<double>(*state.total)) : 0.0;
  if (sized) line = bar(part) + " " + std::to_string(static_cast<int>(part * 100)) + " %  ";
  line += short_count(static_cast<double>(state.records)) + " records";
  if (state.seconds < kSettled) return line;
  line += "  " + short_count(static_cast<double>(state.records) / state.seconds) + "/s";
  if (part > 0) line += "  " + clock_text(state.seconds / part * (1 - part)) + " left";
  return line;
}

std::optional<std::uint64_t> total_size(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) {
    std::error_code error;
    if (file == "-" || !std::filesystem::is_regular_file(file, error)) return std::nullopt;
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (error) return std::nullopt;
    total += size;
  }
  return total;
}

Progress::Progress(std::optional<std::uint64_t> total, bool prints)
    : total_(total), shown_(isatty(STDERR_FILENO) != 0 && (!prints || isatty(STDOUT_FILENO) == 0)) {}

void Progress::update(std::uint64_t records, std::uint64_t done) {
  if (!shown_) return;
  const auto now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  dirty_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::fprintf(stderr, "\r\033[K%s", progress_line({records, done, total_, seconds}).c_str());
  std::fflush(stderr);
}

void Progress::end() const {
  if (dirty_) std::fprintf(stderr, "\r\033[K");
}

}  // namespace coagwatch::daemon
