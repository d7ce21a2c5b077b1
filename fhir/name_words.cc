#include "fhir/name_words.h"

#include <algorithm>
#include <cstdint>

namespace coagwatch::fhir {
namespace {

/// A character and the bytes it is written with.
struct Character {
  std::uint32_t code = 0;
  std::string_view bytes;
};

// Invalid UTF-8 never gets here; a cut sequence would be a sign of its own.
Character take(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 1;
  std::uint32_t code = lead;
  if (lead >= 0xF0) {
    length = 4;
    code = lead & 0x07U;
  } else if (lead >= 0xE0) {
    length = 3;
    code = lead & 0x0FU;
  } else if (lead >= 0xC0) {
    length = 2;
    code = lead & 0x1FU;
  }
  length = std::min(length, text.size());
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  const Character character{code, text.substr(0, length)};
  text.remove_prefix(length);
  return character;
}

bool in(std::uint32_t code, std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; }

bool cannot_be_seen(std::uint32_t code) {
  return in(code, 0x200B, 0x200D) || code == 0x2060 || code == 0xFEFF || code == 0x00AD;
}

/// U+00C0 to U+00FF without accents; `*` is a sign.
constexpr std::uint32_t kFirstLatin = 0x00C0;
constexpr std::uint32_t kLastLatin = 0x00FF;
constexpr std::string_view kLatin = "aaaaaa*ceeeeiiiidnooooo*ouuuuy**aaaaaa*ceeeeiiiidnooooo*ouuuuy*y";
static_assert(kLatin.size() == kLastLatin - kFirstLatin + 1);

bool is_own_word(std::uint32_t code) {
  constexpr std::uint32_t kMiddleDot = 0x30FB;
  return (in(code, 0x3041, 0x30FF) && code != kMiddleDot) || in(code, 0x3400, 0x9FFF) || in(code, 0xFF66, 0xFF9F);
}

/// Letters that are not folded: the rest of Latin, Greek, Cyrillic, and the like.
bool is_other_letter(std::uint32_t code) { return in(code, 0x0100, 0x02AF) || in(code, 0x0370, 0x1FFF); }

}  // namespace

void NameWords::append_letter(std::string_view letter) {
  if (!in_word_ && length_ > 0) bytes_[length_++] = ' ';
  std::copy(letter.begin(), letter.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(length_));
  length_ += letter.size();
  in_word_ = true;
}

void NameWords::append(std::uint32_t code, std::string_view bytes) {
  constexpr std::uint32_t kSharpS = 0x00DF;
  constexpr std::uint32_t kAe = 0x00E6;  // its capital is 0xC6
  constexpr std::uint32_t kOe = 0x0153;  // its capital is one less
  if (code == kSharpS) {
    append_letter("ss");
  } else if (code == kAe || code == kAe - 0x20) {
    append_letter("ae");
  } else if (code == kOe || code == kOe - 1) {
    append_letter("oe");
  } else if (in(code, kFirstLatin, kLastLatin) && kLatin[code - kFirstLatin] != '*') {
    append_letter(kLatin.substr(code - kFirstLatin, 1));
  } else if (is_own_word(code)) {
    end_word();
    append_letter(bytes);
    end_word();
  } else if (is_other_letter(code)) {
    append_letter(bytes);
  } else if (!cannot_be_seen(code)) {
    end_word();
  }
}

void NameWords::append_ascii(char byte) {
  const bool upper = byte >= 'A' && byte <= 'Z';
  const char lower = upper ? static_cast<char>(byte - 'A' + 'a') : byte;
  if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
    append_letter({&lower, 1});
  } else {
    end_word();
  }
}

NameWords::NameWords(std::string_view text) {
  constexpr std::uint32_t kFirstFullWidth = 0xFF01;
  constexpr std::uint32_t kLastFullWidth = 0xFF5E;
  while (!text.empty()) {
    const Character character = take(text);
    std::uint32_t code = character.code;
    if (in(code, kFirstFullWidth, kLastFullWidth)) code = code - kFirstFullWidth + '!';
    if (code < 0x80) {
      append_ascii(static_cast<char>(code));
    } else {
      append(code, character.bytes);
    }
  }
}

}  // namespace coagwatch::fhir
