#include "fhir/json_writer.h"

#include <array>
#include <charconv>

#include "fhir/datetime.h"

namespace coagwatch::fhir {
namespace {

// Bytes that cannot be copied as they are: controls, quote, backslash, and everything that is not ASCII.
constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> special{};
  for (std::size_t i = 0; i < special.size(); ++i) special.at(i) = i < 0x20 || i >= 0x80 || i == '"' || i == '\\';
  return special;
}
constexpr std::array<bool, 256> kSpecial = make_special();

unsigned char byte(char c) { return static_cast<unsigned char>(c); }
bool is_special(char c) { return kSpecial[byte(c)]; }
bool is_continuation(char c) { return (byte(c) & 0xC0U) == 0x80U; }

void append_control(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[byte(c) >> 4U];
      out += kHex[byte(c) & 0xFU];
  }
}

}  // namespace

std::size_t utf8_character(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned lead = byte(text[0]);
  if (lead < 0x80) return 1;
  if (text.size() < 2 || !is_continuation(text[1])) return 0;
  const unsigned second = byte(text[1]);
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (text.size() < 3 || !is_continuation(text[2])) return 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (text.size() < 4 || !is_continuation(text[3])) return 0;
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && second < 0x90;
    const bool beyond_unicode = lead == 0xF4 && second >= 0x90;
    return overlong || beyond_unicode ? 0 : 4;
  }
  return 0;
}

void append_json_escaped(std::string_view text, std::string& out) {
  std::size_t plain = 0;  // start of the run not yet copied
  std::size_t i = 0;
  while (i < text.size()) {
    if (!is_special(text[i])) {
      ++i;
      continue;
    }
    if (byte(text[i]) >= 0x80) {
      const std::size_t length = utf8_character(text.substr(i));
      if (length > 0) {
        i += length;
        continue;
      }
    }
    out.append(text, plain, i - plain);
    if (byte(text[i]) >= 0x80) {
      out += "\xEF\xBF\xBD";
    } else {
      append_control(text[i], out);
    }
    plain = ++i;
  }
  out.append(text, plain, text.size() - plain);
}

void JsonWriter::key(Key name) {
  separate();
  out_ += '"';
  out_ += name.text();
  out_ += "\":";
}

void JsonWriter::member(std::string_view name) {
  text(name);
  out_ += ':';
}

void JsonWriter::text(std::string_view value) {
  separate();
  out_ += '"';
  append_json_escaped(value, out_);
  out_ += '"';
}

void JsonWriter::text(Key name, std::string_view value) {
  key(name);
  text(value);
}

void JsonWriter::number(rules::Decimal value) {
  separate();
  value.append_to(out_);
}

void JsonWriter::number(Key name, rules::Decimal value) {
  key(name);
  number(value);
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out_.append(digits.data(), end.ptr);
}

void JsonWriter::integer(Key name, std::int64_t value) {
  key(name);
  integer(value);
}

void JsonWriter::boolean(Key name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
}

void JsonWriter::null() {
  separate();
  out_ += "null";
}

void JsonWriter::null(Key name) {
  key(name);
  null();
}

void JsonWriter::decimal_text(rules::Decimal value) {
  separate();
  out_ += '"';
  value.append_to(out_);
  out_ += '"';
}

void JsonWriter::decimal_text(Key name, rules::Decimal value) {
  key(name);
  decimal_text(value);
}

void JsonWriter::instant(rules::Timestamp value) {
  if (!value.known()) return null();
  separate();
  out_ += '"';
  append_instant(value, out_);
  out_ += '"';
}

void JsonWriter::instant(Key name, rules::Timestamp value) {
  key(name);
  instant(value);
}

}  // namespace coagwatch::fhir
