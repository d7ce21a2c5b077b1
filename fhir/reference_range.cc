#include "fhir/reference_range.h"

#include <algorithm>
#include <array>

#include "fhir/quantity.h"
#include "fhir/text_number.h"
#include "fhir/unit_words.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;

/// What the upper limits of a measure's assays lie between, in canonical unit.
struct AssayLimits {
  Measure measure;
  Decimal lowest;
  Decimal highest;
};
// Of what is scored as a multiple. A tenth of what is usual to ten times that: D-dimer 0.5 mg/L FEU (clinical
// reference, C), soluble fibrin 7 mg/L, TAT 3-4 ug/L, F1+2 230-320 pmol/L, PIC 0.8 mg/L (E). A placeholder like 999999,
// or a limit whose unit was lost, would make every value a normal one.
constexpr std::array<AssayLimits, 5> kAssayLimits = {{{Measure::d_dimer, Decimal(5, -2), Decimal::of(5)},
                                                      {Measure::soluble_fibrin_uln, Decimal(7, -1), Decimal::of(70)},
                                                      {Measure::tat_uln, Decimal(3, -1), Decimal::of(40)},
                                                      {Measure::f12_uln, Decimal::of(23), Decimal::of(3200)},
                                                      {Measure::pic, Decimal(8, -2), Decimal::of(8)}}};

const AssayLimits* assay_limits(Measure measure) {
  const auto* const found = std::find_if(kAssayLimits.begin(), kAssayLimits.end(),
                                         [&](const AssayLimits& each) { return each.measure == measure; });
  return found == kAssayLimits.end() ? nullptr : found;
}

/// A DDU limit is doubled to be compared, one of unknown flavour may be either.
bool is_of_an_assay(Decimal limit, const AssayLimits& of_assays, DDimerFlavour flavour) {
  const auto doubled = Decimal::multiply(limit, Decimal::of(2));
  const bool may_be_ddu = of_assays.measure == Measure::d_dimer && flavour != DDimerFlavour::feu;
  const auto inside = [&](Decimal value) { return value >= of_assays.lowest && value <= of_assays.highest; };
  if (may_be_ddu && doubled && inside(*doubled)) return true;
  return flavour != DDimerFlavour::ddu && inside(limit);
}

bool is_normal(const ReferenceRange& range) {
  if (range.modifier_extension != Presence::absent) return false;
  if (range.type.presence == Presence::absent) return true;
  return std::any_of(range.type.codings.begin(), range.type.codings.end(),
                     [](const Coding& coding) { return coding.code.string() == "normal"; });
}

struct WrittenRange {
  Interval value;
  WrittenUnit unit;  ///< empty where it has none
};

/// `< 0.5`, `0.5-4`, `≤300`, `- <90`, with a unit behind it or without.
std::optional<WrittenRange> range_of_text(std::string_view text, const ValueContext& context) {
  text = trimmed(plain_form(text, context.arena));
  if (text.starts_with('-') && text.find('<') != std::string_view::npos) text = trimmed(text.substr(1));
  const TextNumber number = read_text_number(text, {context.number_length, context.site.decimal_comma});
  if (!number.parsed || number.value.is_point()) return std::nullopt;
  WrittenRange range;
  range.value = number.value;
  range.unit.text = number.rest;
  return range;
}

std::optional<WrittenRange> written_range(const ReferenceRange& range, const ValueContext& context) {
  if (range.high.presence == Presence::present) {
    const NumberReading number = read_quantity(range.high, context.number_length);
    if (number.problem) return std::nullopt;
    return WrittenRange{number.value, written_unit(range.high)};
  }
  if (range.low.presence != Presence::absent) return std::nullopt;
  return range_of_text(range.text.string(), context);
}

/// The upper limit of one result, from what its ranges say.
class LimitReader {
 public:
  LimitReader(const UnitReading& value_unit, DDimerFlavour of_value, const ValueContext& context)
      : value_unit_(value_unit), of_value_(of_value), context_(context), assays_(assay_limits(value_unit.measure)) {}

  /// The high end of a range in its own unit, or the value's.
  [[nodiscard]] std::optional<Decimal> read(const ReferenceRange& range) const {
    const auto written = written_range(range, context_);
    if (!written || written->value.high_unbounded) return std::nullopt;
    const auto high = high_in(*written, written->unit);
    if (!high || assays_ == nullptr) return high ? std::optional(high->value) : std::nullopt;
    if (!is_of_an_assay(high->value, *assays_, high->flavour)) return std::nullopt;
    if (range.high.presence == Presence::present && contradicts(range.text.string(), *written, high->value)) {
      return std::nullopt;
    }
    return high->value;
  }

 private:
  struct High {
    Decimal value;
    DDimerFlavour flavour;
  };

