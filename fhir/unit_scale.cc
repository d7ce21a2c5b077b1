#include "fhir/unit_scale.h"

#include <algorithm>
#include <array>

#include "fhir/unit_signs.h"
#include "fhir/unit_words.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;

// English and German as seen in real units; of other languages the common words. One that is missing is no harm for
// platelets, whose count is then too small for its unit.
constexpr std::array<std::string_view, 58> kMagnitudes = {
    "k",       "m",         "g",        "t",        "th",      "ths",      "thou",       "thous",    "thousand",
    "tsd",     "tausend",   "mille",    "milliers", "mila",    "miles",    "mil",        "milhares", "tusen",
    "duizend", "bin",       "mio",      "mill",     "mln",     "million",  "millionen",  "millones", "miljoen",
    "milhoes", "milioni",   "milyon",   "mrd",      "mld",     "milliard", "milliarden", "bn",       "bil",
    "billion", "billionen", "trillion", "hundred",  "hundert", "kilo",     "mega",       "giga",     "gpt",
    "mpt",     "tpt",       "tera",     "milli",    "lakh",    "lac",      "crore",      "ten",      "zehn",
    "\u767e",  "\u5343",    "\u4e07",   "\u5104"};

constexpr std::array<std::string_view, 34> kCells = {
    "#",           "cell",         "cells",        "cnt",          "count",     "counts",
    "number",      "no",           "num",          "platelet",     "platelets", "plt",
    "plts",        "thrombocyte",  "thrombocytes", "thrombozyten", "thrombo",   "leukocyte",
    "leukocytes",  "leucocyte",    "leucocytes",   "leukozyten",   "wbc",       "wbcs",
    "erythrocyte", "erythrocytes", "erythrozyten", "ery",          "rbc",       "rbcs",
    "zellen",      "particles",    "entity",       "each"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_magnitude(std::string_view word) {
  const auto listed = [](std::string_view w) {
    return std::find(kMagnitudes.begin(), kMagnitudes.end(), w) != kMagnitudes.end();
  };
  return listed(word) || (word.size() > 3 && word.ends_with('s') && listed(word.substr(0, word.size() - 1)));
}

/// 1, 100, 1000 and so on. Ten is all that is left of a power of ten without its exponent.
bool is_clear(std::string_view number) {
  return number.front() == '1' && number != "10" && number.find_first_not_of('0', 1) == std::string_view::npos;
}

/// Cells in a microlitre, as a part of the canonical unit; and the smallest count that is reported.
struct Limits {
  Decimal cell_in_microlitre;
  Decimal smallest;
};
Limits limits_of(Measure measure) {
  if (measure == Measure::rbc) return {Decimal(1, -6), Decimal(1, -1)};
  return {Decimal(1, -3), measure == Measure::wbc ? Decimal(1, -2) : Decimal::of(1)};
}

}  // namespace

bool names_scale(std::string_view text) {
  while (!text.empty()) {
    const PlainWord word(take_word(text));
    if (word.has_digit() || is_magnitude(word.folded())) return true;
  }
  return false;
}

bool names_cells(std::string_view text) {
  const PlainWord word(take_word(text));
  return text.empty() && std::find(kCells.begin(), kCells.end(), word.folded()) != kCells.end();
}

bool hides_scale(std::string_view spelling) {
  bool at_start = true;
  bool unnamed = false;  // all that was read is annotations, and one of them is no word for cells
  while (!spelling.empty()) {
    const PlainSign sign = take_sign(spelling);
    if (sign.text == "{") {
      const char* const begin = spelling.data();
      const char* end = begin;
      while (!spelling.empty() && take_sign(spelling).text != "}") end = spelling.data();
      const std::string_view annotation(begin, static_cast<std::size_t>(end - begin));
      if (names_scale(annotation)) return true;
      unnamed = unnamed || (at_start && !names_cells(annotation));
    } else if (!sign.text.empty() && sign.text != " ") {
      if (at_start && unnamed && sign.text == "/") return true;
      at_start = false;
    }
  }
  return false;
}

bool clear_factors(std::string_view term, bool counts) {
  bool at_start = true;  // of a component
  for (std::size_t at = 0; at < term.size(); ++at) {
    if (!at_start || !is_digit(term[at])) {
      at_start = term[at] == '/' || term[at] == '.' || term[at] == '(';
      continue;
    }
    std::size_t end = at;
    while (end < term.size() && is_digit(term[end])) ++end;
    const std::string_view number = term.substr(at, end - at);
    const std::string_view rest = term.substr(end);
    at = end - 1;
    at_start = false;
    if (number == "10" && (rest.starts_with('*') || rest.starts_with('^'))) {
      if (counts && (rest.size() < 2 || !is_digit(rest[1]))) return false;
    } else if (!is_clear(number)) {
      return false;
    }
  }
  return true;
}

bool too_few_cells(const Interval& value, Measure measure, const Terminology::Conversion& unit) {
  if (!counts_cells(measure)) return false;
  // The lower of two ends is the one that can be too small, except where it is zero.
  const bool by_low = !value.low_unbounded && value.low.sign() > 0;
  if (!by_low && (value.high_unbounded || value.high.sign() <= 0)) return false;
  const Decimal end = by_low ? value.low : value.high;
  const Limits limits = limits_of(measure);
  if (end >= limits.smallest) return false;
  const bool finer = unit.factor < unit.divisor;
  return finer || end < limits.cell_in_microlitre;
}

}  // namespace coagwatch::fhir
