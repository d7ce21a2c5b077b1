#include "fhir/terminology.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "fhir/analyte_names.h"
#include "fhir/code_table.h"
#include "fhir/concept_map.h"
#include "fhir/fact_map.h"
#include "fhir/json_node.h"
#include "fhir/map_units.h"
#include "fhir/table_text.h"
#include "fhir/units.h"

namespace coagwatch::fhir {

/// Generated at build time from fhir/maps.
const std::vector<std::pair<std::string_view, std::string_view>>& map_files();

namespace {

std::string_view built_in(std::string_view name) {
  for (const auto& [path, text] : map_files()) {
    if (path.ends_with(name)) return text;
  }
  throw std::logic_error("no built-in map " + std::string(name));
}

}  // namespace

struct Terminology::Impl {
  CodeTable codes;
  AnalyteNames names;
  UnitTable units;
  FactTable facts;
  ChartTable charts;
  /// A system, and another way to write it.
  std::vector<std::pair<std::string, std::string>> other_systems;

  std::optional<std::string> read_systems(std::string_view table) {
    return for_each_row(table, [&](const TableRow& row) -> std::optional<std::string> {
      if (row.size() != 2 || row[0].empty() || row[1].empty()) return "expected a system and another way to write it";
      other_systems.emplace_back(row[0], row[1]);
      return std::nullopt;
    });
  }

  /// What is mapped under one way to write a system holds under all of them.
  void add_other_systems(std::vector<MappedCode>& mapped) const {
    const std::size_t count = mapped.size();
    for (std::size_t i = 0; i < count; ++i) {
      std::string_view main = mapped[i].system;
      for (const auto& [system, other] : other_systems) {
        if (other == main) main = system;
      }
      const auto add = [&](const std::string& system) {
        if (system == mapped[i].system) return;
        MappedCode copy = mapped[i];
        copy.system = system;
        mapped.push_back(std::move(copy));
      };
      const std::string main_system(main);
      add(main_system);
      for (const auto& [system, other] : other_systems) {
        if (system == main_system) add(other);
      }
    }
  }
};

Terminology::Terminology() : impl_(std::make_unique<Impl>()) {
  const auto require = [](std::string_view file, const std::optional<std::string>& problem) {
    if (problem) throw std::logic_error(std::string(file) + ": " + *problem);
  };
  require("systems.tsv", impl_->read_systems(built_in("systems.tsv")));
  require("facts.tsv", impl_->facts.read(built_in("facts.tsv")));
  require("charts.tsv", impl_->charts.read(built_in("charts.tsv")));
  // Maps are asked for units.
  require("ucum_atoms.tsv", impl_->units.read_ucum(built_in("ucum_atoms.tsv")));
  require("units.tsv", impl_->units.read(built_in("units.tsv")));
  for (const std::string_view map : {"loinc.json", "jlac.json"}) {
    const std::vector<MapProblem> problems = add_concept_map(built_in(map));
    if (!problems.empty()) require(map, problems.front().path + ": " + problems.front().text);
  }
  require("names.tsv", impl_->names.read(built_in("names.tsv")));
}
Terminology::~Terminology() = default;
Terminology::Terminology(Terminology&&) noexcept = default;
Terminology& Terminology::operator=(Terminology&&) noexcept = default;

std::vector<MapProblem> Terminology::add_concept_map(std::string_view json) {
  std::vector<MappedCode> mapped;
  std::vector<MapProblem> problems = read_concept_map(json, mapped);
  std::vector<FactCode> fact_codes;
  for (MapProblem& problem : read_fact_map(json, fact_codes)) {
    const auto same = [&](const MapProblem& known) { return known.path == problem.path && known.text == problem.text; };
    if (std::ranges::none_of(problems, same)) problems.push_back(std::move(problem));
  }
  std::vector<MapProblem> of_units = settle_units(impl_->units, mapped);
  if (!of_units.empty()) find_lines(json, of_units);
  std::ranges::move(of_units, std::back_inserter(problems));
  if (!problems.empty()) return problems;
  for (FactCode& each : fact_codes) {
    if (each.charted.empty()) {
      impl_->facts.put(each.system, each.code, each.facts);
      impl_->charts.remove(each.system, each.code);
    } else {
      impl_->charts.put(each.system, each.code, std::move(each.charted));
    }
  }
  impl_->add_other_systems(mapped);
  impl_->codes.add(std::move(mapped));
  return problems;
}

std::vector<MapProblem> Terminology::add_value_set(std::string_view json, rules::Fact fact) {
  std::vector<FactCode> codes;
  std::vector<MapProblem> problems = read_fact_codes(json, codes);
  if (!problems.empty()) return problems;
  for (const FactCode& each : codes) impl_->facts.add(each.system, each.code, fact);
  return problems;
}

const FactTable& Terminology::facts() const { return impl_->facts; }
const ChartTable& Terminology::charts() const { return impl_->charts; }

const CodeMeaning* Terminology::find(std::string_view system, std::string_view code) const {
  if (const CodeMeaning* const meaning = impl_->codes.find(system, code)) return meaning;
  // A canonical may name a version of the system.
  const std::size_t bar = system.find('|');
  return bar == std::string_view::npos ? nullptr : impl_->codes.find(system.substr(0, bar), code);
}

std::optional<Terminology::Conversion> Terminology::unit(rules::Measure measure, std::string_view unit) const {
  return impl_->units.find(measure, unit);
}

bool Terminology::knows_unit(std::string_view unit) const { return impl_->units.knows(unit); }

bool Terminology::is_unit(std::string_view unit) const { return impl_->units.is_unit(unit); }

const AnalyteNames& Terminology::names() const { return impl_->names; }

std::string Terminology::canonical_text() const {
  std::string text;
  impl_->codes.append_canonical(text);
  impl_->units.append_canonical(text);
  impl_->names.append_canonical(text);
  impl_->facts.append_canonical(text);
  impl_->charts.append_canonical(text);
  return text;
}

}  // namespace coagwatch::fhir
