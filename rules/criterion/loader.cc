#include "rules/criterion/loader.h"

#include <algorithm>

#include "rules/criterion/check.h"
#include "rules/criterion/definition_check.h"
#include "rules/criterion/facts.h"
#include "rules/criterion/gate_check.h"
#include "rules/criterion/measures.h"
#include "rules/criterion/population.h"
#include "rules/criterion/profile.h"
#include "rules/criterion/reader.h"

namespace coagwatch::rules {

const std::vector<std::pair<std::string_view, std::string_view>>& criterion_files();  // made by embed_text

namespace {

constexpr std::size_t kMostAdjustments = 16;

bool is_semantic_version(std::string_view text) {
  int dots = 0;
  bool digit_before = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c != '.' || !digit_before)) return false;
    if (c == '.') ++dots;
    digit_before = digit;
  }
  return dots == 2 && digit_before;
}

void read_heading(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  out.id = reader.name(root, "", "id");
  out.version = reader.text(root, "", "version", true);
  if (!out.version.empty() && !is_semantic_version(out.version)) {
    reader.problem(*root.find("version"), "version", "expected three numbers, such as 1.0.0");
  }
  out.title = reader.text(root, "", "title", true);
  out.citation = reader.text(root, "", "citation", true);
  out.meaning = reader.text(root, "", "meaning", true);
  if (const YamlNode* age = root.find("max-age")) {
    if (const auto duration = reader.duration(*age, "max-age")) out.max_age = *duration;
  }
  if (!out.profile.empty()) {
    const YamlNode& profile = node_at(root, "profiles." + out.profile);
    std::string note = reader.text(profile, "profiles." + out.profile, "note", false);
    if (!note.empty()) out.notes.push_back(std::move(note));
  }
  for (std::string& note : reader.texts(root, "", "notes")) out.notes.push_back(std::move(note));
}

void read_adjustments(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("adjustments");
  if (list == nullptr) return;
  if (list->kind != YamlNode::Kind::sequence || list->items.size() > kMostAdjustments) {
    return reader.problem(*list, "adjustments",
                          "expected a list, such as {title: Cirrhosis, fact: liver-cirrhosis, points: -3}");
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& entry = list->items[i];
    const std::string path = "adjustments[" + std::to_string(i) + "]";
    reader.check_keys(entry, path, CriterionMap::adjustment);
    Adjustment& adjustment = out.adjustments.emplace_back();
    adjustment.title = reader.text(entry, path, "title", true);
    if (const YamlNode* fact = entry.find("fact")) {
      adjustment.fact = reader.fact(*fact, path + ".fact").value_or(Fact::liver_cirrhosis);
    } else {
      reader.problem(entry, path, "expected a fact");
    }
    const YamlNode* points = entry.find("points");
    if (points == nullptr) {
      reader.problem(entry, path, "expected points");
    } else {
      adjustment.points = reader.points(*points, path + ".points").value_or(0);
    }
  }
}

void read_findings(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("auxiliary");
  if (list == nullptr) return;
  if (list->kind != YamlNode::Kind::sequence) {
    return reader.problem(*list, "auxiliary", "expected a list, such as {name: tat, measure: tat-uln, gt: 1}");
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& entry = list->items[i];
    const std::string path = "auxiliary[" + std::to_string(i) + "]";
    reader.check_keys(entry, path, CriterionMap::auxiliary);
    AuxiliaryFinding& finding = out.findings.emplace_back();
    finding.name = reader.name(entry, path, "name");
    const YamlNode* measure = entry.find("measure");
    const YamlNode* above = entry.find("gt");
    if (measure == nullptr || above == nullptr) {
      reader.problem(entry, path, "expected measure and gt");
      continue;
    }
    finding.measure = reader.measure(*measure, path + ".measure").value_or(Measure::d_dimer_uln);
    finding.above = reader.decimal(*above, path + ".gt").value_or(Decimal());
    finding.bands = {{std::nullopt, finding.above, false, true, 0}, {finding.above, std::nullopt, false, false, 1}};
  }
}

void read_definitions(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("defines");
  if (list == nullptr) return;
  if (list->kind != YamlNode::Kind::sequence) {
    return reader.problem(*list, "defines", "expected a list, such as {measure: sirs}");
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& entry = list->items[i];
    const std::string path = "defines[" + std::to_string(i) + "]";
    reader.check_keys(entry, path, CriterionMap::definition);
    Definition& definition = out.defines.emplace_back();
    if (const YamlNode* measure = entry.find("measure")) {
      definition.measure = reader.measure(*measure, path + ".measure").value_or(Measure::sofa);
    } else {
      reader.problem(entry, path, "expected a measure");
    }
    for (const std::string& name : reader.texts(entry, path, "items")) {
      const auto found = std::ranges::find(out.table.items, name, &Item::name);
      if (found == out.table.items.end()) {
        reader.problem(entry, path + ".items", "there is no item " + name);
      } else {
        definition.items.push_back(static_cast<std::uint16_t>(found - out.table.items.begin()));
      }
    }
  }
}

