#include "fhir/units.h"

#include <algorithm>
#include <vector>

#include "fhir/unit_text.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;

/// The key of an entry: measure, whether the case of letters counts, and the spelling.
class Key {
 public:
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

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// One end of a quotient: the six-decimal number at or just beside it.
struct QuotientEnd {
  Decimal value;
  bool open = false;
};

std::optional<QuotientEnd> quotient_end(Decimal dividend, Decimal divisor, bool below) {
  constexpr int kDigits = 6;
  constexpr Decimal kStep{1, -kDigits};
  const auto nearest = Decimal::divide_half_up(dividend, divisor, kDigits);
  if (!nearest) return std::nullopt;
  const auto order = Decimal::compare_product(dividend, *nearest, divisor);
  if (order == 0) return QuotientEnd{nearest->normalized(), false};
  const bool nearest_is_below = order > 0;
  if (nearest_is_below == below) return QuotientEnd{*nearest, true};
  const auto beside = below ? Decimal::subtract(*nearest, kStep) : Decimal::add(*nearest, kStep);
  if (!beside) return std::nullopt;
  return QuotientEnd{*beside, true};
}

}  // namespace

std::optional<std::string> UnitTable::read(std::string_view tsv) {
  Staged staged;
  std::size_t number = 0;
  for (const std::string_view line : split(tsv, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    if (auto problem = read_line(line, staged)) return "line " + std::to_string(number) + ": " + *problem;
  }
  table_ = std::move(staged);
  return std::nullopt;
}

std::optional<std::string> UnitTable::read_line(std::string_view line, Staged& staged) {
  const auto columns = split(line, '\t');
  if (columns.size() < 4) return "expected measures, factor, case and at least one spelling, separated by tabs";
  Entry entry;
  if (columns[1] == "degF") {
    entry.fahrenheit = true;
    entry.factor = Decimal::of(1);
  } else if (const auto factor = Decimal::parse(columns[1]); factor && factor->sign() > 0) {
    entry.factor = *factor;
  } else {
    return "the factor must be a positive decimal or degF";
  }
  if (columns[2] != "any" && columns[2] != "exact") return "the case must be any or exact";
  for (const std::string_view name : split(columns[0], ',')) {
    const auto measure = rules::measure_named(name);
    if (!measure) return "no measure is named " + std::string(name);
    for (std::size_t i = 3; i < columns.size(); ++i) {
      if (auto problem = add(*measure, entry, columns[2] == "any", columns[i], staged)) return problem;
    }
  }
  return std::nullopt;
}

std::optional<std::string> UnitTable::add(Measure measure, const Entry& entry, bool any_case, std::string_view spelling,
                                          Staged& staged) {
  const UnitText text(spelling, measure == Measure::d_dimer);
  if (!text.ok() || text.exact().empty()) return "not a unit: " + std::string(spelling);
  const Key key(measure, any_case, any_case ? text.folded() : text.exact());
  const auto [at, added] = staged.entries.emplace(key.view(), entry);
  if (!added && (at->second.factor != entry.factor || at->second.fahrenheit != entry.fahrenheit)) {
    return "listed before with another factor: " + std::string(spelling);
  }
  staged.known.emplace(text.folded());
  return std::nullopt;
}

std::optional<Terminology::Conversion> UnitTable::find(Measure measure, std::string_view spelling) const {
  const UnitText text(spelling, measure == Measure::d_dimer);
  if (!text.ok()) return std::nullopt;
  Terminology::Conversion conversion;
  conversion.flavour = text.flavour();
  if (text.only_annotation()) {
    if (!may_lack_unit(measure)) return std::nullopt;
    return conversion;
  }
  auto at = table_.entries.find(Key(measure, false, text.exact()).view());
  if (at == table_.entries.end()) at = table_.entries.find(Key(measure, true, text.folded()).view());
  if (at == table_.entries.end()) return std::nullopt;
  conversion.factor = at->second.factor;
  conversion.fahrenheit = at->second.fahrenheit;
  return conversion;
}

bool UnitTable::knows(std::string_view spelling) const {
  const UnitText text(spelling, true);
  return text.ok() && table_.known.contains(text.folded());
}

void UnitTable::append_canonical(std::string& out) const {
  std::map<std::string_view, const Entry*> sorted;
  for (const auto& [key, entry] : table_.entries) sorted.emplace(key, &entry);
  for (const auto& [key, entry] : sorted) {
    const auto measure = static_cast<Measure>(static_cast<unsigned char>(key[0]) - 1);
    out.append("unit ").append(rules::measure_info(measure).name).push_back(' ');
    out.append(key.substr(1)).push_back(' ');
    entry->factor.append_to(out);
    out.append(entry->fahrenheit ? " degF\n" : "\n");
  }
}

bool may_lack_unit(Measure measure) {
  switch (measure) {
    case Measure::inr:
    case Measure::pt_ratio:
    case Measure::gcs:
    case Measure::fio2:
    case Measure::sofa:
    case Measure::sofa_respiratory:
    case Measure::sofa_coagulation:
    case Measure::sofa_liver:
    case Measure::sofa_cardiovascular:
    case Measure::sofa_cns:
    case Measure::sofa_renal:
      return true;
    default:
      return false;
  }
}

std::optional<Interval> divided(const Interval& value, Decimal divisor) {
  Interval result = value;
  if (!value.low_unbounded) {
    const auto low = quotient_end(value.low, divisor, true);
    if (!low) return std::nullopt;
    result.low = low->value;
    result.low_open = value.low_open || low->open;
  }
  if (!value.high_unbounded) {
    const auto high = quotient_end(value.high, divisor, false);
    if (!high) return std::nullopt;
    result.high = high->value;
    result.high_open = value.high_open || high->open;
  }
  return result;
}

Interval celsius_of_fahrenheit(const Interval& value) {
  const Interval above_freezing = rules::shifted(value, Decimal::of(-32));
  const auto celsius = divided(above_freezing, Decimal(18, -1));
  // Only what is far outside any temperature does not fit; it stays outside as it is.
  return celsius.value_or(above_freezing);
}

}  // namespace coagwatch::fhir
