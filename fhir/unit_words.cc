#include "fhir/unit_words.h"

#include "fhir/ascii.h"
#include "fhir/unit_signs.h"

namespace coagwatch::fhir {
namespace {

bool is_separator(const PlainSign& sign) {
  constexpr std::string_view kSeparators = " \t\r\n,;:._()[]{}";
  return sign.text.empty() || kSeparators.find(sign.text.front()) != std::string_view::npos;
}

/// What stands before the first sign that is a separator, or is none, as asked; taken off `text`.
std::string_view take_while(std::string_view& text, bool separators) {
  const std::string_view all = text;
  while (!text.empty()) {
    std::string_view rest = text;
    if (is_separator(take_sign(rest)) != separators) break;
    text = rest;
  }
  return all.substr(0, all.size() - text.size());
}

}  // namespace

std::string_view take_word(std::string_view& text) {
  take_while(text, true);
  const std::string_view word = take_while(text, false);
  take_while(text, true);
  return word;
}

PlainWord::PlainWord(std::string_view word) {
  bool fits = true;
  while (!word.empty()) {
    for (const char c : take_sign(word).text) {
      has_digit_ = has_digit_ || (c >= '0' && c <= '9');
      has_unit_sign_ = has_unit_sign_ || c == '/' || c == '%';
      fits = fits && length_ < kMaxLength;
      if (fits) folded_[length_++] = lower(c);
    }
  }
  if (!fits) length_ = 0;
}

}  // namespace coagwatch::fhir
