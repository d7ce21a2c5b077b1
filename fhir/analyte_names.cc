#include "fhir/analyte_names.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "fhir/name_words.h"
#include "fhir/table_text.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

/// True if `words` starts with all words of `row`.
bool starts_with_words(std::string_view words, std::string_view row) {
  return words.starts_with(row) && (words.size() == row.size() || words[row.size()] == ' ');
}

bool is_stem(std::string_view words) { return words.starts_with('*') || words.ends_with('*'); }

bool has_stem(std::string_view word, std::string_view stem) {
  return stem.front() == '*' ? word.ends_with(stem.substr(1)) : word.starts_with(stem.substr(0, stem.size() - 1));
}

MeasureSet set_of(std::initializer_list<rules::Measure> measures) {
  MeasureSet set;
  for (const rules::Measure measure : measures) set.set(rules::index(measure));
  return set;
}

/// Whether something measured in such a material can be none of these.
bool speaks_against(const MaterialReading& material, const MeasureSet& code) {
  using rules::Measure;
  static const MeasureSet kOfArteries = set_of({Measure::pao2, Measure::paco2, Measure::spo2, Measure::map});
  static const MeasureSet kArterialGases = set_of({Measure::pao2, Measure::paco2});
  if (material.other && (rules::laboratory_measures() & code).any()) return true;
  if (material.venous && (kOfArteries & code).any()) return true;
  return material.not_arterial && (kArterialGases & code).any();
}

constexpr std::array<std::pair<std::string_view, Material>, 8> kMaterials = {{{"blood", Material::blood},
                                                                              {"arterial", Material::arterial},
                                                                              {"not-arterial", Material::not_arterial},
                                                                              {"venous", Material::venous},
                                                                              {"fluid", Material::other},
                                                                              {"~fluid", Material::maybe_other},
                                                                              {"aside", Material::aside},
                                                                              {"nothing", Material::none}}};

}  // namespace

std::optional<std::string> AnalyteNames::read_meanings(std::string_view means, Saying& saying) {
  for (const std::string_view one : split(means, ';')) {
    if (auto problem = read_meaning(one, saying)) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> AnalyteNames::read_meaning(std::string_view means, Saying& saying) {
  const auto* const material =
      std::find_if(kMaterials.begin(), kMaterials.end(), [&](const auto& each) { return each.first == means; });
  if (material != kMaterials.end()) {
    saying.material = material->second;
    return std::nullopt;
  }
  if (means == "other") {
    saying.other = true;
    return std::nullopt;
  }
  if (means == "!any") {
    saying.against.set();
    return std::nullopt;
  }
  MeasureSet& set = means.starts_with('~') ? saying.hints : means.starts_with('!') ? saying.against : saying.names;
  if (&set != &saying.names) means.remove_prefix(1);
  for (const std::string_view name : split(means, ',')) {
    const auto measure = rules::measure_named(name);
    if (!measure) return std::string(name) + " is not the name of a measure";
    set.set(rules::index(*measure));
  }
  return std::nullopt;
}

std::optional<std::string> AnalyteNames::add(std::string_view words, std::string_view means) {
  if (words.size() > NameWords::kMaxText || words.empty()) return "expected some words";
  const NameWords comparable(words);
  if (comparable.text().empty()) return "expected some words";
  Row row;
  row.words = comparable.text();
  row.means = means;
  if (auto problem = read_meanings(means, row.saying)) return problem;
  const bool stem = is_stem(words);
  if (stem) {
    if (row.words.find(' ') != std::string::npos) return row.words + ": only one word can be a stem";
    row.words.insert(words.starts_with('*') ? 0 : row.words.size(), 1, '*');
  }
  std::vector<Row>& rows = stem ? stems_ : rows_[std::string(first_word(row.words))];
  const auto same = [&](const Row& each) { return each.words == row.words; };
  if (std::any_of(rows.begin(), rows.end(), same)) return row.words + " stands there twice";
  const auto place =
      std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.words.size() < row.words.size(); });
  rows.insert(place, std::move(row));
  return std::nullopt;
}

std::optional<std::string> AnalyteNames::read(std::string_view table) {
  return for_each_row(table, [&](const TableRow& row) -> std::optional<std::string> {
    if (row.size() != 2) return "expected words and what they say, with a tab between";
    return add(row[0], row[1]);
  });
}

AnalyteNames::Step AnalyteNames::first_step(std::string_view words) const {
  const std::string_view word = first_word(words);
  if (const auto found = rows_.find(word); found != rows_.end()) {
    const auto row = std::find_if(found->second.begin(), found->second.end(),
                                  [&](const Row& each) { return starts_with_words(words, each.words); });
    if (row != found->second.end()) return {&row->saying, row->words.size()};
  }
  const auto stem =
      std::find_if(stems_.begin(), stems_.end(), [&](const Row& each) { return has_stem(word, each.words); });
  return {stem != stems_.end() ? &stem->saying : nullptr, word.size()};
}

template <typename Visit>
void AnalyteNames::for_each_saying(std::string_view words, const Visit& visit) const {
  static const Saying kNothing;
  while (!words.empty()) {
    const Step step = first_step(words);
    visit(step.saying != nullptr ? *step.saying : kNothing);
    drop_words(words, step.length);
  }
}

bool AnalyteNames::contradicts(std::string_view text, const MeasureSet& code) const {
  static_assert(kMaxText == NameWords::kMaxText);
  if (text.empty() || text.size() > kMaxText) return false;
  const NameWords comparable(text);
  Saying all;
  MaterialReading material;
  for_each_saying(comparable.text(), [&](const Saying& saying) {
    material.hear(saying.material);
    all.names |= saying.names;
    all.hints |= saying.hints;
    all.against |= saying.against;
    all.other |= saying.other;
  });
  if ((all.against & code).any() || speaks_against(material, code)) return true;
  const bool named = all.other || all.names.any();
  return named && ((all.names | all.hints) & code).none();
}

MaterialReading AnalyteNames::material(std::string_view text) const {
  const NameWords comparable(cut_utf8(text, kMaxText));
  MaterialReading material;
  for_each_saying(comparable.text(), [&](const Saying& saying) { material.hear(saying.material); });
  return material;
}

void AnalyteNames::append_canonical(std::string& out) const {
  std::map<std::string_view, std::string_view> sorted;
  for (const auto& [first, rows] : rows_) {
    for (const Row& row : rows) sorted.emplace(row.words, row.means);
  }
  for (const Row& stem : stems_) sorted.emplace(stem.words, stem.means);
  for (const auto& [words, means] : sorted) out.append("name ").append(words).append(" = ").append(means).append("\n");
}

}  // namespace coagwatch::fhir
