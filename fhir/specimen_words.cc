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
constexpr std::size_t kClotWords = 41;
constexpr std::array<std::string_view, kClotWords + 7> kNamed = {"clot",
                                                                 "clots",
                                                                 "clotted",
                                                                 "clotting",
                                                                 "clot check",
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
// What is said to be clotted, or how it was asked.
constexpr std::array<std::string_view, 29> kBearers = {
    "specimen",    "the specimen", "this specimen", "sample",         "the sample",  "this sample",
    "samples",     "blood",        "tube",          "the tube",       "blut",        "probe",
    "die probe",   "blutprobe",    "rohrchen",      "le prelevement", "prelevement", "l echantillon",
    "echantillon", "le tube",      "検 体",         "血 液",          "check",       "checked for",
    "check for",   "index",        "grade",         "level",          "score"};
constexpr std::array<std::string_view, 40> kBeside = {"is",
                                                      "was",
                                                      "are",
                                                      "were",
                                                      "ist",
                                                      "sind",
                                                      "war",
                                                      "est",
                                                      "a",
                                                      "of",
                                                      "for",
                                                      "fur",
                                                      "pour",
                                                      "the",
                                                      "in the sample",
                                                      "in sample",
                                                      "in the specimen",
                                                      "in specimen",
                                                      "in the tube",
                                                      "in tube",
                                                      "in blood",
                                                      "in der probe",
                                                      "im rohrchen",
                                                      "im blut",
                                                      "dans le tube",
                                                      "dans l echantillon",
                                                      "auf",
                                                      "hinweis",
                                                      "hinweise",
                                                      "anzeichen",
                                                      "or",
                                                      "nor",
                                                      "oder",
                                                      "noch",
                                                      "ou",
                                                      "ni",
                                                      "は",
                                                      "が",
                                                      "を",
                                                      "の"};
// What joins two that are denied together.
constexpr std::array<std::string_view, 6> kOr = {"or", "nor", "oder", "noch", "ou", "ni"};
// States of a specimen, which `not` does not deny from behind: `Clotted - not reported`.
constexpr std::array<std::string_view, 14> kStates = {
    "clotted",     "coagulated", "coagule",   "coagulee",   "geronnen*",  "teilgeronnen*", "angeronnen*",
    "koaguliert*", "hemolyzed",  "hemolysed", "haemolyzed", "haemolysed", "hamolytisch*",  "hamolysiert*"};
constexpr std::array<std::string_view, 5> kAsking = {":", "?", "=", "：", "？"};

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

/// Takes the first statement off a text. A bracket ends one too: `凝固（－）溶血（＋）`.
std::string_view take_statement(std::string_view& text) {
  const std::string_view all = text;
  std::size_t length = 0;
  std::size_t parting = 0;
  while (length < all.size()) {
    parting = break_at(all.substr(length));
    if (parting > 0) break;
    const std::string_view statement = all.substr(0, ++length);
    if (statement.ends_with(')') || statement.ends_with("）")) break;
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
    drop_words(words, known > 0 ? known : first_word(words).size());
  }
}

bool is_among(std::string_view words, Phrases phrases) {
  for (; !words.empty(); drop_words(words, first_word(words).size())) {
    if (phrase_at(words, phrases) > 0) return true;
  }
  return false;
}

/// Whether a statement begins with the state that the specimen is in, and asks for none.
bool states(std::string_view statement, std::string_view words) {
  const auto stands_there = [&](std::string_view sign) { return statement.find(sign) != std::string_view::npos; };
  if (std::ranges::any_of(kAsking, stands_there)) return false;
  while (const std::size_t length = std::max(phrase_at(words, kBearers), phrase_at(words, kBeside))) {
    drop_words(words, length);
  }
  return phrase_at(words, kStates) > 0;
}

/// Adds what one statement says.
void hear_statement(std::string_view statement, ConditionWords& said) {
  const NameWords words(statement);
  ConditionWords named;
  hear(words.text(), named);
  if (!named.clotted && !named.haemolysed) return;
  // Of `not clotted (hemolyzed)` only one is denied.
  const bool one = !(named.clotted && named.haemolysed) || is_among(words.text(), kOr);
  const bool may_be_denied = one && !states(statement, words.text());
  if (may_be_denied && denies(statement, {kNamed, kBearers, {}, kBeside})) return;
  said.clotted = said.clotted || named.clotted;
  said.haemolysed = said.haemolysed || named.haemolysed;
}

}  // namespace

ConditionWords read_condition_words(std::string_view text) {
  ConditionWords said;
  text = cut_utf8(text, NameWords::kMaxText);
  while (!text.empty()) hear_statement(take_statement(text), said);
  return said;
}

}  // namespace coagwatch::fhir
