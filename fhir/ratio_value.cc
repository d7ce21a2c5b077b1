#include "fhir/ratio_value.h"

#include <string_view>

#include "fhir/quantity.h"
#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Measure;

WrittenValue refused(const Verdict& verdict) { return {{}, {}, verdict}; }

bool says_nothing(const WrittenUnit& unit) { return unit.code.empty() && unit.text.empty() && !unit.wrong_type; }

/// A unit that can stand below a solidus without brackets.
bool is_simple(std::string_view unit) { return unit.find_first_of("/.*^( ") == std::string_view::npos; }

/// `mg` by `L` as `mg/L`; empty where only one of them is given.
std::string_view quotient_text(std::string_view above, std::string_view below, TextArena& arena) {
  return below.empty() ? std::string_view() : arena.join({above, "/", below});
}

/// The unit of what a Ratio tells of one unit of something.
WrittenValue per_one(const rules::Interval& value, const WrittenUnit& above, const WrittenUnit& below,
                     TextArena& arena) {
  if (says_nothing(below)) return {value, above, {}};
  if (!is_simple(below.code) || !is_simple(below.text)) {
    return refused(dead(Reason::unknown_unit, "valueRatio.denominator: a compound unit, for "));
  }
  WrittenUnit unit = above;
  unit.ucum = (above.ucum || says_nothing(above)) && below.ucum;
  unit.wrong_type = above.wrong_type || below.wrong_type;
  // Code by code and text by text: what one side alone has names no unit of the whole.
  unit.code =
      above.code.empty() && !says_nothing(above) ? std::string_view() : quotient_text(above.code, below.code, arena);
  unit.text =
      above.text.empty() && !says_nothing(above) ? std::string_view() : quotient_text(above.text, below.text, arena);
  return {value, unit, {}};
}

WrittenValue quotient(const NumberReading& numerator, Decimal denominator, Measure measure, const WrittenUnit& above,
                      const WrittenUnit& below) {
  const bool same = above.code == below.code && above.text == below.text && !above.wrong_type && !below.wrong_type;
  if (!same || (measure == Measure::inr && !says_nothing(above))) {
    return refused(dead(Reason::unknown_unit, "valueRatio: units of which there is no quotient, for "));
  }
  const bool usable = numerator.value.is_point() && denominator.sign() > 0;
  const auto value = usable ? divided(numerator.value, denominator) : std::nullopt;
  if (!value || !value->is_point()) {
    return refused(dead(Reason::invalid_value, "valueRatio: expected two numbers whose quotient is a finite decimal"));
  }
  WrittenUnit unit;
  unit.text = "{ratio}";
  return {*value, unit, {}};
}

}  // namespace

WrittenValue read_ratio(const Ratio& ratio, const CodeMeaning& meaning, const ValueContext& context) {
  if (ratio.presence == Presence::wrong_shape || ratio.numerator.presence == Presence::wrong_shape ||
      ratio.denominator.presence == Presence::wrong_shape) {
    return refused(dead(Reason::invalid_value, "valueRatio: expected an object with numerator and denominator"));
  }
  const NumberReading numerator = read_quantity(ratio.numerator, context.number_length);
  if (numerator.problem) return refused(*numerator.problem);
  const NumberReading denominator = read_quantity(ratio.denominator, context.number_length);
  if (denominator.problem) return refused(*denominator.problem);
  const WrittenUnit above = written_unit(ratio.numerator);
  const WrittenUnit below = written_unit(ratio.denominator);
  if (denominator.value.is_point() && denominator.value.low == Decimal::of(1)) {
    return per_one(numerator.value, above, below, context.arena);
  }
  for (const Measure measure : {meaning.measure, meaning.alternative.value_or(meaning.measure)}) {
    if ((measure == Measure::inr || measure == Measure::pt_ratio) && denominator.value.is_point()) {
      return quotient(numerator, denominator.value.low, measure, above, below);
    }
  }
  return refused(ignored(Reason::no_value, "valueRatio: a denominator other than 1"));
}

}  // namespace coagwatch::fhir
