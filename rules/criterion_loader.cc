#include "rules/criterion_loader.h"

#include <algorithm>

#include "rules/criterion_check.h"
#include "rules/criterion_profile.h"
#include "rules/criterion_reader.h"

namespace coagwatch::rules {

const std::vector<std::pair<std::string_view, std::string_view>>& criterion_files();  // made by embed_text

namespace {

// Far more than any score has; keeps every total inside 16 bits.
constexpr std::size_t kMostItems = 64;

/// Derived measures change when their sources do.
void mark_scores(Criterion& criterion, Measure measure) {
  criterion.scores.set(index(measure));
  switch (measure) {
    case Measure::pt_prolongation:
      criterion.scores.set(index(Measure::pt_seconds));
      break;
    case Measure::pt_ratio:
      criterion.scores.set(index(Measure::pt_seconds));
      criterion.scores.set(index(Measure::inr));
      break;
    case Measure::d_dimer_uln:
      criterion.scores.set(index(Measure::d_dimer));
      break;
    case Measure::platelet_fall_24h:
      criterion.scores.set(index(Measure::platelets));
      break;
    default:
      break;
  }
}

void report(const std::vector<Finding>& findings, const YamlNode& root, CriterionReader& reader) {
  for (const Finding& finding : findings) reader.problem(node_at(root, finding.key), finding.key, finding.text);
}

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

void read_gate(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* gate = root.find("gate");
  if (gate == nullptr) {
    out.gate.adults_only = false;
    return;
  }
  reader.check_keys(*gate, "gate", {"requires-any", "excludes", "adults-only"});
  out.gate.requires_any = reader.facts(*gate, "gate", "requires-any");
  out.gate.excludes = reader.facts(*gate, "gate", "excludes");
  out.gate.adults_only = reader.boolean(*gate, "gate", "adults-only", true);
}

void read_adjustments(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("adjustments");
  if (list == nullptr) return;
  if (list->kind != YamlNode::Kind::sequence || list->items.size() > kMostItems) {
    return reader.problem(*list, "adjustments",
                          "expected a list, such as {title: Cirrhosis, fact: liver-cirrhosis, points: -3}");
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode& entry = list->items[i];
    const std::string path = "adjustments[" + std::to_string(i) + "]";
    reader.check_keys(entry, path, {"fact", "points", "title"});
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

void read_column(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* node = root.find("column");
  if (node == nullptr) return;
  reader.check_keys(*node, "column", {"name", "when-any", "unscored", "met", "grades"});
  Column& column = out.column.emplace();
  column.name = reader.name(*node, "column", "name");
  column.when_any = reader.facts(*node, "column", "when-any");
  column.unscored = reader.texts(*node, "column", "unscored");
  column.cut = reader.cut(*node, "column");
  column.grades = reader.grades(*node, "column", out.lowest);
}

/// Returns what was wrong with items that could be read.
std::size_t read_items(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("items");
  if (list == nullptr || list->kind != YamlNode::Kind::sequence || list->items.empty() ||
      list->items.size() > kMostItems) {
    reader.problem(list == nullptr ? root : *list, "items",
                   "expected a list of items, at least one and at most " + std::to_string(kMostItems));
    return 0;
  }
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const YamlNode* name = list->items[i].find("name");
    const bool named = name != nullptr && !name->scalar.empty();
    const std::string path = named ? "items." + name->scalar : "items[" + std::to_string(i) + "]";
    const std::size_t before = reader.count();
    Item& item = out.items.emplace_back(reader.item(list->items[i], path));
    if (reader.count() == before) check_item(item, path, findings);
    out.lowest = static_cast<std::int16_t>(out.lowest + item.min_points);
    out.highest = static_cast<std::int16_t>(out.highest + item.max_points);
    for (const Source& source : item.sources) mark_scores(out, source.measure);
  }
  report(findings, root, reader);
  return findings.size();
}

/// Everything but the profiles that were not asked for.
Criterion compile(YamlNode root, std::string_view profile, CriterionReader& reader) {
  Criterion out;
  lay_profile(root, profile, reader, out.profile);
  reader.check_keys(root, "",
                    {"id", "version", "title", "citation", "meaning", "notes", "max-age", "gate", "items",
                     "adjustments", "met", "grades", "column", "default-profile", "profiles"});
  read_heading(root, reader, out);
  read_gate(root, reader, out);
  const std::size_t findings = read_items(root, reader, out);
  read_adjustments(root, reader, out);
  for (const Adjustment& adjustment : out.adjustments) {
    out.lowest = static_cast<std::int16_t>(out.lowest + std::min<std::int16_t>(0, adjustment.points));
    out.highest = static_cast<std::int16_t>(out.highest + std::max<std::int16_t>(0, adjustment.points));
  }
  out.cut = reader.cut(root, "");
  out.grades = reader.grades(root, "", out.lowest);
  read_column(root, reader, out);
  if (reader.count() == findings) {
    std::vector<Finding> of_totals;
    check_totals(out, of_totals);
    report(of_totals, root, reader);
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
    return made;
  }();
  return all;
}

}  // namespace coagwatch::rules
