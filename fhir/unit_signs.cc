#include "fhir/unit_signs.h"

#include <algorithm>
#include <array>
#include <optional>

namespace coagwatch::fhir {
namespace {

struct Sign {
  std::string_view bytes;
  PlainSign plain;
};
constexpr bool kSuperscript = true;
constexpr std::array kSigns = {Sign{"\u00b5", {"u"}},
                               Sign{"\u03bc", {"u"}},
                               Sign{"\u00d7", {"x"}},
                               Sign{"\u00b7", {"."}},
                               Sign{"\u22c5", {"."}},
                               Sign{"\u2219", {"."}},
                               Sign{"\u2070", {"0", kSuperscript}},
                               Sign{"\u00b9", {"1", kSuperscript}},
                               Sign{"\u00b2", {"2", kSuperscript}},
                               Sign{"\u00b3", {"3", kSuperscript}},
                               Sign{"\u2074", {"4", kSuperscript}},
                               Sign{"\u2075", {"5", kSuperscript}},
                               Sign{"\u2076", {"6", kSuperscript}},
                               Sign{"\u2077", {"7", kSuperscript}},
                               Sign{"\u2078", {"8", kSuperscript}},
                               Sign{"\u2079", {"9", kSuperscript}},
                               Sign{"\u207b", {"-", kSuperscript}},
                               Sign{"\u2212", {"-"}},
                               Sign{"\u00a0", {" "}},
                               Sign{"\u2009", {" "}},
                               Sign{"\u202f", {" "}},
                               Sign{"\u3000", {" "}},
                               Sign{"\u200b", {""}},
                               Sign{"\ufeff", {""}},
                               Sign{"\u2113", {"l"}},
                               Sign{"\u338d", {"ug"}},
                               Sign{"\u338e", {"mg"}},
                               Sign{"\u338f", {"kg"}},
                               Sign{"\u3395", {"ul"}},
                               Sign{"\u3396", {"ml"}},
                               Sign{"\u3397", {"dl"}},
                               Sign{"\u339c", {"mm"}},
                               Sign{"\u33a3", {"mm3"}},
                               Sign{"\u2103", {"\u00b0C"}},
                               Sign{"\u2109", {"\u00b0F"}}};

constexpr char kFirstFullWidth = '!';
constexpr auto kFullWidth = [] {
  std::array<char, '~' - kFirstFullWidth + 1> ascii{};
  for (std::size_t i = 0; i < ascii.size(); ++i) ascii[i] = static_cast<char>(kFirstFullWidth + static_cast<char>(i));
  return ascii;
}();

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// `！` to `～`, U+FF01 to U+FF5E, in the order of ASCII.
std::optional<PlainSign> full_width(std::string_view text) {
  if (text.size() < 3 || byte_at(text, 0) != 0xEF || (byte_at(text, 1) & 0xC0U) != 0x80) return std::nullopt;
  const unsigned code = 0xF000U | (byte_at(text, 1) & 0x3FU) << 6U | (byte_at(text, 2) & 0x3FU);
  constexpr unsigned kFirst = 0xFF01;
  if (code < kFirst || code - kFirst >= kFullWidth.size()) return std::nullopt;
  return PlainSign{{&kFullWidth[code - kFirst], 1}};
}

}  // namespace

PlainSign take_other_sign(std::string_view& text) {
  PlainSign sign{text.substr(0, 1)};
  std::size_t length = 1;
  const auto* const known =
      std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& s) { return text.starts_with(s.bytes); });
  if (known != kSigns.end()) {
    sign = known->plain;
    length = known->bytes.size();
  } else if (const auto ascii = full_width(text)) {
    sign = *ascii;
    length = 3;
  }
  text.remove_prefix(length);
  return sign;
}

}  // namespace coagwatch::fhir
