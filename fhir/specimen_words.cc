#include "fhir/specimen_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "fhir/ascii.h"
#include "fhir/denial.h"
#include "fhir/name_words.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

// Clots first, so that each is a part of all that may be denied: `no clots or hemolysis`.
constexpr std::size_t kClotWords = 40;
constexpr std::array<std::string_view, kClotWords + 7> kNamed = {"clot",
                                                                 "clots",
                                                                 "clotted",
                                                                 "clotting",
                                                                 "clotty",
                                                                 "microclot*",
                                                                 "coagulated",
                                                                 "coagulum",
                                                                 "coagula",
                                                                 "coagule",
                                                                 "coagulee",
                                                                 "coagules",
                                                                 "coagulees",
                                                                 "caillot*",
                                                                 "microcaillot*",
                                                                 "geronnen*",
                                                                 "teilgeronnen*",
                                                                 "angeronnen*",
                                                                 "gerinnsel*",
                                                                 "fibringerinnsel*",
                                                                 "blutgerinnsel*",
                                                                 "mikrogerinnsel*",
                                                                 "teilgerinnsel*",
                                                                 "koaguliert*",
                                                                 "koagel*",
                                                                 "koagulum",
                                                                 "koagula",
                                                                 "fibrin",
                                                                 "fibrine",
                                                                 "fibrinfad*",
                                                                 "fibrinflocke*",
                                                                 "凝 固",
                                                                 "凝 血",
                                                                 "血 餅",
                                                                 "フ ィ ブ リ ン",
                                                                 "フ ィ ブ リ ン 塊",
                                                                 "フ ィ ブ リ ン 析 出",
                                                                 "ﾌ ｨ ﾌ ﾞ ﾘ ﾝ",
                                                                 "ク ロ ッ ト",
                                                                 "凝 块",
                                                                 "hemoly*",
                                                                 "haemoly*",
                                                                 "hamoly*",
                                                                 "hemol",
                                                                 "haemol",
                                                                 "hamol",
                                                                 "溶 血"};
constexpr Phrases kClot = Phrases(kNamed).first(kClotWords);
constexpr Phrases kHaemolysis = Phrases(kNamed).subspan(kClotWords);
// What only sounds so.
constexpr std::array<std::string_view, 28> kOtherMatters = {"anti coagulated",
                                                            "clot activator*",
                                                            "clotting activator*",
                                                            "clot retraction",
                                                            "clot lysis",
                                                            "clot firmness",
                                                            "clotting factor*",
                                                            "clotting test*",
                                                            "clotting time*",
                                                            "clotting screen",
                                                            "clotting tube*",
                                                            "clot free",
                                                            "hemolysis free",
                                                            "haemolysis free",
                                                            "gerinnselfrei*",
                                                            "hamolysefrei*",
                                                            "hemolytic anemia",
                                                            "haemolytic anaemia",
                                                            "hamolytische anamie",
                                                            "anemie hemolytique",
                                                            "抗 凝 固",
                                                            "凝 固 促 進",
                                                            "凝 固 検 査",
                                                            "凝 固 時 間",
                                                            "凝 固 因 子",
                                                            "凝 固 系",
                                                            "凝 固 管",
                                                            "溶 血 性"};
// Of what it is, and how it was looked at.
constexpr std::array<std::string_view, 65> kBeside = {
    "specimen",    "specimens", "sample",   "samples",  "blood",
    "tube",        "tubes",     "plasma",   "serum",    "probe",
    "proben",      "blut",      "rohrchen", "material", "echantillon",
    "prelevement", "sang",      "check",    "checked",  "index",
    "grade",       "level",     "visually", "visual",   "macroscopically",
    "inspection",  "the",       "this",     "is",       "was",
    "are",         "were",      "in",       "of",       "for",
    "on",          "by",        "or",       "nor",      "ist",
    "sind",        "im",        "der",      "die",      "dem",
    "den",         "auf",       "fur",      "hinweis",  "hinweise",
    "anzeichen",   "oder",      "noch",     "le",       "la",
    "l",           "dans",      "est",      "ou",       "ni",
    "検 体",       "は",        "が",       "を",       "の"};

// What parts one statement from the next. Between digits a comma or a point belongs to the number.
constexpr std::array<std::string_view, 8> kBreaks = {";", "/", "|", "\n", "、", "。", "，", "；"};
constexpr std::array<std::string_view, 6> kJoiningWords = {" and ", " but ", " und ", " aber ", " et ", " mais "};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// How many bytes part two statements at the beginning of `text`; 0 if none do.
std::size_t break_at(std::string_view text) {
  if (text.front() == ',' || text.front() == '.') return text.size() > 1 && is_digit(text[1]) ? 0 : 1;
  for (const std::string_view sign : kBreaks) {
    if (text.starts_with(sign)) return sign.size();
  }
  for (const std::string_view word : kJoiningWords) {
    if (equals_folded(text.substr(0, word.size()), word)) return word.size();
  }
  return 0;
}

/// Takes the first statement off a text.
std::string_view take_statement(std::string_view& text) {
  const std::string_view all = text;
  std::size_t length = 0;
  std::size_t parting = 0;
  while (length < all.size() && parting == 0) {
    parting = break_at(all.substr(length));
    if (parting == 0) ++length;
  }
  text.remove_prefix(length + parting);
  return all.substr(0, length);
}

/// Adds what the words name.
void hear(std::string_view words, ConditionWords& said) {
  while (!words.empty()) {
    const std::size_t other = phrase_at(words, kOtherMatters);
    const std::size_t clot = phrase_at(words, kClot);
    const std::size_t haemolysis = phrase_at(words, kHaemolysis);
    said.clotted = said.clotted || clot > other;
    said.haemolysed = said.haemolysed || haemolysis > other;
    const std::size_t known = std::max({other, clot, haemolysis});
    const std::size_t length = known > 0 ? known : std::min(words.find(' '), words.size());
    words.remove_prefix(std::min(length + 1, words.size()));
  }
}

}  // namespace

ConditionWords read_condition_words(std::string_view text) {
  ConditionWords said;
  text = cut_utf8(text, NameWords::kMaxText);
  while (!text.empty()) {
    const std::string_view statement = take_statement(text);
    if (!denies(statement, {kNamed, {}, kBeside})) hear(NameWords(statement).text(), said);
  }
  return said;
}

}  // namespace coagwatch::fhir
