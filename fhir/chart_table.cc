#include "fhir/chart_table.h"

#include <algorithm>

#include "fhir/table_text.h"
#include "fhir/text_number.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kNumberSigns = "0123456789<>=+-.";

template <typename Map>
const auto* find_in(const Map& map, std::string_view group, std::string_view code) {
  const auto codes = map.find(group);
  using Value = std::remove_reference_t<decltype(codes->second.begin()->second)>;
  if (codes == map.end()) return static_cast<const Value*>(nullptr);
  const auto found = codes->second.find(code);
  return found == codes->second.end() ? static_cast<const Value*>(nullptr) : &found->second;
}

std::string text_of(const AnswerPattern& answer) {
  switch (answer.kind) {
    case AnswerPattern::Kind::affirmed:
      return "yes";
    case AnswerPattern::Kind::boolean:
      return answer.truth ? "true" : "false";
    case AnswerPattern::Kind::coded:
      return answer.system + "|" + answer.code;
    case AnswerPattern::Kind::number:
      break;
  }
  const rules::Interval& number = answer.number;
  std::string text(number.low_open ? "(" : "[");
  if (!number.low_unbounded) text.append(number.low.to_string());
  text.append("..");
  if (!number.high_unbounded) text.append(number.high.to_string());
  return text.append(number.high_open ? ")" : "]");
}

}  // namespace

std::optional<AnswerPattern> parse_answer(std::string_view system, std::string_view text) {
  AnswerPattern answer;
  if (text.empty() || text.size() > FactTable::kLongestCode) return std::nullopt;
  if (system.empty() && text == "yes") return answer;
  if (system.empty() && (text == "true" || text == "false")) {
    answer.kind = AnswerPattern::Kind::boolean;
    answer.truth = text == "true";
    return answer;
  }
  if (system.empty() && kNumberSigns.find(text.front()) != std::string_view::npos) {
    const TextNumber number = read_text_number(text, NumberStyle());
    if (!number.parsed || !number.rest.empty() || number.value.is_empty()) return std::nullopt;
    answer.kind = AnswerPattern::Kind::number;
    answer.number = number.value;
    return answer;
  }
  answer.kind = AnswerPattern::Kind::coded;
  answer.system = system;
  answer.code = text;
  return answer;
}

std::optional<std::string> ChartTable::read(std::string_view table) {
  return for_each_row(table, [&](const TableRow& row) -> std::optional<std::string> {
    if (row.front() == "system") {
      if (row.size() != 3 || row[1].empty() || row[2].empty()) return "expected system, group and URI";
      groups_.insert_or_assign(std::string(row[2]), std::string(row[1]));
      return std::nullopt;
    }
    return row.front() == "answer" ? read_answers(row) : read_question(row);
  });
}

std::optional<std::string> ChartTable::read_answers(const Row& row) {
  if (row.size() != 4) return "expected answer, group, codes, and yes or no";
  if (!knows_group(row[1])) return "no system has the group " + std::string(row[1]);
  if (row[3] != "yes" && row[3] != "no") return "expected yes or no";
  for (const std::string_view code : split(row[2], ' ')) {
    const auto value = row[3] == "yes" ? rules::Tristate::yes : rules::Tristate::no;
    if (!answers_[std::string(row[1])].emplace(code, value).second) return std::string(code) + " stands in two rows";
  }
  return std::nullopt;
}

std::optional<std::string> ChartTable::read_question(const Row& row) {
  if (row.size() != 6 || row[0] != "question") {
    return "expected question, group, code, answer, relation and fact between tabs";
  }
  if (!knows_group(row[1])) return "no system has the group " + std::string(row[1]);
  const std::size_t bar = row[3].find('|');
  const std::string_view system = bar == std::string_view::npos ? std::string_view() : row[3].substr(0, bar);
  if (!system.empty() && !knows_group(system)) return "no system has the group " + std::string(system);
  auto answer = parse_answer(system, bar == std::string_view::npos ? row[3] : row[3].substr(bar + 1));
  if (!answer) return "not an answer: " + std::string(row[3]);
  if (row[4] != "is" && row[4] != "implies" && row[4] != "denies") return "expected is, implies or denies";
  const auto fact = rules::fact_named(row[5]);
  if (!fact) return "not a fact: " + std::string(row[5]);
  questions_[std::string(row[1])][std::string(row[2])].push_back(
      {{*fact, row[4] == "is"}, row[4] == "denies", std::move(*answer)});
  return std::nullopt;
}

bool ChartTable::knows_group(std::string_view group) const {
  return std::ranges::any_of(groups_, [&](const auto& entry) { return entry.second == group; });
}

std::string_view ChartTable::group_of(std::string_view uri) const {
  uri = uri.substr(0, uri.find('|'));  // a canonical may name a version
  const auto found = groups_.find(uri);
  return found == groups_.end() ? uri : std::string_view(found->second);
}

void ChartTable::put(std::string_view system, std::string_view code, Question question) {
  questions_[std::string(group_of(system))].insert_or_assign(std::string(code), std::move(question));
}

void ChartTable::remove(std::string_view system, std::string_view code) {
  if (find(system, code) != nullptr) questions_[std::string(group_of(system))].erase(std::string(code));
}

const ChartTable::Question* ChartTable::find(std::string_view system, std::string_view code) const {
  if (code.empty() || code.size() > FactTable::kLongestCode) return nullptr;
  return find_in(questions_, group_of(system), code);
}

rules::Tristate ChartTable::meaning(std::string_view system, std::string_view code) const {
  const rules::Tristate* found = find_in(answers_, group_of(system), code);
  return found == nullptr ? rules::Tristate::unknown : *found;
}

void ChartTable::append_canonical(std::string& out) const {
  for (const auto& [uri, group] : groups_) out.append("chart system ").append(uri).append(" " + group + "\n");
  for (const auto& [group, codes] : answers_) {
    for (const auto& [code, value] : codes) {
      out.append("chart answer " + group + "|" + code + " ").append(rules::tristate_name(value)).append("\n");
    }
  }
  for (const auto& [group, codes] : questions_) {
    for (const auto& [code, question] : codes) {
      out.append("chart " + group + "|" + code);
      for (const ChartedFact& each : question) {
        out.append(each.denies ? " !" : each.coded.whole ? " =" : " ").append(rules::fact_name(each.coded.fact));
        out.append(" if " + text_of(each.answer));
      }
      out.append("\n");
    }
  }
}

}  // namespace coagwatch::fhir
