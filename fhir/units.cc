#include "fhir/units.h"

#include <algorithm>
#include <map>

#include "fhir/unit_scale.h"
#include "fhir/unit_text.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Measure;

/// The key of an entry: measure, whether the case of letters counts, and the spelling.
class Key {
 public:
  /// REQUIRES: text.size() <= UnitText::kMaxLength.
  Key(Measure measure, bool any_case, std::string_view text) : length_(text.size() + 2) {
    bytes_[0] = static_cast<char>(rules::index(measure) + 1);
    bytes_[1] = any_case ? 'a' : 'e';
    std::copy(text.begin(), text.end(), bytes_.begin() + 2);
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), length_}; }

 private:
  std::array<char, UnitText::kMaxLength + 2> bytes_{};
  std::size_t length_;
};

std::optional<Terminology::Conversion> conversion_by(const ExactRatio& factor, Decimal offset) {
  const auto quotient = factor.quotient();
  if (!quotient) return std::nullopt;
  Terminology::Conversion conversion;
  conversion.factor = quotient->dividend;
  conversion.divisor = quotient->divisor;
  conversion.offset = offset;
  return conversion;
}

/// Between absolute temperatures and scales with a zero of their own: (x + a) * f - b is (x + (a - b / f)) * f.
std::optional<Terminology::Conversion> temperature_conversion(const UcumUnit& from, const UcumUnit& to) {
  const bool from_scale = from.scale == UcumUnit::Scale::offset || from.scale == UcumUnit::Scale::ratio;
  if (from.dimension != to.dimension || !from_scale) return std::nullopt;
  const auto factor = from.factor.times(to.factor.inverse());
  const auto zero = ExactRatio::of(to.offset);
  if (!factor || !zero) return std::nullopt;
  const auto shift = zero->times(factor->inverse());
  const auto quotient = shift ? shift->quotient() : std::nullopt;
  if (!quotient || quotient->divisor != Decimal::of(1)) return std::nullopt;
  const auto offset = Decimal::subtract(from.offset, quotient->dividend);
  return offset ? conversion_by(*factor, offset->normalized()) : std::nullopt;
}

}  // namespace

std::optional<std::string> UnitTable::read(std::string_view tsv) {
  Staged staged;
  if (auto problem = for_each_row(tsv, [&](const TableRow& row) { return add_row(row, staged); })) return problem;
  table_ = std::move(staged);
  return std::nullopt;
}