  /// The high end in canonical unit, as if it had been written with `written`, or the value's unit where that is none.
  [[nodiscard]] std::optional<High> high_in(const WrittenRange& range, const WrittenUnit& written) const {
    if (written.wrong_type) return std::nullopt;
    UnitReading unit = value_unit_;
    DDimerFlavour flavour = of_value_;
    if (!written.code.empty() || !written.text.empty()) {
      CodeMeaning meaning;
      meaning.measure = value_unit_.measure;
      unit = resolve_unit(context_.terminology, meaning, written);
      const DDimerFlavour own = unit.conversion.flavour;
      const bool differ = own != DDimerFlavour::unknown && of_value_ != DDimerFlavour::unknown && own != of_value_;
      if (unit.problem || unit.flavour_conflict || differ) return std::nullopt;
      if (own != DDimerFlavour::unknown) flavour = own;
    }
    const auto canonical = converted(Interval::point(range.value.high), unit);
    if (!canonical || !canonical->is_point() || canonical->high.sign() <= 0) return std::nullopt;
    return High{canonical->high, flavour};
  }

  /// Whether the text beside `high` says another limit. One without a unit is in that of `high`, or the value's; one
  /// that is no range says nothing.
  [[nodiscard]] bool contradicts(std::string_view text, const WrittenRange& high, Decimal limit) const {
    const auto said = range_of_text(text, context_);
    if (!said || said->value.high_unbounded) return false;
    const auto is_limit = [&](const WrittenUnit& unit) {
      const auto other = high_in(*said, unit);
      return other && other->value == limit;
    };
    std::string_view rest = said->unit.text;
    WrittenUnit first_word;
    first_word.text = take_word(rest);
    const Terminology& terminology = context_.terminology;
    for (const WrittenUnit& unit : {said->unit, first_word}) {
      const bool known = terminology.knows_unit(unit.text) || terminology.unit(value_unit_.measure, unit.text);
      if (!unit.text.empty() && known) return !is_limit(unit);
    }
    return !is_limit(high.unit) && !is_limit({});
  }

  const UnitReading& value_unit_;
  DDimerFlavour of_value_;
  const ValueContext& context_;
  const AssayLimits* assays_;
};

/// How many of a unit of time 50 years are, as a fraction: a year has 365.25 days and 12 months (UCUM).
struct FiftyYears {
  std::string_view unit;
  Decimal whole;
  Decimal divisor = Decimal::of(1);
};
constexpr auto kFiftyYears = std::to_array<FiftyYears>({
    {"a", Decimal::of(50)},
    {"a_j", Decimal::of(50)},
    {"yr", Decimal::of(50)},
    {"year", Decimal::of(50)},
    {"years", Decimal::of(50)},
    {"J", Decimal::of(50)},
    {"mo", Decimal::of(600)},
    {"mo_j", Decimal::of(600)},
    {"month", Decimal::of(600)},
    {"months", Decimal::of(600)},
    {"wk", Decimal(182'625, -1), Decimal::of(7)},
    {"week", Decimal(182'625, -1), Decimal::of(7)},
    {"weeks", Decimal(182'625, -1), Decimal::of(7)},
    {"d", Decimal(182'625, -1)},
    {"day", Decimal(182'625, -1)},
    {"days", Decimal(182'625, -1)},
});

bool is_above_fifty_years(const ReferenceRange& range, std::uint32_t max_length) {
  const Quantity& age = range.age.low;
  if (age.presence != Presence::present) return false;
  const std::string_view unit = age.code.is_string() ? age.code.text : age.unit.string();
  const auto* const fifty = std::ranges::find(kFiftyYears, unit, &FiftyYears::unit);
  if (fifty == kFiftyYears.end()) return false;
  const NumberReading low = read_quantity(age, max_length);
  return !low.problem && Decimal::compare_product(fifty->whole, low.value.low, fifty->divisor) < 0;
}

}  // namespace

std::optional<UpperLimit> read_upper_limit(const ResultPart& part, const UnitReading& value_unit, DDimerFlavour flavour,
                                           const ValueContext& context) {
  struct Candidate {
    UpperLimit limit;
    bool general = false;  // for everybody, not for an age or a group
  };
  const LimitReader reader(value_unit, flavour, context);
  std::optional<Candidate> best;
  bool differ = false;
  for (const ReferenceRange& range : part.reference_ranges) {
    if (!is_normal(range)) continue;
    const auto high = reader.read(range);
    if (!high) continue;
    const bool general = range.applies_to == Presence::absent && range.age.presence == Presence::absent;
    const Candidate candidate{{*high, is_above_fifty_years(range, context.number_length)}, general};
    if (!best || (general && !best->general)) {
      best = candidate;
      differ = false;
    } else if (general == best->general && candidate.limit.value != best->limit.value) {
      differ = true;
    }
  }
  if (!best || differ) return std::nullopt;
  return best->limit;
}

}  // namespace coagwatch::fhir
