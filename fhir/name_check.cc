#include "fhir/name_check.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace coagwatch::fhir {
namespace {

std::uint64_t eight_bytes(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Three places tell names apart: LOINC's share their ends, a hospital's their beginnings. Only speed depends on it.
std::uint64_t sample(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (text.size() < kWord) {
    std::uint64_t word = text.size();
    for (const char byte : text) word = word << 8U | static_cast<unsigned char>(byte);
    return word;
  }
  const char* const last = text.data() + text.size() - kWord;
  return eight_bytes(text.data()) + 3 * eight_bytes(last) + 5 * eight_bytes(text.data() + (text.size() - kWord) / 2) +
         text.size();
}

std::size_t mix(std::string_view text) {
  constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15U;
  return static_cast<std::size_t>(sample(text) * kMix >> 48U);
}

}  // namespace

NameCheck::NameCheck(const AnalyteNames& names)
    : names_(names), seen_(std::make_unique<std::array<std::array<Seen, kWays>, kSets>>()) {}

bool NameCheck::contradicted(const Concept& code, const CodeMeaning& meaning) {
  if (meaning.any_text) return false;
  MeasureSet meant;
  meant.set(rules::index(meaning.measure));
  if (meaning.alternative) meant.set(rules::index(*meaning.alternative));
  if (contradicts(code.text.string(), meant)) return true;
  return std::any_of(code.codings.begin(), code.codings.end(),
                     [&](const Coding& coding) { return contradicts(coding.display.string(), meant); });
}

bool NameCheck::contradicts(std::string_view text, const MeasureSet& meant) {
  if (text.empty() || text.size() > AnalyteNames::kMaxText) return false;
  auto& set = (*seen_)[mix(text) % kSets];
  for (const Seen& seen : set) {
    if (seen.text.size() == text.size() && seen.meant == meant && seen.text == text) return seen.contradicts;
  }
  // The older one makes room.
  std::swap(set.front(), set.back());
  Seen& seen = set.front();
  seen.text.assign(text);
  seen.meant = meant;
  seen.contradicts = names_.contradicts(text, meant);
  return seen.contradicts;
}

}  // namespace coagwatch::fhir