std::optional<std::string> UnitTable::add_row(const TableRow& row, Staged& staged) const {
  if (row.size() < 4 || (row[0] != "base" && row[0] != "unit")) {
    return "expected base or unit, measures, UCUM term and what belongs to it, separated by tabs";
  }
  for (const std::string_view name : split(row[1], ',')) {
    const auto measure = rules::measure_named(name);
    if (!measure) return "no measure is named " + std::string(name);
    auto problem = row[0] == "base" ? add_base(*measure, row, staged) : add_spellings(*measure, row, staged);
    if (problem) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> UnitTable::add_base(Measure measure, const TableRow& row, Staged& staged) const {
  Base base;
  base.term = row[2];
  const auto unit = ucum_.parse(row[2]);
  if (!unit) return "not a UCUM term: " + base.term;
  base.unit = *unit;
  const auto factor = Decimal::parse(row[3]);
  if (!factor || factor->sign() <= 0) return "the factor must be a positive decimal";
  base.factor = *factor;
  if (row.size() > 5 || (row.size() == 5 && row[4] != "as-written")) return "expected as-written or nothing";
  base.as_written = row.size() == 5;
  // Per cent of one thing and a fraction of another have the same dimension, which is none.
  if (unit->dimensionless() && !base.as_written) return "a plain number can only be as-written";
  Conversion conversion;
  conversion.factor = base.factor;
  staged.bases[rules::index(measure)].push_back(std::move(base));
  return add(measure, conversion, {row[2], false}, staged);
}

std::optional<std::string> UnitTable::add_spellings(Measure measure, const TableRow& row, Staged& staged) const {
  if (row[3] != "any" && row[3] != "exact") return "the case must be any or exact";
  const bool any_case = row[3] == "any";
  const auto& bases = staged.bases[rules::index(measure)];
  const auto base = std::find_if(bases.begin(), bases.end(), [&](const Base& b) { return b.term == row[2]; });
  std::optional<Conversion> conversion;
  if (base != bases.end()) {
    conversion.emplace();
    conversion->factor = base->factor;
  } else if (const auto unit = ucum_.parse(row[2])) {
    conversion = conversion_of(bases, *unit);
  }
  if (!conversion) return std::string(row[2]) + " does not convert to the measure's canonical unit";
  // The term itself is a spelling too.
  if (auto problem = add(measure, *conversion, {row[2], any_case}, staged)) return problem;
  for (std::size_t i = 4; i < row.size(); ++i) {
    if (auto problem = add(measure, *conversion, {row[i], any_case}, staged)) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> UnitTable::add(Measure measure, const Conversion& conversion, const Spelling& spelling,
                                          Staged& staged) const {
  const UnitText text(spelling.text, measure == Measure::d_dimer);
  if (!text.ok() || text.exact().empty()) return "not a unit: " + std::string(spelling.text);
  const auto by_ucum = [&](std::string_view form) {
    const auto unit = parse(form);
    return unit ? conversion_of(staged.bases[rules::index(measure)], *unit) : std::nullopt;
  };
  const auto in_ucum = by_ucum(text.exact());
  if (in_ucum && !same_scale(*in_ucum, conversion)) {
    return "means something else in UCUM: " + std::string(spelling.text);
  }

  const auto put = [&](bool any_case, std::string_view form) {
    const auto [at, added] = staged.entries.emplace(Key(measure, any_case, form).view(), conversion);
    return added || same_scale(at->second, conversion);
  };
  bool consistent = !spelling.any_case || put(true, text.folded());
  consistent = put(false, text.exact()) && consistent;
  // The litre has two letters in UCUM; with the small one the unit is as common.
  std::string small_litre(text.exact());
  std::replace(small_litre.begin(), small_litre.end(), 'L', 'l');
  const auto with_small_litre = by_ucum(small_litre);
  if (with_small_litre && same_scale(*with_small_litre, conversion)) consistent = put(false, small_litre) && consistent;
  if (!consistent) return "listed before with another factor: " + std::string(spelling.text);
  staged.known.emplace(text.folded());
  return std::nullopt;
}

std::optional<UcumUnit> UnitTable::parse(const UnitText& text) const {
  return text.ok() && !text.gapped() ? parse(text.exact()) : std::nullopt;
}

std::optional<UcumUnit> UnitTable::parse(std::string_view text) const {
  if (text.find('^') == std::string_view::npos) return ucum_.parse(text);
  // UCUM writes m3 for m^3, and has the sign only in powers of ten.
  std::array<char, UnitText::kMaxLength> term{};
  std::size_t length = 0;
  for (const char c : text) {
    if (c != '^' || std::string_view(term.data(), length).ends_with("10")) term[length++] = c;
  }
  return ucum_.parse({term.data(), length});
}

std::optional<Terminology::Conversion> UnitTable::conversion_of(const std::vector<Base>& bases, const UcumUnit& unit) {
  std::optional<Conversion> inexact;
  for (const Base& base : bases) {
    if (base.as_written) continue;
    if (base.unit.scale == UcumUnit::Scale::offset) {
      if (auto conversion = temperature_conversion(unit, base.unit)) return conversion;
      continue;
    }
    const auto multiple = ratio(unit, base.unit);
    const auto factor = ExactRatio::of(base.factor);
    const auto product = multiple && factor ? multiple->times(*factor) : std::nullopt;
    const auto conversion = product ? conversion_by(*product, Decimal::of(0)) : std::nullopt;
    // Of several bases (mm[Hg] and kPa) the one from which the unit is a finite decimal away is meant.
    if (conversion && conversion->divisor == Decimal::of(1)) return conversion;
    if (!inexact) inexact = conversion;
  }
  return inexact;
}

const Terminology::Conversion* UnitTable::entry(const Staged& table, Measure measure, bool any_case,
                                                std::string_view text) {
  const auto at = table.entries.find(Key(measure, any_case, text).view());
  return at == table.entries.end() ? nullptr : &at->second;
}

std::optional<Terminology::Conversion> UnitTable::find(Measure measure, std::string_view spelling) const {
  // Most units are spelled as listed, and need no closer look.
  if (spelling.size() <= UnitText::kMaxLength && !spelling.ends_with('}')) {
    if (const Conversion* listed = entry(table_, measure, false, spelling)) return *listed;
  }
  const UnitText text(spelling, measure == Measure::d_dimer);
  const bool counts = counts_cells(measure);
  if (!text.ok() || (counts && text.annotated() && hides_scale(spelling))) return std::nullopt;
  std::optional<Conversion> conversion;
  if (text.only_annotation()) {
    if (may_lack_unit(measure)) conversion.emplace();
  } else if (const Conversion* listed = text.gapped() ? nullptr : entry(table_, measure, false, text.exact())) {
    conversion = *listed;
  } else {
    const auto unit = parse(text);
    if (unit && !clear_factors(text.exact(), counts)) return std::nullopt;
    if (unit) conversion = conversion_of(table_.bases[rules::index(measure)], *unit);
    if (const Conversion* in_any_case = entry(table_, measure, true, text.folded())) {
      if (conversion && !same_scale(*conversion, *in_any_case)) return std::nullopt;
      conversion = *in_any_case;
    }
  }
  if (conversion) {
    conversion->flavour = text.flavour();
    conversion->flavour_conflict = text.flavour_conflict();
  }
  return conversion;
}

bool UnitTable::knows(std::string_view spelling) const {
  const UnitText text(spelling, true);
  return text.ok() && table_.known.contains(text.folded());
}

bool UnitTable::is_unit(std::string_view spelling) const {
  const UnitText text(spelling, true);
  if (!text.ok()) return false;
  if (table_.known.contains(text.folded())) return true;
  const auto unit = parse(text);
  return unit && !unit->dimensionless();
}

bool UnitTable::share_unit(Measure a, Measure b) const {
  // The terms of bases are entries too.
  return std::ranges::any_of(table_.entries, [&](const auto& entry) {
    const std::string_view key = entry.first;
    const auto of = static_cast<Measure>(static_cast<unsigned char>(key[0]) - 1);
    return (of == a || of == b) && find(of == a ? b : a, key.substr(2)).has_value();
  });
}

void UnitTable::append_canonical(std::string& out) const {
  ucum_.append_canonical(out);
  for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
    for (const Base& base : table_.bases[i]) {
      out.append("base ").append(rules::measure_info(static_cast<Measure>(i)).name).append(" ").append(base.term);
      base.factor.append_to(out.append(" "));
      out.append(base.as_written ? " as-written\n" : "\n");
    }
  }
  std::map<std::string_view, const Conversion*> sorted;
  for (const auto& [key, conversion] : table_.entries) sorted.emplace(key, &conversion);
  for (const auto& [key, conversion] : sorted) {
    const auto measure = static_cast<Measure>(static_cast<unsigned char>(key[0]) - 1);
    out.append("unit ").append(rules::measure_info(measure).name).push_back(' ');
    out.append(key.substr(1)).push_back(' ');
    append_conversion(*conversion, out);
    out.push_back('\n');
  }
}

}  // namespace coagwatch::fhir
