#include "rules/criterion/definition_check.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <set>
#include <utility>

#include "rules/criterion/measures.h"

namespace coagwatch::rules {
namespace {

using Measures = std::bitset<kMeasureCount>;

std::string names_of(const Measures& measures) {
  std::string names;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    if (!measures[i]) continue;
    names.append(names.empty() ? "" : ", ").append(measure_info(static_cast<Measure>(i)).name);
  }
  return names;
}

Measures scores() {
  Measures out;
  for (std::size_t i = 0; i < kMeasureCount; ++i) out[i] = measure_info(static_cast<Measure>(i)).score;
  return out;
}

std::string key_of(std::size_t definition) { return "defines[" + std::to_string(definition) + "]"; }

/// Where the criterion defines each of its measures, in the order of the file. A column has items of the general table
/// with their sub-scores, or others in their place.
std::vector<std::pair<Measure, std::string>> places(const Criterion& criterion) {
  std::vector<std::pair<Measure, std::string>> out;
  for (const Item& item : criterion.table.items) {
    if (item.sub_score) out.emplace_back(*item.sub_score, "items." + item.name + ".sub-score");
  }
  for (const Column& column : criterion.columns) {
    for (const Item& item : column.table.items) {
      const std::pair general(item.sub_score.value_or(Measure::sofa), "items." + item.name + ".sub-score");
      if (!item.sub_score || std::ranges::find(out, general) != out.end()) continue;
      out.emplace_back(general.first, "columns." + column.name + "." + general.second);
    }
  }
  for (std::size_t i = 0; i < criterion.defines.size(); ++i) {
    out.emplace_back(criterion.defines[i].measure, key_of(i) + ".measure");
  }
  return out;
}

void check_places(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  const Measures scored = scored_by(criterion);
  std::map<Measure, std::string> known;
  for (const auto& [measure, key] : places(criterion)) {
    const std::string name(measure_info(measure).name);
    const auto [first, is_new] = known.emplace(measure, key);
    if (!is_new) out.push_back({key, name + " is defined by " + first->second + " already"});
    if (is_new && scored[index(measure)]) out.push_back({key, name + " is defined and scored by the same criterion"});
  }
}

void check_sum(const Criterion& criterion, std::size_t number, std::vector<KeyedFinding>& out) {
  std::set<std::uint16_t> items;
  for (const std::uint16_t item : criterion.defines[number].items) {
    const std::string& name = criterion.table.items[item].name;
    const std::string key = key_of(number) + ".items";
    if (!items.insert(item).second) out.push_back({key, name + " is named twice"});
    for (const Column& column : criterion.columns) {
      const std::vector<Item>& others = column.table.items;
      // Sums go by the place of an item.
      if (item < others.size() && others[item].name == name) continue;
      out.push_back({key, name + " has another place in column " + column.name +
                              ", which leaves items out; expected a sum of all items (no list)"});
    }
  }
}

/// What `choice` looks at that some criterion may compute.
Measures scores_of(const DefinerChoice& choice) { return scored_by(*choice.criterion) & scores(); }
Measures definitions_of(const DefinerChoice& choice) { return defined_by(*choice.criterion); }

using Choices = std::vector<const DefinerChoice*>;

/// Those of lowest rank that define the measure.
Choices definers_of(Measure measure, const std::vector<DefinerChoice>& all) {
  Choices out;
  for (const DefinerChoice& choice : all) {
    if (!definitions_of(choice)[index(measure)]) continue;
    if (!out.empty() && choice.rank < out.front()->rank) out.clear();
    if (out.empty() || choice.rank == out.front()->rank) out.push_back(&choice);
  }
  return out;
}

/// Those in force and all that would be taken in for what they define.
Choices taken_of(const std::vector<DefinerChoice>& all) {
  Choices taken;
  Measures defined;
  for (const DefinerChoice& choice : all) {
    if (choice.rank == 0) taken.push_back(&choice);
    if (choice.rank == 0) defined |= definitions_of(choice);
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    for (std::size_t measure = 0; measure < kMeasureCount; ++measure) {
      if (!scores_of(*taken[i])[measure] || defined[measure]) continue;
      for (const DefinerChoice* definer : definers_of(static_cast<Measure>(measure), all)) {
        if (std::ranges::find(taken, definer) == taken.end()) taken.push_back(definer);
        defined |= definitions_of(*definer);
      }
    }
  }
  return taken;
}

DefinerProblem problem_at(const DefinerChoice& choice, const Measures& about, std::string text) {
  const auto all = places(*choice.criterion);
  const auto first = std::ranges::find_if(all, [&](const auto& each) { return about[index(each.first)]; });
  return {choice.file, first == all.end() ? "defines" : first->second, std::move(text)};
}

}  // namespace

void check_definitions(const Criterion& criterion, std::vector<KeyedFinding>& out) {
  for (std::size_t i = 0; i < criterion.defines.size(); ++i) {
    const MeasureInfo& info = measure_info(criterion.defines[i].measure);
    if (!info.score) {
      out.push_back({key_of(i) + ".measure",
                     std::string(info.name) + " is measured; only a score can be defined: " + names_of(scores())});
    }
    check_sum(criterion, i, out);
  }
  check_places(criterion, out);
}

std::vector<DefinerProblem> check_definers(const std::vector<DefinerChoice>& all) {
  std::vector<DefinerProblem> problems;
  const Choices taken = taken_of(all);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const Measures defined = definitions_of(*taken[i]);
    for (std::size_t k = 0; k < taken.size(); ++k) {
      if (k == i) continue;
      const Measures both = defined & definitions_of(*taken[k]);
      // The hospital's own file is the one that can be changed.
      const bool own = !taken[i]->criterion->site_file.empty();
      const bool own_other = !taken[k]->criterion->site_file.empty();
      if (both.any() && (own == own_other ? i > k : own)) {
        problems.push_back(problem_at(*taken[i], both,
                                      names_of(both) + ": defined by " + std::string(taken[k]->file) +
                                          " too; one may be in force (a file with the id " + taken[k]->criterion->id +
                                          " replaces that one)"));
      }
      const Measures of_other = scores_of(*taken[i]) & definitions_of(*taken[k]);
      if (defined.any() && of_other.any()) {
        problems.push_back(problem_at(*taken[i], defined,
                                      "what defines a score cannot score " + names_of(of_other) + ", which " +
                                          std::string(taken[k]->file) + " defines"));
      }
    }
  }
  return problems;
}

std::vector<UndefinedScore> undefined_scores(const std::vector<Criterion>& in_force,
                                             const std::vector<Criterion>& definers) {
  Measures defined;
  for (const Criterion& each : in_force) defined |= defined_by(each);
  for (const Criterion& each : definers) defined |= defined_by(each);
  std::vector<UndefinedScore> out;
  for (const Criterion& each : in_force) {
    const Measures open = scored_by(each) & scores() & ~defined;
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
      if (open[i]) out.push_back({each.id, static_cast<Measure>(i)});
    }
  }
  return out;
}

}  // namespace coagwatch::rules
