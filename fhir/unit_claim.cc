#include "fhir/unit_claim.h"

#include <optional>

#include "fhir/unit_scale.h"
#include "fhir/unit_words.h"
#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;
using Conversion = Terminology::Conversion;

/// What a text names first, and what stands behind it.
struct Beginning {
  std::optional<Conversion> unit;
  std::string_view rest;
};

/// The longest part from the beginning that ends with a word, or with brackets behind it, and is a unit of the measure.
Beginning beginning_of(const Terminology& terminology, Measure measure, std::string_view text) {
  Beginning longest{std::nullopt, text};
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = take_word(rest);
    if (word.empty()) break;
    const auto end = static_cast<std::size_t>(word.data() + word.size() - text.data());
    std::size_t closed = end;
    while (closed < text.size() && (text[closed] == ')' || text[closed] == ']' || text[closed] == '}')) ++closed;
    auto unit = terminology.unit(measure, text.substr(0, closed));
    if (!unit && closed != end) unit = terminology.unit(measure, text.substr(0, end));
    if (unit) longest = {unit, rest};
  }
  return longest;
}

bool is_per(std::string_view word) { return word == "per" || word == "pro" || word == "par" || word == "por"; }

/// The prothrombin time, which UCUM could take for petateslas.
bool is_name_of_test(Measure measure, std::string_view word) {
  if (word != "PT" && word != "Pt") return false;
  return measure == Measure::pt_seconds || measure == Measure::pt_ratio || measure == Measure::pt_activity ||
         measure == Measure::inr;
}

/// True if a word can be a part of some unit, other than the known one by itself.
bool is_claim(const Terminology& terminology, Measure measure, std::string_view word, const Conversion& known,
              bool first) {
  const PlainWord plain(word);
  if (plain.has_digit() || plain.has_unit_sign() || is_per(plain.folded()) || names_scale(word)) return true;
  if (is_name_of_test(measure, word)) return false;
  // A letter somewhere in a text is no unit; the first one of it can be.
  const bool is_unit = first ? terminology.is_unit(word) : plain.folded().size() > 1 && terminology.knows_unit(word);
  if (!is_unit) return false;
  const auto unit = terminology.unit(measure, word);
  return !unit || !same_scale(*unit, known);
}

}  // namespace

UnitClaim claim_of(const Terminology& terminology, Measure measure, std::string_view text, const Conversion& known) {
  constexpr UnitClaim kOther{UnitClaim::Kind::other, {}};
  // Ten of what? It is seen where 10*9/L was meant.
  if (text == "10") return {};
  if (terminology.is_unit(text) && !is_name_of_test(measure, text)) return kOther;
  const Beginning beginning = beginning_of(terminology, measure, text);
  if (beginning.unit && !same_scale(*beginning.unit, known)) return kOther;
  bool first = !beginning.unit;
  for (std::string_view rest = beginning.rest; !rest.empty(); first = false) {
    if (is_claim(terminology, measure, take_word(rest), known, first)) return kOther;
  }
  if (!beginning.unit) return {};
  return {UnitClaim::Kind::same, *beginning.unit};
}

}  // namespace coagwatch::fhir
