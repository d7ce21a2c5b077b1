#include "fhir/fact_table.h"

#include <algorithm>
#include <utility>

#include "fhir/table_text.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kIcd10 = "icd-10";
constexpr std::string_view kAtc = "atc";
constexpr std::size_t kInjuryCodeLength = 7;

bool is_icd10(std::string_view group) { return group.starts_with(kIcd10); }
bool has_prefixes(std::string_view group) { return is_icd10(group) || group == kAtc; }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Codes of a hierarchy in one form: `a41.9`, `A41.9+` and `A419` are the same. A mark at the end (the dagger of a
/// double coding) belongs to the way of writing; with more behind it, as in the block `C00-D48`, it is no code: empty.
std::string plain_code(std::string_view code) {
  std::string plain;
  bool marked = false;
  for (const char c : code) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper == '.') continue;
    const bool of_code = is_upper(upper) || is_digit(upper);
    if (of_code && marked) return {};
    marked = !of_code;
    if (of_code) plain.push_back(upper);
  }
  return plain;
}

/// An injury in ICD-10-CM that is no longer treated as such: the seventh character is neither initial encounter (A, of
/// fractures B and C) but a subsequent one or a sequela.
bool is_past_injury(std::string_view group, std::string_view plain) {
  if (group != "icd-10-cm" || plain.size() != kInjuryCodeLength) return false;
  if (plain.front() != 'S' && plain.front() != 'T') return false;
  return plain.back() != 'A' && plain.back() != 'B' && plain.back() != 'C';
}

/// `A00-A09`: the plain codes from the first to the last, which differ in digits at the end. Empty if it is no range.
std::vector<std::string> codes_of_range(std::string_view range) {
  const std::size_t dash = range.find('-');
  const std::string first = plain_code(range.substr(0, dash));
  const std::string last = plain_code(range.substr(dash + 1));
  const std::size_t digits = first.size() - 1;
  if (first.size() != last.size() || first.size() < 2 || digits > 4 || first.front() != last.front() || last < first ||
      !std::all_of(first.begin() + 1, first.end(), is_digit) || !std::all_of(last.begin() + 1, last.end(), is_digit)) {
    return {};
  }
  std::vector<std::string> codes;
  const int end = std::stoi(last.substr(1));
  for (int number = std::stoi(first.substr(1)); number <= end; ++number) {
    const std::string text = std::to_string(number);
    codes.push_back(first.substr(0, 1) + std::string(digits - text.size(), '0') + text);
  }
  return codes;
}

/// The plain codes that a word of the table stands for. Empty if it is neither code nor range.
std::vector<std::string> codes_of(std::string_view word) {
  if (word.find('-') != std::string_view::npos) return codes_of_range(word);
  const std::size_t any = word.find('?');
  if (any == std::string_view::npos) return {plain_code(word)};
  std::vector<std::string> codes;
  std::string code(word);
  for (code[any] = '0'; code[any] <= '9'; ++code[any]) codes.push_back(plain_code(code));
  return codes;
}

std::optional<std::vector<CodedFact>> read_facts(std::string_view names, bool whole) {
  std::vector<CodedFact> facts;
  if (names == "-") return facts;
  for (const std::string_view name : split(names, ',')) {
    const std::optional<rules::Fact> fact = rules::fact_named(name);
    if (!fact) return std::nullopt;
    facts.push_back({*fact, whole});
  }
  return facts;
}

std::string key_of(std::string_view group, std::string_view code) {
  std::string key(group);
  key.push_back('|');
  key.append(code);
  return key;
}

}  // namespace

std::optional<std::string> FactTable::read(std::string_view table) {
  Written written;
  return for_each_row(table, [&](const TableRow& row) -> std::optional<std::string> {
    if (row.front() == "system") {
      if (row.size() != 3 || row[1].empty() || row[2].empty()) return "expected system, group and URI";
      groups_.insert_or_assign(std::string(row[2]), std::string(row[1]));
      return std::nullopt;
    }
    if (row.size() != 4) return "expected group, codes, relation and facts between tabs";
    return read_codes(row, written);
  });
}

