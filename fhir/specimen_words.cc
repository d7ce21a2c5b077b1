#include "fhir/specimen_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace coagwatch::fhir {
namespace {

constexpr std::array<std::string_view, 12> kBlood = {"blood", "bloods", "blut", "vollblut", "plasma", "serum",
                                                     "sang",  "sérum",  "血漿", "血清",     "血液",   "全血"};

// Stems: a word that begins or ends with one of them. German composes its words.
constexpr std::array<std::string_view, 41> kOther = {
    "urin",     "urine",   "harn",   "stool",  "stuhl",    "faec",        "feces",       "selles",   "sputum",
    "crachat",  "ascit",   "aszit",  "pleur",  "csf",      "liquor",      "cerebrospi",  "zerebros", "lumbal",
    "punktat",  "lavage",  "saliva", "salive", "speichel", "amnio",       "synovia",     "periton",  "perikard",
    "pericard", "dialys",  "drain",  "swab",   "abstrich", "bone marrow", "knochenmark", "moelle",   "sweat",
    "schweiß",  "gastric", "tissue", "gewebe", "bronch"};
// Written without blanks.
constexpr std::array<std::string_view, 8> kOtherJapanese = {"尿",   "髄液", "胸水",   "腹水",
                                                            "喀痰", "糞便", "関節液", "骨髄"};

bool is_letter(char byte) {
  const auto c = static_cast<unsigned char>(byte);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether `word` stands in `text`, which may begin or end inside of a longer word as the flags allow.
bool stands(std::string_view text, std::string_view word, bool at_either_end) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    const std::string_view here = text.substr(at, word.size());
    if (!std::equal(here.begin(), here.end(), word.begin(), same)) continue;
    const std::size_t behind = at + word.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const bool ends = behind == text.size() || !is_letter(text[behind]);
    if (at_either_end ? begins || ends : begins && ends) return true;
  }
  return false;
}

}  // namespace

bool names_other_material(std::string_view text) {
  if (text.empty()) return false;
  const auto contains = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
  const bool other =
      std::any_of(kOther.begin(), kOther.end(), [&](std::string_view word) { return stands(text, word, true); }) ||
      std::any_of(kOtherJapanese.begin(), kOtherJapanese.end(), contains);
  if (!other) return false;
  return std::none_of(kBlood.begin(), kBlood.end(), [&](std::string_view word) {
    return static_cast<unsigned char>(word.front()) >= 0xE0 ? contains(word) : stands(text, word, false);
  });
}

}  // namespace coagwatch::fhir
