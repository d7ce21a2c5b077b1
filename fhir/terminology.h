#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/chart_table.h"
#include "fhir/fact_table.h"
#include "rules/values/interval.h"
#include "rules/values/measure.h"

namespace coagwatch::fhir {

enum class DDimerFlavour : std::uint8_t { unknown, feu, ddu };

/// A unit's conversion to the canonical unit of a measure: (value + `offset`) * `factor` / `divisor`, exact.
struct UnitConversion {
  rules::Decimal factor = rules::Decimal::of(1);
  rules::Decimal divisor = rules::Decimal::of(1);  ///< other than 1 only where no decimal factor is exact
  rules::Decimal offset = rules::Decimal::of(0);   ///< other than 0 only for temperatures: -32 for Fahrenheit
  DDimerFlavour flavour = DDimerFlavour::unknown;  ///< named by an annotation, `ug/mL{FEU}`
  bool flavour_conflict = false;                   ///< annotations name both: `mg/L{FEU}{DDU}`
  friend bool operator==(const UnitConversion&, const UnitConversion&) = default;
};

/// What a code means for us.
struct CodeMeaning {
  rules::Measure measure = rules::Measure::platelets;
  std::uint8_t method_rank = 0;                    ///< higher is preferred at the same collection time
  DDimerFlavour flavour = DDimerFlavour::unknown;  ///< as the code itself names it
  std::optional<rules::Measure> alternative;       ///< a second reading of the code; the unit decides (5894-1)
  std::optional<UnitConversion> unit;              ///< of results that come without one, as the site's map says
  bool needs_arterial_specimen = false;            ///< the code leaves the specimen open and only arterial blood counts
  bool any_text = false;                           ///< the site knows that its displays say something else
  bool platelet_clumps = false;                    ///< no measure: asks for, or names, clumps of platelets
  friend bool operator==(const CodeMeaning&, const CodeMeaning&) = default;
};

/// What is wrong with a map file.
struct MapProblem {
  std::string path;  ///< in the JSON, `group[0].element[1].code`; empty for all of it
  int line = 0;      ///< 1-based; 0 if unknown
  std::string text;  ///< what is wrong and what was expected
};

class AnalyteNames;

/// Maps codes and units to measures, and codes to facts. Made at start-up from ConceptMap resources and the unit table;
/// then immutable and safe to share between threads.
class Terminology {
 public:
  /// The built-in maps (`fhir/maps/loinc.json`, `jlac.json`: ConceptMaps), the names of analytes (`names.tsv`), other
  /// ways to write a system (`systems.tsv`), the unit tables (`units.tsv`, `ucum_atoms.tsv`), and the facts
  /// (`facts.tsv`, `charts.tsv`).
  Terminology();
  ~Terminology();
  Terminology(Terminology&&) noexcept;
  Terminology& operator=(Terminology&&) noexcept;

  /// Adds a site's ConceptMap (JSON text); its entries go before the built-in ones, and one with the equivalence
  /// `unmatched` takes a built-in entry away. What such a map may say: README.md, "Maps". Returns every problem found,
  /// and then changes nothing.
  std::vector<MapProblem> add_concept_map(std::string_view json);

  /// Adds the codes of a site's ValueSet (JSON text): each means `fact`. Returns every problem found, and then changes
  /// nothing.
  std::vector<MapProblem> add_value_set(std::string_view json, rules::Fact fact);

  /// Which facts codes mean.
  [[nodiscard]] const FactTable& facts() const;
  /// Which facts Observations tell.
  [[nodiscard]] const ChartTable& charts() const;

  /// The meaning of `system|code`, or nullptr. An absent system is empty.
  [[nodiscard]] const CodeMeaning* find(std::string_view system, std::string_view code) const;

  using Conversion = UnitConversion;
  /// Conversion of a unit as spelled (UCUM code or a real-world spelling), or nullopt if it is not known for
  /// this measure. Never guesses: a spelling with two readings is unknown.
  [[nodiscard]] std::optional<Conversion> unit(rules::Measure measure, std::string_view unit) const;
  /// True if `unit` is a known unit of any measure.
  [[nodiscard]] bool knows_unit(std::string_view unit) const;
  /// True if it is one, or a UCUM term that is no plain number: then it says something, be it of another dimension.
  [[nodiscard]] bool is_unit(std::string_view unit) const;

  /// The names by which texts contradict codes.
  [[nodiscard]] const AnalyteNames& names() const;

  /// Text over which the rule set is hashed: every map entry, unit and name in force, in a fixed order.
  [[nodiscard]] std::string canonical_text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::fhir
