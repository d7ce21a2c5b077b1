#include "fhir/json_writer.h"

#include <array>
#include <charconv>
#include <cstring>

#include "fhir/datetime.h"
#include "fhir/plain_text.h"

namespace coagwatch::fhir {
namespace {

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

// What cannot be copied as it is: controls, quote, backslash, and everything that is not ASCII.
bool is_special(char c) { return byte(c) < 0x20 || byte(c) >= 0x80 || c == '"' || c == '\\'; }

bool any_special(std::uint64_t bytes) { return (special_bytes(bytes) | (bytes & kHighBits)) != 0; }

// Length of the run at `from` that can be copied as it is.
std::size_t plain_run(std::string_view text, std::size_t from) {
  std::size_t i = from;
  for (std::uint64_t bytes = 0; i + sizeof bytes <= text.size(); i += sizeof bytes) {
    std::memcpy(&bytes, text.data() + i, sizeof bytes);
    if (any_special(bytes)) break;
  }
  // The rest together with some that are known to be plain, if there are any.
  if (i < text.size() && i + sizeof(std::uint64_t) > text.size() && i - from >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + text.size() - sizeof bytes, sizeof bytes);
    if (!any_special(bytes)) return text.size() - from;
  }
  while (i < text.size() && !is_special(text[i])) ++i;
  return i - from;
}

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
    i += plain_run(text, i);
    if (i == text.size()) break;
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
  // One append: this is the writer's most frequent act.
  std::array<char, Key::kMaxLength + 4> piece;
  char* end = piece.data();
  if (needs_comma()) *end++ = ',';
  *end++ = '"';
  std::memcpy(end, name.text().data(), name.text().size());
  end += name.text().size();
  *end++ = '"';
  *end++ = ':';
  out_.append(piece.data(), static_cast<std::size_t>(end - piece.data()));
}

void JsonWriter::member(std::string_view name) {
  text(name);
  out_ += ':';
}

void JsonWriter::text(std::string_view value) {
  open_text();
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
  open_text();
  value.append_to(out_);
  out_ += '"';
}

void JsonWriter::decimal_text(Key name, rules::Decimal value) {
  key(name);
  decimal_text(value);
}

void JsonWriter::instant(rules::Timestamp value) {
  if (!value.known()) return null();
  open_text();
  append_instant(value, out_);
  out_ += '"';
}

void JsonWriter::instant(Key name, rules::Timestamp value) {
  key(name);
  instant(value);
}

}  // namespace coagwatch::fhir
