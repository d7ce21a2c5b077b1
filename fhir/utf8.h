#pragma once

#include <cstddef>
#include <string_view>

namespace coagwatch::fhir {

/// True if all of `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// At most the first `length` bytes of well-formed UTF-8, but not half of a character.
std::string_view cut_utf8(std::string_view text, std::size_t length);

/// The text behind a byte order mark, if it begins with one.
constexpr std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

}  // namespace coagwatch::fhir
