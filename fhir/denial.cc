#include "fhir/denial.h"

#include <algorithm>
#include <array>

#include "fhir/name_words.h"
#include "fhir/quantity.h"

namespace coagwatch::fhir {
namespace {

// What says it alone; of Chinese and Japanese each character is a word.
constexpr std::array<std::string_view, 42> kNone = {"0",
                                                    "absence",
                                                    "absent",
                                                    "absente",
                                                    "absentes",
                                                    "absents",
                                                    "aucun",
                                                    "aucune",
                                                    "false",
                                                    "free from",
                                                    "free of",
                                                    "frei von",
                                                    "kein",
                                                    "keine",
                                                    "keinerlei",
                                                    "n",
                                                    "nein",
                                                    "neg",
                                                    "negative",
                                                    "negatif",
                                                    "negativ",
                                                    "nil",
                                                    "no",
                                                    "no evidence of",
                                                    "no sign of",
                                                    "no signs of",
                                                    "none",
                                                    "無",
                                                    "無 し",
                                                    "な し",
                                                    "陰 性",
                                                    "認 め ず",
                                                    "認 め な い",
                                                    "認 め ま せ ん",
                                                    "認 め ら れ ず",
                                                    "認 め ら れ な い",
                                                    "認 め ら れ ま せ ん",
                                                    "見 ら れ ず",
                                                    "み ら れ ず",
                                                    "あ り ま せ ん",
                                                    "せ ず",
                                                    "し て い な い"};
// What denies the words beside it.
constexpr std::array<std::string_view, 10> kNot = {"n est pas", "nicht", "non",     "not", "ohne",
                                                   "pas",       "sans",  "without", "未",  "非"};
constexpr std::array<std::string_view, 35> kSeen = {
    "any",     "apparent", "d",        "de",       "detectable", "detected",     "erkennbar",
    "evident", "found",    "gefunden", "gesehen",  "identified", "nachgewiesen", "nachweisbar",
    "noted",   "observed", "present",  "presente", "presentes",  "presents",     "reported",
    "seen",    "sichtbar", "visible",  "visibles", "visualized", "visualised",   "vorhanden",
    "vu",      "vue",      "vues",     "vus",      "detectes",   "observes",     "microscopically"};

constexpr std::array<std::string_view, 6> kMinus = {"-", "－", "−", "–", "‐", "ー"};
constexpr std::array<std::string_view, 2> kOpening = {"(", "（"};
constexpr std::array<std::string_view, 2> kClosing = {")", "）"};
constexpr std::array<std::string_view, 3> kPlus = {"+", "＋", "±"};

bool take_end(std::string_view& text, Phrases signs) {
  const auto found = std::ranges::find_if(signs, [&](std::string_view sign) { return text.ends_with(sign); });
  if (found == signs.end()) return false;
  text.remove_suffix(found->size());
  return true;
}

/// Takes the sign for none off the end of a text: `(-)`, or a `-` that stands alone, behind a colon or a character of
/// Japanese. Elsewhere it may be a dash (`CLOTTED -`), and `+/-` is not none.
bool take_minus(std::string_view& text) {
  std::string_view rest = trimmed(text);
  const bool closed = take_end(rest, kClosing);
  if (!take_end(rest, kMinus) || take_end(rest, kOpening) != closed) return false;
  const auto stands_there = [&](std::string_view sign) { return rest.find(sign) != std::string_view::npos; };
  if (std::ranges::any_of(kPlus, stands_there)) return false;
  const std::string_view before = trimmed(rest);
  const bool answers = closed || before.empty() || before.ends_with(':') || static_cast<signed char>(rest.back()) < 0;
  if (answers) text = rest;
  return answers;
}

bool take(std::string_view& words, Phrases phrases) {
  const std::size_t length = phrase_at(words, phrases);
  if (length > 0) drop_words(words, length);
  return length > 0;
}

std::size_t length_at(std::string_view words, std::string_view phrase) {
  const bool stem = phrase.ends_with('*');
  if (stem) phrase.remove_suffix(1);
  if (!words.starts_with(phrase)) return 0;
  if (stem) return std::min(words.find(' ', phrase.size()), words.size());
  return words.size() == phrase.size() || words[phrase.size()] == ' ' ? phrase.size() : 0;
}

}  // namespace

std::size_t phrase_at(std::string_view words, Phrases phrases) {
  std::size_t longest = 0;
  for (const std::string_view phrase : phrases) longest = std::max(longest, length_at(words, phrase));
  return longest;
}

bool denies(std::string_view text, const Deniable& what) {
  if (text.size() > NameWords::kMaxText) return false;
  bool none = take_minus(text);
  const NameWords comparable(text);
  std::string_view words = comparable.text();
  if (words == "non") return true;  // French for no; before other words it is not
  while (take(words, what.bearers)) {
  }
  bool denied = false;
  bool seen = false;
  bool named = false;
  bool of_named = false;
  while (!words.empty()) {
    if (take(words, kNot)) {
      if (denied) return false;
      denied = true;
    } else if (take(words, kNone)) {
      none = true;
    } else if (take(words, what.named)) {
      named = true;
      take(words, what.bearers);
    } else if (take(words, what.of_named)) {
      of_named = true;
    } else if (take(words, kSeen)) {
      seen = true;
    } else if (!take(words, what.beside)) {
      return false;
    }
  }
  // What is denied twice is there.
  return none != denied && (none || seen || named) && (named || !of_named);
}

}  // namespace coagwatch::fhir
