#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace coagwatch::fhir {

/// Takes the first word off a unit's text, with what parts it from the next: white space, brackets of every kind, `,`
/// `;`
/// `:` `.` and `_`. Empty where there is none. What is left begins with a word, or is empty.
std::string_view take_word(std::string_view& text);

/// A word with its signs in plain form (unit_signs.h) and its ASCII letters in lower case. Lives on the stack.
class PlainWord {
 public:
  explicit PlainWord(std::string_view word);

  /// Empty for a word longer than any that is looked for.
  [[nodiscard]] std::string_view folded() const { return {folded_.data(), length_}; }
  /// A digit is in it, on the line or above.
  [[nodiscard]] bool has_digit() const { return has_digit_; }
  /// A slash or a per cent sign is in it.
  [[nodiscard]] bool has_unit_sign() const { return has_unit_sign_; }

 private:
  static constexpr std::size_t kMaxLength = 24;

  std::array<char, kMaxLength> folded_{};
  std::size_t length_ = 0;
  bool has_digit_ = false;
  bool has_unit_sign_ = false;
};

}  // namespace coagwatch::fhir
