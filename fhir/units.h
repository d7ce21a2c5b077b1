#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// The unit table (`fhir/maps/units.tsv`): which spellings are known for a measure, and their factor to its canonical
/// unit. Immutable after reading; safe to share between threads.
class UnitTable {
 public:
  /// Reads the table's text. On failure returns what is wrong, with the line number, and leaves the table as it was.
  std::optional<std::string> read(std::string_view tsv);

  /// The conversion of a unit as spelled, or nullopt if it is not known for this measure.
  [[nodiscard]] std::optional<Terminology::Conversion> find(rules::Measure measure, std::string_view spelling) const;
  /// True if the spelling is a unit of any measure.
  [[nodiscard]] bool knows(std::string_view spelling) const;
  /// Appends every entry in a fixed order.
  void append_canonical(std::string& out) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Entry {
    rules::Decimal factor;
    bool fahrenheit = false;
  };
  using Entries = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;
  struct Staged {
    Entries entries;
    std::unordered_set<std::string, Hash, std::equal_to<>> known;
  };

  static std::optional<std::string> read_line(std::string_view line, Staged& staged);
  static std::optional<std::string> add(rules::Measure measure, const Entry& entry, bool any_case,
                                        std::string_view spelling, Staged& staged);

  Staged table_;
};

/// True for the measures whose results may come without a unit: INR, ratios, GCS, SOFA, FiO2.
bool may_lack_unit(rules::Measure measure);

/// Degrees Celsius of a temperature in degrees Fahrenheit. Exact where that has at most six decimals, else the
/// narrowest open interval with ends of six decimals.
rules::Interval celsius_of_fahrenheit(const rules::Interval& value);

/// `value / divisor`, exact where that has at most six decimals, else the narrowest open interval with ends of six
/// decimals. nullopt if it does not fit. REQUIRES: divisor > 0.
std::optional<rules::Interval> divided(const rules::Interval& value, rules::Decimal divisor);

}  // namespace coagwatch::fhir
