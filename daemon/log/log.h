#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace coagwatch::daemon {

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error };
enum class LogFormat : std::uint8_t {
  json,  ///< one object a line: `{"ts":"2026-01-02T08:00:00.000Z","level":"info","msg":"…",…}`
  text,  ///< `2026-01-02T08:00:00.000Z info  message key=value`
};
/// `trace`, `debug`, `info`, `warning`, `error`.
std::string_view log_level_name(LogLevel level);

/// Structured logging to stderr, one line an event.
///
/// No patient identity, ever: pass topics, partitions, offsets, reasons and counts. Keys, values, subjects and
/// resource ids of input records are not for logs. All functions are thread-safe; a line is written whole.
namespace log {

/// One structured field, living as long as the call. Numbers and booleans are written bare, texts escaped.
class Field {
 public:
  Field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  Field(std::string_view key, const char* value) : key_(key), value_(std::string_view(value)) {}
  Field(std::string_view key, const std::string& value) : key_(key), value_(std::string_view(value)) {}
  Field(std::string_view key, bool value) : key_(key), value_(value) {}
  Field(std::string_view key, double value) : key_(key), value_(value) {}
  template <std::signed_integral T>
  Field(std::string_view key, T value) : key_(key), value_(std::int64_t{value}) {}
  template <std::unsigned_integral T>
  Field(std::string_view key, T value) : key_(key), value_(std::uint64_t{value}) {}

  [[nodiscard]] std::string_view key() const { return key_; }
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;
  [[nodiscard]] const Value& value() const { return value_; }

 private:
  std::string_view key_;
  Value value_;
};
using Fields = std::initializer_list<Field>;

/// Sets format and least level. Before the first call: JSON, info.
void configure(LogFormat format, LogLevel level);
/// Sends lines (without line break) to `sink` instead of stderr; an empty function restores stderr. For tests.
void set_sink(std::function<void(std::string_view line)> sink);
/// True if an event of this level would be written: guards costly preparation.
bool enabled(LogLevel level);

/// Writes one event.
void write(LogLevel level, std::string_view message, Fields fields = {});
inline void trace(std::string_view message, Fields fields = {}) { write(LogLevel::trace, message, fields); }
inline void debug(std::string_view message, Fields fields = {}) { write(LogLevel::debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(LogLevel::info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(LogLevel::warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(LogLevel::error, message, fields); }

/// Writes one event at most once per `period` for the same `key`; the next one written says how many were left out
/// (field `suppressed`). Keys are a bounded set (at most 1,000 are told apart): never text of the input.
void write_every(std::chrono::milliseconds period, std::string_view key, LogLevel level, std::string_view message,
                 Fields fields = {});

}  // namespace log
}  // namespace coagwatch::daemon
