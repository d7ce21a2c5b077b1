#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace coagwatch::fhir {

/// A text as words of comparable form, one space between them: letters in lower case without their accents (`ß` is
/// `ss`), full-width characters as ASCII, what cannot be seen left out; every other sign is a space. Chinese and
/// Japanese characters are a word each, since nothing stands between words there.
class NameWords {
 public:
  static constexpr std::size_t kMaxText = 256;

  /// REQUIRES: text.size() <= kMaxText, UTF-8.
  explicit NameWords(std::string_view text);

  [[nodiscard]] std::string_view text() const { return {bytes_.data(), length_}; }

 private:
  void append_letter(std::string_view letter);
  void append_ascii(char byte);
  void append(std::uint32_t code, std::string_view bytes);
  void end_word() { in_word_ = false; }

  // Each byte becomes two at most: a letter of two bytes stays or shrinks, a word of its own takes a space more.
  std::array<char, 2 * kMaxText> bytes_{};
  std::size_t length_ = 0;
  bool in_word_ = false;
};

inline std::string_view first_word(std::string_view words) { return words.substr(0, words.find(' ')); }

/// Takes whole words of this length, and the space behind them, off the beginning.
inline void drop_words(std::string_view& words, std::size_t length) {
  words.remove_prefix(length);
  if (!words.empty()) words.remove_prefix(1);
}

}  // namespace coagwatch::fhir
