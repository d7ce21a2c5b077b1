#include "fhir/unit_text.h"

#include <algorithm>

#include "fhir/ascii.h"
#include "fhir/unit_signs.h"

namespace coagwatch::fhir {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// White space beside such a character is never between two words.
bool is_joint(char c) { return c == '/' || c == '.' || c == '(' || c == ')' || c == '*' || c == '^'; }

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
  if (d_dimer) flavour_ = flavour_in_text(spelling, flavour_conflict_);
  read(spelling);
  if (ok_ && d_dimer && flavour_ != DDimerFlavour::unknown) take_out_flavour_words();
  if (flavour_conflict_) flavour_ = DDimerFlavour::unknown;
  std::transform(exact_.begin(), exact_.begin() + static_cast<std::ptrdiff_t>(length_), folded_.begin(), lower);
}

void UnitText::put(char c) {
  const char before = length_ > 0 ? exact_[length_ - 1] : '/';
  const bool gap = space_ && !is_joint(before) && !is_joint(c);
  const bool parts_numbers = gap && is_digit(before) && is_digit(c);
  if (length_ + (parts_numbers ? 1 : 0) >= kMaxLength) {
    ok_ = false;
    return;
  }
  if (parts_numbers) exact_[length_++] = ' ';
  if (gap) gaps_ |= std::uint64_t{1} << length_;
  space_ = false;
  exact_[length_++] = c;
}

void UnitText::end_annotation() {
  annotated_ = true;
  if (length_ > 0 && (exact_[length_ - 1] == '/' || exact_[length_ - 1] == '.')) put('1');
}

void UnitText::read(std::string_view spelling) {
  bool in_annotation = false;
  bool in_superscript = false;
  while (!spelling.empty() && ok_) {
    const PlainSign sign = take_sign(spelling);
    const char first = sign.text.empty() ? '\0' : sign.text.front();
    if (first == '{' || first == '}') {
      if (in_annotation == (first == '{')) ok_ = false;
      in_annotation = first == '{';
      if (!in_annotation && ok_) end_annotation();
      continue;
    }
    if (in_annotation) continue;
    if (is_space(first)) space_ = true;
    if (sign.text.empty() || is_space(first)) continue;
    if (sign.superscript && !in_superscript) put('^');
    in_superscript = sign.superscript;
    for (const char p : sign.text) put(p);
  }
  if (in_annotation) ok_ = false;
}

void UnitText::take_out(std::size_t at, std::size_t count) {
  std::copy(exact_.begin() + static_cast<std::ptrdiff_t>(at + count),
            exact_.begin() + static_cast<std::ptrdiff_t>(length_), exact_.begin() + static_cast<std::ptrdiff_t>(at));
  length_ -= count;
  const std::uint64_t before = gaps_ & ((std::uint64_t{1} << at) - 1);
  const std::uint64_t behind = at < length_ ? gaps_ >> (at + count) << at : 0;
  gaps_ = before | behind;
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
