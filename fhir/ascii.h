#pragma once

#include <algorithm>
#include <string_view>

namespace coagwatch::fhir {

/// A letter of ASCII in lower case; every other byte as it is.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether `text` is `lower_case` but for the case of ASCII's letters.
inline bool equals_folded(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

}  // namespace coagwatch::fhir
