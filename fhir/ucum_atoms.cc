#include <map>

#include "fhir/table_text.h"
#include "fhir/ucum.h"

namespace coagwatch::fhir {
namespace {

using rules::Decimal;
using Scale = UcumUnit::Scale;

}  // namespace

std::optional<std::string> Ucum::read(std::string_view tsv) {
  Ucum staged;
  std::size_t dimensions = 0;
  if (auto problem = for_each_row(
          tsv, [&](const TableRow& row) -> std::optional<std::string> { return staged.add(row, dimensions); })) {
    return problem;
  }
  atoms_ = std::move(staged.atoms_);
  return std::nullopt;
}

std::optional<std::string> Ucum::add(const TableRow& row, std::size_t& dimensions) {
  if (row.size() < 3 || row[0].empty()) return "expected code, metric or -, value and term, separated by tabs";
  if (row[1] != "metric" && row[1] != "-") return "expected metric or -";
  Atom atom;
  atom.metric = row[1] == "metric";
  if (row.size() == 3) {
    if (row[2] == "own") {
      if (dimensions == UcumUnit::kMaxDimensions) return "too many dimensions";
      atom.unit.dimension[dimensions++] = 1;
    } else if (row[2] == "inexact") {
      atom.unit.scale = Scale::inexact;
    } else if (row[2] == "nonlinear") {
      atom.unit.scale = Scale::nonlinear;
    } else {
      return "expected own, inexact, nonlinear, or a value and its term";
    }
  } else {
    const auto value = Decimal::parse(row[2]);
    const auto factor = value ? ExactRatio::of(*value) : std::nullopt;
    if (!factor) return "expected a positive decimal";
    const auto term = parse(row[3]);
    if (!term) return "no UCUM term of units above: " + std::string(row[3]);
    atom.unit = *term;
    const auto product = term->factor.times(*factor);
    if (product) {
      atom.unit.factor = *product;
    } else {
      atom.unit.scale = Scale::inexact;
    }
  }
  if (row.size() > 4) {
    const auto offset = Decimal::parse(row[4]);
    if (!offset || atom.unit.scale != Scale::ratio) return "expected a decimal offset";
    atom.unit.offset = *offset;
    atom.unit.scale = Scale::offset;
  }
  if (!atoms_.emplace(row[0], atom).second) return "listed before: " + std::string(row[0]);
  return std::nullopt;
}

void Ucum::append_canonical(std::string& out) const {
  std::map<std::string_view, const Atom*> sorted;
  for (const auto& [code, atom] : atoms_) sorted.emplace(code, &atom);
  for (const auto& [code, atom] : sorted) {
    out.append("ucum ").append(code).append(atom->metric ? " metric" : "");
    for (std::size_t i = 0; i < UcumUnit::kMaxDimensions; ++i) {
      if (atom->unit.dimension[i] == 0) continue;
      out.append(" ").append(std::to_string(i)).append("^").append(std::to_string(int{atom->unit.dimension[i]}));
    }
    if (const auto quotient = atom->unit.factor.quotient()) {
      quotient->dividend.append_to(out.append(" "));
      quotient->divisor.append_to(out.append("/"));
    }
    atom->unit.offset.append_to(out.append(" "));
    out.append(" ").append(std::to_string(static_cast<int>(atom->unit.scale))).push_back('\n');
  }
}

}  // namespace coagwatch::fhir
