#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fhir/terminology.h"
#include "fhir/ucum.h"

namespace coagwatch::fhir {

class UnitText;

/// Which units are known for a measure, and their conversion to its canonical unit: every UCUM term of the right
/// dimension, and the spellings of the unit table (`fhir/maps/units.tsv`). Immutable after reading; safe to share
/// between threads.
class UnitTable {
 public:
  /// Reads the units that UCUM terms are made of. On failure returns what is wrong, with the line number, and leaves
  /// them as they were.
  std::optional<std::string> read_ucum(std::string_view tsv) { return ucum_.read(tsv); }
  /// Reads the unit table's text, on top of read_ucum(). On failure returns what is wrong, with the line number, and
  /// leaves the table as it was.
  std::optional<std::string> read(std::string_view tsv);

  /// The conversion of a unit as spelled, or nullopt if it is not known for this measure, if its spelling is both a
  /// UCUM term and another case of a spelling in the table, and they differ (`Mg/L`), or if its scale may have been
  /// lost (unit_scale.h). Units as listed cost one look-up; nothing allocates.
  [[nodiscard]] std::optional<Terminology::Conversion> find(rules::Measure measure, std::string_view spelling) const;
  /// True if the spelling is in the table, of any measure.
  [[nodiscard]] bool knows(std::string_view spelling) const;
  /// True if it is, or if it is a UCUM term with a dimension.
  [[nodiscard]] bool is_unit(std::string_view spelling) const;
  /// True if some spelling is a unit of both measures: then it does not tell one from the other.
  [[nodiscard]] bool share_unit(rules::Measure a, rules::Measure b) const;
  /// Appends every entry in a fixed order.
  void append_canonical(std::string& out) const;

 private:
  using Conversion = Terminology::Conversion;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  /// One unit to which UCUM terms of a measure convert.
  struct Base {
    std::string term;
    UcumUnit unit;
    rules::Decimal factor;    ///< of this unit to the canonical one
    bool as_written = false;  ///< only this term itself, and none that UCUM converts into it
  };
  struct Staged {
    std::array<std::vector<Base>, rules::kMeasureCount> bases;
    std::unordered_map<std::string, Conversion, Hash, std::equal_to<>> entries;
    std::unordered_set<std::string, Hash, std::equal_to<>> known;
  };
  struct Spelling {
    std::string_view text;
    bool any_case = false;
  };

  std::optional<std::string> add_row(const TableRow& row, Staged& staged) const;
  std::optional<std::string> add_base(rules::Measure measure, const TableRow& row, Staged& staged) const;
  std::optional<std::string> add_spellings(rules::Measure measure, const TableRow& row, Staged& staged) const;
  std::optional<std::string> add(rules::Measure measure, const Conversion& conversion, const Spelling& spelling,
                                 Staged& staged) const;
  [[nodiscard]] std::optional<UcumUnit> parse(const UnitText& text) const;
  [[nodiscard]] std::optional<UcumUnit> parse(std::string_view text) const;
  static std::optional<Conversion> conversion_of(const std::vector<Base>& bases, const UcumUnit& unit);
  static const Conversion* entry(const Staged& table, rules::Measure measure, bool any_case, std::string_view text);

  Ucum ucum_;
  Staged table_;
};

/// True if two units are one: the same number means the same in both.
inline bool same_scale(const Terminology::Conversion& a, const Terminology::Conversion& b) {
  return a.factor == b.factor && a.divisor == b.divisor && a.offset == b.offset;
}

/// Appends a conversion as text: `0.01`, `1 / 3`, `1 after -273.15`.
void append_conversion(const Terminology::Conversion& conversion, std::string& out);

/// True for the measures whose results may come without a unit: INR, ratios, GCS, SOFA, FiO2.
bool may_lack_unit(rules::Measure measure);

/// The value in the canonical unit. Exact where that has at most six decimals or the conversion needs no division, else
/// the narrowest open interval with ends of six decimals.
rules::Interval converted(const rules::Interval& value, const Terminology::Conversion& conversion);

/// `value / divisor`, exact where that has at most six decimals, else the narrowest open interval with ends of six
/// decimals. nullopt if it does not fit. REQUIRES: divisor > 0.
std::optional<rules::Interval> divided(const rules::Interval& value, rules::Decimal divisor);

}  // namespace coagwatch::fhir
