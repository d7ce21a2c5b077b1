#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/values/decimal.h"
#include "rules/values/timestamp.h"

namespace coagwatch::fhir {

/// Appends one JSON value to a string: no tree, no allocation besides the string's own growth.
///
/// Any bytes given as text come out as valid JSON: what must be escaped is, and bytes that are not UTF-8 become
/// U+FFFD. Decimals are written from their digits, never through binary floating point. Commas are set by the
/// writer; balance of begin and end, and one value after each key, are the caller's. Not thread-safe.
class JsonWriter {
 public:
  /// A member name written in the code: checked at compile time to be short and to need no escaping.
  class Key {
   public:
    static constexpr std::size_t kMaxLength = 28;

    template <std::size_t N>
    consteval Key(const char (&text)[N]) : text_(text, N - 1) {  // literals are meant to convert
      if (N > kMaxLength + 1) throw "a key must be short";
      for (const char c : text_) {
        if (c < ' ' || c > '~' || c == '"' || c == '\\') throw "a key must be plain ASCII";
      }
    }
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

   private:
    std::string_view text_;
  };

  /// Appends to `out`, which must outlive the writer. What `out` holds already is left alone.
  explicit JsonWriter(std::string& out) : out_(out), start_(out.size()) {}

  void begin_object() { open('{'); }
  void begin_object(Key name) { key(name), out_ += '{'; }
  void end_object() { out_ += '}'; }
  void begin_array() { open('['); }
  void begin_array(Key name) { key(name), out_ += '['; }
  void end_array() { out_ += ']'; }

  /// A member name known only at run time; its value must follow.
  void member(std::string_view name);

  void text(std::string_view value);
  void text(Key name, std::string_view value);
  /// The decimal's own digits as a JSON number.
  void number(rules::Decimal value);
  void number(Key name, rules::Decimal value);
  void integer(std::int64_t value);
  void integer(Key name, std::int64_t value);
  void boolean(Key name, bool value);
  void null();
  void null(Key name);
  /// The decimal's own digits as a JSON string.
  void decimal_text(rules::Decimal value);
  void decimal_text(Key name, rules::Decimal value);
  /// A UTC instant as text, or null if it is not known.
  void instant(rules::Timestamp value);
  void instant(Key name, rules::Timestamp value);

 private:
  [[nodiscard]] bool needs_comma() const {
    if (out_.size() == start_) return false;
    const char last = out_.back();
    return last != '{' && last != '[' && last != ':';
  }
  void separate() {
    if (needs_comma()) out_ += ',';
  }
  void open_text() {
    if (needs_comma()) {
      out_.append(",\"", 2);
    } else {
      out_ += '"';
    }
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
  }
  void key(Key name);

  std::string& out_;
  std::size_t start_;
};

/// Appends `text` as it stands inside a JSON string, without the quotes (see JsonWriter for what it guarantees).
void append_json_escaped(std::string_view text, std::string& out);

/// Length in bytes of the well-formed UTF-8 character that `text` begins with, 0 if it begins with none.
std::size_t utf8_character(std::string_view text);

}  // namespace coagwatch::fhir
