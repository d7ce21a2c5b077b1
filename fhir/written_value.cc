#include "fhir/written_value.h"

#include "fhir/quantity.h"
#include "fhir/ratio_value.h"
#include "fhir/text_number.h"

namespace coagwatch::fhir {
namespace {

using rules::Measure;

WrittenValue refused(const Verdict& verdict) { return {{}, {}, verdict}; }

int given_values(const ResultPart& o) {
  const auto one = [](Presence presence) { return presence != Presence::absent ? 1 : 0; };
  return one(o.value_quantity.presence) + one(o.value_range.presence) + one(o.value_ratio.presence) +
         one(o.value_concept.presence) + one(o.value_other) + (o.value_string.absent() ? 0 : 1) +
         (o.value_integer.absent() ? 0 : 1) + (o.value_boolean.absent() ? 0 : 1);
}

WrittenValue from_quantity(const Quantity& quantity, std::uint32_t number_length) {
  if (quantity.presence == Presence::wrong_shape) {
    return refused(dead(Reason::invalid_value, "valueQuantity: expected an object"));
  }
  const NumberReading number = read_quantity(quantity, number_length);
  return {number.value, written_unit(quantity), number.problem};
}

bool same_unit(const WrittenUnit& a, const WrittenUnit& b) { return a.code == b.code && a.text == b.text; }
bool says_nothing(const WrittenUnit& unit) { return unit.code.empty() && unit.text.empty() && !unit.wrong_type; }

WrittenValue from_range(const Range& range, std::uint32_t number_length) {
  if (range.presence == Presence::wrong_shape || range.low.presence == Presence::wrong_shape ||
      range.high.presence == Presence::wrong_shape) {
    return refused(dead(Reason::invalid_value, "valueRange: expected an object with low and high"));
  }
  const bool has_low = !range.low.value.absent();
  const bool has_high = !range.high.value.absent();
  if (!has_low && !has_high) return refused(ignored(Reason::no_value, "valueRange: neither low nor high"));
  if (!range.low.comparator.absent() || !range.high.comparator.absent()) {
    return refused(dead(Reason::invalid_value, "valueRange: comparators are not allowed"));
  }
  WrittenValue written;
  written.value.low_unbounded = !has_low;
  written.value.high_unbounded = !has_high;
  if (has_low) {
    const NumberReading low = read_quantity(range.low, number_length);
    if (low.problem) return refused(*low.problem);
    written.value.low = low.value.low;
    written.value.low_open = low.value.low_open;
    written.unit = written_unit(range.low);
  }
  if (has_high) {
    const NumberReading high = read_quantity(range.high, number_length);
    if (high.problem) return refused(*high.problem);
    written.value.high = high.value.high;
    written.value.high_open = high.value.high_open;
    const WrittenUnit unit = written_unit(range.high);
    if (says_nothing(written.unit)) {
      written.unit = unit;
    } else if (!says_nothing(unit) && !same_unit(unit, written.unit)) {
      return refused(dead(Reason::unknown_unit, "valueRange: low and high in different units, for "));
    }
  }
  if (written.value.is_empty()) {
    return refused(dead(Reason::invalid_value, "valueRange: low is above high"));
  }
  return written;
}

WrittenValue from_text(const Scalar& scalar, Measure measure, const ValueContext& context) {
  if (!scalar.is_string()) return refused(dead(Reason::invalid_value, "valueString: expected a string"));
  const std::string_view text = plain_form(scalar.text, context.arena);
  const TextNumber number = read_text_number(text, {context.number_length, context.site.decimal_comma});
  if (!number.has_digit) return refused(ignored(Reason::no_value, "valueString: no number in it"));
  // Not every UCUM term: `(H)` marks a high value, and is not the henry.
  const bool has_unit = !number.rest.empty() && (context.terminology.knows_unit(number.rest) ||
                                                 context.terminology.unit(measure, number.rest).has_value());
  if (!number.parsed || (!number.rest.empty() && !has_unit)) {
    return refused(dead(Reason::invalid_value, "valueString: expected a number, a bound or a range"));
  }
  WrittenValue written;
  written.value = number.value;
  written.unit.text = number.rest;
  return written;
}

}  // namespace

WrittenValue read_written_value(const ResultPart& part, const CodeMeaning& meaning, const ValueContext& context) {
  const int given = given_values(part);
  if (given == 0) return refused(ignored(Reason::no_value, "value[x]: missing"));
  if (given > 1) return refused(dead(Reason::invalid_value, "value[x]: expected one only"));
  WrittenValue written;
  if (part.value_quantity.presence != Presence::absent) {
    written = from_quantity(part.value_quantity, context.number_length);
  } else if (part.value_range.presence != Presence::absent) {
    written = from_range(part.value_range, context.number_length);
  } else if (part.value_ratio.presence != Presence::absent) {
    written = read_ratio(part.value_ratio, meaning, context);
  } else if (!part.value_string.absent()) {
    written = from_text(part.value_string, meaning.measure, context);
  } else if (!part.value_integer.absent()) {
    const NumberReading number = read_integer(part.value_integer, context.number_length);
    written = {number.value, {}, number.problem};
  } else {
    return refused(ignored(Reason::no_value, "value[x]: of a type without a number"));
  }
  if (!written.problem && part.data_absent_reason != Presence::absent) {
    return refused(dead(Reason::invalid_value, "value[x] and dataAbsentReason exclude each other"));
  }
  return written;
}

}  // namespace coagwatch::fhir
