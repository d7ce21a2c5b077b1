#include "fhir/specimen_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "fhir/ascii.h"

namespace coagwatch::fhir {
namespace {

// What a text that says one thing of a specimen may also hold.
constexpr std::array<std::string_view, 9> kSpecimen = {"specimen", "sample",      "blood",       "tube",       "probe",
                                                       "blut",     "échantillon", "Échantillon", "prélèvement"};
constexpr std::array<std::string_view, 9> kClotted = {"clotted",    "clot",    "clots", "geronnen", "geronnene",
                                                      "geronnenes", "coagulé", "凝固",  "検体凝固"};
constexpr std::array<std::string_view, 16> kHaemolysed = {
    "hemolyzed",   "hemolysed",    "haemolysed",  "haemolyzed", "hemolysis", "haemolysis", "hemolytic", "haemolytic",
    "hämolytisch", "hämolytische", "hämolysiert", "hämolyse",   "hémolysé",  "hémolyse",   "溶血",      "検体溶血"};

// What is longer says more than one thing, and would be read again for each result.
constexpr std::size_t kMaxText = 256;

/// Whether the text consists of one of `words` and, before and behind it, of words for a specimen.
template <std::size_t N>
bool says_only(std::string_view text, const std::array<std::string_view, N>& words) {
  if (text.size() > kMaxText) return false;
  bool said = false;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    const auto is_this = [&](std::string_view known) { return equals_folded(word, known); };
    if (word.empty() || std::any_of(kSpecimen.begin(), kSpecimen.end(), is_this)) continue;
    if (said || std::none_of(words.begin(), words.end(), is_this)) return false;
    said = true;
  }
  return said;
}

}  // namespace

bool says_clotted(std::string_view text) { return says_only(text, kClotted); }

bool says_haemolysed(std::string_view text) { return says_only(text, kHaemolysed); }

}  // namespace coagwatch::fhir
