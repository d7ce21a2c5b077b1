#include "daemon/cli/given_result.h"

#include <string_view>

#include "fhir/result_value.h"
#include "fhir/unit_scale.h"
#include "fhir/units.h"
#include "rules/criterion/reader.h"
#include "rules/patient/result.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::Measure;
using rules::YamlNode;
using Conversion = fhir::Terminology::Conversion;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// `40`, `<10`, `<=10`, `>20`, `>=20`, `5-20`.
std::optional<Interval> parse_value(std::string_view text) {
  text = trimmed(text);
  const auto bound = [](std::string_view digits) { return Decimal::parse(trimmed(digits)); };
  for (const std::string_view comparator : {"<=", ">=", "<", ">"}) {
    if (!text.starts_with(comparator)) continue;
    const auto value = bound(text.substr(comparator.size()));
    if (!value) return std::nullopt;
    const bool inclusive = comparator.size() == 2;
    return comparator[0] == '<' ? Interval::below(*value, inclusive) : Interval::above(*value, inclusive);
  }
  if (const std::size_t dash = text.find('-', 1); dash != std::string_view::npos && text.find('e') > dash) {
    const auto low = bound(text.substr(0, dash));
    const auto high = bound(text.substr(dash + 1));
    if (!low || !high || *low > *high) return std::nullopt;
    return Interval::between(*low, *high);
  }
  return rules::parse_enclosing(text);
}

std::string with_unit(const rules::MeasureInfo& info, Decimal value) {
  return value.to_string() + (info.unit == "1" ? "" : " " + std::string(info.unit));
}

/// One result while it is read.
class GivenReading {
 public:
  GivenReading(const YamlNode& given, const TestFileReader& reader, const std::string& key, Measure measure)
      : given_(given), reader_(reader), key_(key), info_(rules::measure_info(measure)) {
    out_.measure = measure;
  }

  std::optional<GivenResult> read(const rules::SiteProfile& site) {
    if (!read_unit() || !read_value() || !read_limit() || !to_multiple(site) || !is_possible()) return std::nullopt;
    return out_;
  }

 private:
  bool problem(const YamlNode& node, std::string_view name, std::string text) const {
    reader_.problem(node, key_ + std::string(name), std::move(text));
    return false;
  }

  bool read_unit() {
    const YamlNode* unit = given_.find("unit");
    // The canonical unit always will do, also of measures that are never reported but derived.
    if (unit == nullptr || unit->scalar == info_.unit) return true;
    conversion_ = reader_.terminology.unit(out_.measure, unit->scalar);
    if (!conversion_) {
      const std::string own = info_.unit == "1" ? "none: it is a plain number" : std::string(info_.unit);
      return problem(*unit, ".unit", "not a unit of " + std::string(info_.name) + "; its own is " + own);
    }
    if (conversion_->flavour_conflict) return problem(*unit, ".unit", "FEU and DDU are both named");
    return true;
  }

  [[nodiscard]] Interval in_canonical_unit(const Interval& value) const {
    return conversion_ ? fhir::converted(value, *conversion_) : value;
  }

  bool read_value() {
    value_ = given_.find("value");
    if (value_ == nullptr) return problem(given_, "", "a measure needs a value");
    const auto value = parse_value(value_->scalar);
    if (!value) return problem(*value_, ".value", "expected a number, <10, >=20 or 5-20");
    out_.value = in_canonical_unit(*value);
    if (conversion_ && conversion_->flavour == fhir::DDimerFlavour::ddu) {
      // The own upper limit stays in the flavour that it is written in.
      out_.value = rules::scaled(out_.value, Decimal::of(2));
      out_.flags |= rules::kFlagDduConverted;
    }
    return true;
  }

  bool read_limit() {
    const YamlNode* limit = given_.find("upper-limit");
    if (limit == nullptr) return true;
    const auto number = Decimal::parse(limit->scalar);
    if (!number || number->sign() <= 0) return problem(*limit, ".upper-limit", "expected a number above 0");
    const Interval converted = in_canonical_unit(Interval::point(*number));
    if (!converted.is_point())
      return problem(*limit, ".upper-limit", "has no exact value in " + std::string(info_.unit));
    out_.upper_limit = converted.low;
    return true;
  }

  /// Of a plain number, a value with another unit is the concentration itself.
  bool to_multiple(const rules::SiteProfile& site) {
    const bool is_multiple = fhir::is_multiple_of_limit(out_.measure);
    if (!is_multiple || !conversion_) return true;
    const auto& of_site = site.upper_limits[rules::index(out_.measure)];
    const auto limit = out_.upper_limit ? out_.upper_limit : of_site;
    out_.upper_limit.reset();
    const auto multiple = limit && limit->sign() > 0 ? fhir::divided(out_.value, *limit) : std::nullopt;
    if (!multiple) return problem(given_, "", "a concentration needs upper-limit to be a multiple of it");
    out_.value = *multiple;
    return true;
  }

  bool is_possible() {
    if (!fhir::is_plausible(out_.value, out_.measure)) {
      return problem(*value_, ".value",
                     "outside what is possible for " + std::string(info_.name) + ", " +
                         info_.plausible_low.to_string() + " to " + with_unit(info_, info_.plausible_high));
    }
    if (fhir::too_few_cells(out_.value, out_.measure, conversion_.value_or(Conversion{}))) {
      return problem(*value_, ".value", "too small for a count in its unit, for " + std::string(info_.name));
    }
    return true;
  }

  const YamlNode& given_;
  const TestFileReader& reader_;
  const std::string& key_;
  const rules::MeasureInfo& info_;
  const YamlNode* value_ = nullptr;
  std::optional<Conversion> conversion_;  // none: the value is in the canonical unit
  GivenResult out_;
};

}  // namespace

std::optional<GivenResult> read_given_result(const YamlNode& given, const TestFileReader& reader,
                                             const std::string& key, const rules::SiteProfile& site) {
  const YamlNode& name = *given.find("measure");
  const auto measure = rules::measure_named(name.scalar);
  if (!measure) {
    reader.problem(name, key + ".measure",
                   "unknown measure " + name.scalar + rules::CriterionReader::measure_hint(name.scalar));
    return std::nullopt;
  }
  return GivenReading(given, reader, key, *measure).read(site);
}

}  // namespace coagwatch::daemon