void read_result(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  if (root.find("result") == nullptr) return;
  const std::string name = reader.text(root, "", "result", true);
  if (name == "status") {
    out.result = Criterion::Result::status;
  } else if (name == "group") {
    out.result = Criterion::Result::group;
  } else if (name != "points") {
    reader.problem(*root.find("result"), "result", "expected points, status or group");
  }
}

std::vector<Profile> profiles_of(const YamlNode& root) {
  std::vector<Profile> out;
  const YamlNode* by_default = root.find("default-profile");
  for (const std::string_view name : profile_names(root)) {
    const YamlNode* note = root.find("profiles")->find(name)->find("note");
    out.push_back(
        {std::string(name), note != nullptr ? note->scalar : "", by_default != nullptr && by_default->scalar == name});
  }
  return out;
}

void set_max_age(Criterion& criterion) {
  const auto set = [&](std::vector<Item>& items) {
    for (Item& item : items) {
      if (item.max_age == Duration{0}) item.max_age = criterion.max_age;
    }
  };
  set(criterion.table.items);
  for (Column& column : criterion.columns) set(column.table.items);
}

/// Everything but the profiles that were not asked for.
Criterion compile(YamlNode root, std::string_view profile, CriterionReader& reader) {
  Criterion out;
  out.profiles = profiles_of(root);
  lay_profile(root, profile, reader, out.profile);
  reader.check_keys(root, "", CriterionMap::criterion);
  read_heading(root, reader, out);
  read_result(root, reader, out);
  out.gate = read_gate(root, reader);
  std::size_t findings = read_items(root, reader, out.table);
  read_adjustments(root, reader, out);
  out.cap = reader.points_at(root, "", "cap", false);
  set_totals(out, out.table);
  read_outcome(root, "", reader, out.table);
  findings += read_columns(root, reader, out);
  read_findings(root, reader, out);
  read_definitions(root, reader, out);
  set_max_age(out);
  out.scores = measures_of(out);
  out.asks = facts_of(out);
  if (reader.count() == findings) {
    std::vector<KeyedFinding> of_whole;
    check_totals(out, of_whole);
    check_gate(out, of_whole);
    check_definitions(out, of_whole);
    for (const KeyedFinding& each : of_whole) reader.problem(node_at(root, each.key), each.key, each.text);
  }
  return out;
}

/// Adds those of `found` that are not among `problems` yet: profiles share most of a file, and its mistakes.
void add_new(const std::vector<Problem>& found, std::vector<Problem>& problems) {
  for (const Problem& each : found) {
    const auto same = [&](const Problem& known) { return known.to_string() == each.to_string(); };
    if (std::ranges::none_of(problems, same)) problems.push_back(each);
  }
}

}  // namespace

std::optional<Criterion> load_criterion(std::string_view text, const std::string& file, std::string_view profile,
                                        std::vector<Problem>& problems) {
  const std::optional<YamlNode> root = parse_yaml(text, file, problems);
  if (!root) return std::nullopt;
  if (root->kind != YamlNode::Kind::map) {
    problems.push_back({file, root->line, root->column, "", "expected a criterion: id, version, title, items, …"});
    return std::nullopt;
  }
  std::vector<Problem> found;
  CriterionReader reader(file, found);
  Criterion criterion = compile(*root, profile, reader);
  add_new(found, problems);
  // A site may choose another profile at any time; its mistakes should not wait for that.
  for (const std::string_view other : profile_names(*root)) {
    if (other == criterion.profile) continue;
    std::vector<Problem> of_other;
    CriterionReader other_reader(file, of_other);
    compile(*root, other, other_reader);
    add_new(of_other, problems);
    found.insert(found.end(), of_other.begin(), of_other.end());
  }
  if (!found.empty()) return std::nullopt;
  return criterion;
}

const std::vector<BuiltinCriterion>& builtin_criteria() {
  static const std::vector<BuiltinCriterion> all = [] {
    std::vector<BuiltinCriterion> made;
    for (const auto& [file, text] : criterion_files()) {
      // The file's name is the criterion's id; a test holds them together.
      const std::size_t slash = file.rfind('/') + 1;
      made.push_back({file.substr(slash, file.rfind('.') - slash), file, text});
    }
    std::ranges::sort(made, {}, &BuiltinCriterion::id);
    return made;
  }();
  return all;
}

}  // namespace coagwatch::rules
