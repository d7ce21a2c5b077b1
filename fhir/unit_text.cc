#include "fhir/unit_text.h"

#include <algorithm>
#include <cstdint>

namespace coagwatch::fhir {
namespace {

struct Sign {
  std::string_view bytes;
  std::string_view plain;
};
constexpr std::array kSigns = {Sign{"\u00b5", "u"},
                               Sign{"\u03bc", "u"},
                               Sign{"\u00d7", "x"},
                               Sign{"\u2070",
                                    "\x01"
                                    "0"},
                               Sign{"\u00b9",
                                    "\x01"
                                    "1"},
                               Sign{"\u00b2",
                                    "\x01"
                                    "2"},
                               Sign{"\u00b3",
                                    "\x01"
                                    "3"},
                               Sign{"\u2074",
                                    "\x01"
                                    "4"},
                               Sign{"\u2075",
                                    "\x01"
                                    "5"},
                               Sign{"\u2076",
                                    "\x01"
                                    "6"},
                               Sign{"\u2077",
                                    "\x01"
                                    "7"},
                               Sign{"\u2078",
                                    "\x01"
                                    "8"},
                               Sign{"\u2079",
                                    "\x01"
                                    "9"},
                               Sign{"\u00a0", ""},
                               Sign{"\u200b", ""}};
constexpr char kSuperscript = '\x01';

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool matches_folded(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(text[at + i]) != word[i]) return false;
  }
  return true;
}

bool contains_folded(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (lower(text[at]) == word.front() && matches_folded(text, at, word)) return true;
  }
  return false;
}

}  // namespace

UnitText::UnitText(std::string_view spelling, bool d_dimer) {
  bool contradiction = false;
  if (d_dimer) flavour_ = flavour_in_text(spelling, contradiction);
  read(spelling);
  if (contradiction) ok_ = false;
  if (ok_ && d_dimer && flavour_ != DDimerFlavour::unknown) take_out_flavour_words();
  std::transform(exact_.begin(), exact_.begin() + static_cast<std::ptrdiff_t>(length_), folded_.begin(), lower);
}

void UnitText::put(char c) {
  if (length_ == kMaxLength) {
    ok_ = false;
  } else {
    exact_[length_++] = c;
  }
}

void UnitText::read(std::string_view spelling) {
  bool in_annotation = false;
  bool in_superscript = false;
  for (std::size_t i = 0; i < spelling.size() && ok_;) {
    const char c = spelling[i];
    std::string_view plain = spelling.substr(i, 1);
    if (static_cast<unsigned char>(c) >= 0x80) {
      const auto* sign = std::find_if(kSigns.begin(), kSigns.end(),
                                      [&](const Sign& s) { return spelling.substr(i).starts_with(s.bytes); });
      if (sign != kSigns.end()) {
        plain = sign->plain;
        i += sign->bytes.size() - 1;
      }
    }
    ++i;
    if (c == '{' || c == '}') {
      if (in_annotation == (c == '{')) ok_ = false;
      in_annotation = c == '{';
      annotated_ = true;
      continue;
    }
    if (in_annotation || is_space(c)) continue;
    const bool superscript = !plain.empty() && plain.front() == kSuperscript;
    if (superscript && !in_superscript) put('^');
    in_superscript = superscript;
    for (const char p : plain) {
      if (p != kSuperscript) put(p);
    }
  }
  if (in_annotation) ok_ = false;
}

void UnitText::take_out(std::size_t at, std::size_t count) {
  std::copy(exact_.begin() + static_cast<std::ptrdiff_t>(at + count),
            exact_.begin() + static_cast<std::ptrdiff_t>(length_), exact_.begin() + static_cast<std::ptrdiff_t>(at));
  length_ -= count;
}

void UnitText::take_out_flavour_words() {
  for (const std::string_view word : {"(feu)", "(ddu)", "[feu]", "[ddu]", "feu", "ddu", "d-du"}) {
    for (std::size_t at = 0; at + word.size() <= length_;) {
      if (matches_folded(exact(), at, word)) {
        take_out(at, word.size());
        annotated_ = true;
      } else {
        ++at;
      }
    }
  }
}

DDimerFlavour flavour_in_text(std::string_view text, bool& contradiction) {
  const bool feu = contains_folded(text, "feu") || contains_folded(text, "fibrinogen equivalent") ||
                   contains_folded(text, "fibrinogen-equivalent");
  const bool ddu = contains_folded(text, "ddu") || contains_folded(text, "d-du");
  if (feu && ddu) contradiction = true;
  if (feu) return DDimerFlavour::feu;
  return ddu ? DDimerFlavour::ddu : DDimerFlavour::unknown;
}

}  // namespace coagwatch::fhir
