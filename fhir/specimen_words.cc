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

// What a text that says one thing of a specimen may also hold.
constexpr std::array<std::string_view, 9> kSpecimen = {"specimen", "sample",      "blood",       "tube",       "probe",
                                                       "blut",     "échantillon", "Échantillon", "prélèvement"};
constexpr std::array<std::string_view, 9> kClotted = {"clotted",    "clot",    "clots", "geronnen", "geronnene",
                                                      "geronnenes", "coagulé", "凝固",  "検体凝固"};
constexpr std::array<std::string_view, 16> kHaemolysed = {
    "hemolyzed",   "hemolysed",    "haemolysed",  "haemolyzed", "hemolysis", "haemolysis", "hemolytic", "haemolytic",
    "hämolytisch", "hämolytische", "hämolysiert", "hämolyse",   "hémolysé",  "hémolyse",   "溶血",      "検体溶血"};

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

bool is_word(std::string_view word, std::string_view lower_case) {
  return std::equal(word.begin(), word.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

/// Whether the text consists of one of `words` and, before and behind it, of words for a specimen.
template <std::size_t N>
bool says_only(std::string_view text, const std::array<std::string_view, N>& words) {
  bool said = false;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    const auto is_this = [&](std::string_view known) { return is_word(word, known); };
    if (word.empty() || std::any_of(kSpecimen.begin(), kSpecimen.end(), is_this)) continue;
    if (said || std::none_of(words.begin(), words.end(), is_this)) return false;
    said = true;
  }
  return said;
}

}  // namespace

bool says_clotted(std::string_view text) { return says_only(text, kClotted); }

bool says_haemolysed(std::string_view text) { return says_only(text, kHaemolysed); }

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