std::optional<std::string> FactTable::read_codes(const TableRow& row, Written& written) {
  const std::string_view group = row[0];
  const std::string_view relation = row[2];
  const bool known = group == kIcd10 || std::any_of(groups_.begin(), groups_.end(),
                                                    [&](const auto& entry) { return entry.second == group; });
  if (!known) return "no system has the group " + std::string(group);
  if (relation != "is" && relation != "implies") return "expected the relation is or implies";
  const auto meaning = read_facts(row[3], relation == "is");
  if (!meaning) return "not a list of facts: " + std::string(row[3]);
  for (const std::string_view token : split(row[1], ' ')) {
    const auto codes = has_prefixes(group) ? codes_of(token) : std::vector<std::string>{std::string(token)};
    if (codes.empty() || codes.front().empty()) return "not a code or a range of codes: " + std::string(token);
    const bool single = codes.size() == 1;
    for (const std::string& code : codes) {
      const auto [before, is_new] = written.try_emplace(key_of(group, code), single);
      if (!is_new && before->second == single) return code + " stands in two rows";
      // One that is named goes before one that a range holds.
      if (!is_new && !single) continue;
      before->second = single;
      put_in_group(group, code, *meaning);
    }
  }
  return std::nullopt;
}

void FactTable::put_in_group(std::string_view group, std::string_view code, const std::vector<CodedFact>& facts) {
  entries_.insert_or_assign(key_of(group, code), facts);
}

FactTable::System FactTable::system_of(std::string_view uri) const {
  uri = uri.substr(0, uri.find('|'));  // a canonical may name a version
  const auto found = groups_.find(std::string(uri));
  // A system that the table does not name is a group of its own; `=` keeps it apart from ours.
  if (found == groups_.end()) return {"=" + std::string(uri), false};
  return {found->second, has_prefixes(found->second)};
}

void FactTable::put(std::string_view system, std::string_view code, const std::vector<CodedFact>& facts) {
  const System known = system_of(system);
  put_in_group(known.group, known.prefixes ? plain_code(code) : std::string(code), facts);
}

void FactTable::add(std::string_view system, std::string_view code, rules::Fact fact) {
  std::vector<CodedFact> facts;
  if (const auto known = find(system, code)) {
    for (const CodedFact& each : known->facts) facts.push_back({each.fact, each.whole && known->exact});
  }
  if (std::ranges::find(facts, fact, &CodedFact::fact) == facts.end()) facts.push_back({fact, false});
  put(system, code, facts);
}

const std::vector<CodedFact>* FactTable::find_exact(std::string_view group, std::string_view code) const {
  const auto found = entries_.find(key_of(group, code));
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<FactTable::Match> FactTable::find(std::string_view system, std::string_view code) const {
  if (code.empty() || code.size() > kLongestCode) return std::nullopt;
  const System known = system_of(system);
  if (!known.prefixes) {
    const std::vector<CodedFact>* found = find_exact(known.group, code);
    return found == nullptr ? std::nullopt : std::optional(Match{*found, true});
  }
  const std::string plain = plain_code(code);
  if (is_past_injury(known.group, plain)) return std::nullopt;
  for (std::size_t length = plain.size(); length > 0; --length) {
    const std::string_view prefix = std::string_view(plain).substr(0, length);
    const std::vector<CodedFact>* found = find_exact(known.group, prefix);
    if (found == nullptr && is_icd10(known.group)) found = find_exact(kIcd10, prefix);
    if (found != nullptr) return Match{*found, length == plain.size()};
  }
  return std::nullopt;
}

void FactTable::append_canonical(std::string& out) const {
  std::vector<std::string> lines;
  lines.reserve(groups_.size() + entries_.size());
  for (const auto& [uri, group] : groups_) lines.push_back("fact system " + uri + " " + group + "\n");
  for (const auto& [key, facts] : entries_) {
    std::string line = "fact " + key;
    for (const CodedFact& each : facts) {
      line.append(each.whole ? " =" : " ").append(rules::fact_name(each.fact));
    }
    lines.push_back(line + "\n");
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) out.append(line);
}

}  // namespace coagwatch::fhir
