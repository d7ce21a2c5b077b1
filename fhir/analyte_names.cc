#include "fhir/analyte_names.h"

#include <algorithm>
#include <map>

#include "fhir/name_words.h"
#include "fhir/table_text.h"

namespace coagwatch::fhir {
namespace {

std::string_view first_word(std::string_view words) { return words.substr(0, words.find(' ')); }

/// True if `words` starts with all words of `row`.
bool starts_with_words(std::string_view words, std::string_view row) {
  return words.starts_with(row) && (words.size() == row.size() || words[row.size()] == ' ');
}

void drop_words(std::string_view& words, std::size_t length) {
  words.remove_prefix(length);
  if (!words.empty()) words.remove_prefix(1);
}

const MeasureSet& laboratory_measures() {
  static const MeasureSet kSet = [] {
    MeasureSet set;
    for (std::size_t i = 0; i < rules::kMeasureCount; ++i) {
      set.set(i, !rules::measure_info(static_cast<rules::Measure>(i)).vital_sign);
    }
    return set;
  }();
  return kSet;
}

}  // namespace

std::optional<std::string> AnalyteNames::read_meaning(std::string_view means, Saying& saying) {
  saying.other = means == "other";
  saying.fluid = means == "fluid";
  saying.blood = means == "blood";
  if (saying.other || saying.fluid || saying.blood) return std::nullopt;
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
  if (auto problem = read_meaning(means, row.saying)) return problem;
  std::vector<Row>& rows = rows_[std::string(first_word(row.words))];
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

bool AnalyteNames::contradicts(std::string_view text, const MeasureSet& code) const {
  static_assert(kMaxText == NameWords::kMaxText);
  if (text.empty() || text.size() > kMaxText) return false;
  const NameWords comparable(text);
  Saying all;
  for (std::string_view words = comparable.text(); !words.empty();) {
    std::size_t length = first_word(words).size();
    if (const auto found = rows_.find(words.substr(0, length)); found != rows_.end()) {
      const auto row = std::find_if(found->second.begin(), found->second.end(),
                                    [&](const Row& each) { return starts_with_words(words, each.words); });
      if (row != found->second.end()) {
        length = row->words.size();
        all.names |= row->saying.names;
        all.hints |= row->saying.hints;
        all.against |= row->saying.against;
        all.other |= row->saying.other;
        all.fluid |= row->saying.fluid;
        all.blood |= row->saying.blood;
      }
    }
    drop_words(words, length);
  }
  if ((all.against & code).any()) return true;
  if (all.fluid && !all.blood && (laboratory_measures() & code).any()) return true;
  const bool named = all.other || all.names.any();
  return named && ((all.names | all.hints) & code).none();
}

void AnalyteNames::append_canonical(std::string& out) const {
  std::map<std::string_view, std::string_view> sorted;
  for (const auto& [first, rows] : rows_) {
    for (const Row& row : rows) sorted.emplace(row.words, row.means);
  }
  for (const auto& [words, means] : sorted) out.append("name ").append(words).append(" = ").append(means).append("\n");
}

}  // namespace coagwatch::fhir
