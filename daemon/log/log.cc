#include "daemon/log/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "daemon/log/json_text.h"

namespace coagwatch::daemon {

std::string_view log_level_name(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return "trace";
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      break;
  }
  return "error";
}

namespace log {
namespace {

constexpr std::size_t kMaxRepeatKeys = 1'000;

struct Repeat {
  std::chrono::steady_clock::time_point next;
  std::uint64_t suppressed = 0;
};

struct State {
  std::atomic<LogFormat> format{LogFormat::json};
  std::atomic<LogLevel> level{LogLevel::info};
  std::shared_ptr<spdlog::logger> logger;
  std::mutex mutex;  ///< guards what follows
  std::function<void(std::string_view)> sink;
  std::map<std::string, Repeat, std::less<>> repeats;
};

/// Never destroyed: threads may log until the very end of the process.
State& state() {
  static State& instance = *[] {
    auto* made = new State;
    made->logger = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->logger->set_pattern("%v");
    made->logger->set_level(spdlog::level::trace);
    return made;
  }();
  return instance;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

void append_time(std::string& out) {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(system_clock::now());
  const auto day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss time(now - day);
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                    unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                    int(time.minutes().count()), int(time.seconds().count()), int(time.subseconds().count()));
  out.append(text.data(), static_cast<std::size_t>(length));
}

void append_bare(std::string& out, const Field::Value& value) {
  std::array<char, 40> text{};
  char* end = text.data();
  if (const auto* boolean = std::get_if<bool>(&value)) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    end = std::to_chars(text.data(), text.data() + text.size(), *integer).ptr;
  } else if (const auto* natural = std::get_if<std::uint64_t>(&value)) {
    end = std::to_chars(text.data(), text.data() + text.size(), *natural).ptr;
  } else if (const auto* real = std::get_if<double>(&value)) {
    // JSON has no NaN or infinity.
    if (std::isfinite(*real)) {
      end = std::to_chars(text.data(), text.data() + text.size(), *real).ptr;
    } else {
      out += "null";
    }
  }
  out.append(text.data(), end);
}

void append_json_field(std::string& out, std::string_view key, const Field::Value& value) {
  out += ',';
  append_json_string(out, key);
  out += ':';
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    append_json_string(out, *text);
  } else {
    append_bare(out, value);
  }
}

bool plain_word(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c > '~') return false;
  }
  return true;
}

void append_text_field(std::string& out, std::string_view key, const Field::Value& value) {
  out += ' ';
  out += key;
  out += '=';
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr) {
    append_bare(out, value);
  } else if (plain_word(*text)) {
    out += *text;
  } else {
    append_json_string(out, *text);
  }
}

/// The message of a text line: escaped like JSON, so that one event stays one line, but without quotes.
void append_text_message(std::string& out, std::string_view message) {
  std::string escaped;
  append_json_string(escaped, message);
  out.append(escaped, 1, escaped.size() - 2);
}

std::string line_of(LogFormat format, LogLevel level, std::string_view message, Fields fields,
                    std::uint64_t suppressed) {
  std::string line;
  line.reserve(160);
  const bool json = format == LogFormat::json;
  if (json) {
    line += R"({"ts":")";
    append_time(line);
    line += R"(","level":")";
    line += log_level_name(level);
    line += R"(","msg":)";
    append_json_string(line, message);
  } else {
    append_time(line);
    line += ' ';
    line += log_level_name(level);
    line.append(8 - log_level_name(level).size(), ' ');
    append_text_message(line, message);
  }
  const auto append_field = json ? append_json_field : append_text_field;
  for (const Field& field : fields) append_field(line, field.key(), field.value());
  if (suppressed > 0) append_field(line, "suppressed", Field::Value(suppressed));
  if (json) line += '}';
  return line;
}

void emit(LogLevel level, std::string_view message, Fields fields, std::uint64_t suppressed) {
  State& now = state();
  const std::string line = line_of(now.format, level, message, fields, suppressed);
  {
    const std::lock_guard lock(now.mutex);
    if (now.sink) {
      now.sink(line);
      return;
    }
  }
  now.logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void configure(LogFormat format, LogLevel level) {
  state().format = format;
  state().level = level;
}

void set_sink(std::function<void(std::string_view line)> sink) {
  const std::lock_guard lock(state().mutex);
  state().sink = std::move(sink);
}

bool enabled(LogLevel level) { return level >= state().level.load(std::memory_order_relaxed); }

void write(LogLevel level, std::string_view message, Fields fields) {
  if (enabled(level)) emit(level, message, fields, 0);
}

void write_every(std::chrono::milliseconds period, std::string_view key, LogLevel level, std::string_view message,
                 Fields fields) {
  if (!enabled(level)) return;
  const auto now = std::chrono::steady_clock::now();
  std::uint64_t suppressed = 0;
  {
    State& shared = state();
    const std::lock_guard lock(shared.mutex);
    auto found = shared.repeats.find(key);
    if (found == shared.repeats.end()) {
      // Beyond the bound all new keys share one entry: repeats are then suppressed too eagerly, never too little.
      const std::string_view kept = shared.repeats.size() < kMaxRepeatKeys ? key : std::string_view{};
      found = shared.repeats.try_emplace(std::string(kept)).first;
    }
    Repeat& repeat = found->second;
    if (now < repeat.next) {
      ++repeat.suppressed;
      return;
    }
    suppressed = std::exchange(repeat.suppressed, 0);
    repeat.next = now + period;
  }
  emit(level, message, fields, suppressed);
}

}  // namespace log
}  // namespace coagwatch::daemon
