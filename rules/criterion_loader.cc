#include "rules/criterion_loader.h"

#include <algorithm>

#include "rules/criterion_check.h"
#include "rules/criterion_reader.h"

namespace coagwatch::rules {

const std::vector<std::pair<std::string_view, std::string_view>>& criterion_files();  // made by embed_text

namespace {

/// Lays a profile over the file: items of the same name and whole members are replaced. False after a problem.
bool lay_profile(YamlNode& root, std::string_view profile, CriterionReader& reader, std::string& name) {
  const YamlNode* profiles = root.find("profiles");
  if (profiles == nullptr) {
    if (!profile.empty()) reader.problem(root, "profiles", "there is no profile " + std::string(profile));
    return profile.empty();
  }
  name = profile.empty() ? reader.text(root, "", "default-profile", true) : std::string(profile);
  const YamlNode* found = profiles->find(name);
  if (found == nullptr) {
    std::vector<std::string_view> known;
    for (const auto& [key, value] : profiles->entries) known.push_back(key);
    const auto near = nearest_name(name, known);
    reader.problem(*profiles, "profiles",
                   "there is no profile " + name + (near ? "; did you mean " + *near + "?" : ""));
    return false;
  }
  const YamlNode overlay = *found;
  const std::string path = "profiles." + name;
  if (overlay.kind == YamlNode::Kind::map) reader.check_keys(overlay, path, {"note", "meaning", "met", "items"});
  for (const auto& [key, value] : overlay.entries) {
    if (key == "note") continue;
    for (auto& [root_key, root_value] : root.entries) {
      if (root_key != key) continue;
      if (key != "items") {
        root_value = value;
        continue;
      }
      for (const YamlNode& item : value.items) {
        const YamlNode* item_name = item.find("name");
        const auto same = std::find_if(root_value.items.begin(), root_value.items.end(), [&](const YamlNode& other) {
          const YamlNode* other_name = other.find("name");
          return item_name != nullptr && other_name != nullptr && other_name->scalar == item_name->scalar;
        });
        if (same == root_value.items.end()) {
          reader.problem(item, path + ".items", "a profile replaces items: there is none of this name");
        } else {
          *same = item;
        }
      }
    }
  }
  return true;
}

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

/// The item's least and most points over all that may turn out.
void set_range(Item& item) {
  std::vector<std::int16_t> all;
  if (item.fact) {
    all = {item.points_yes, item.points_no};
  } else {
    for (const Source& source : item.sources) {
      for (const Band& band : source.bands) all.push_back(band.points);
    }
  }
  if (all.empty()) return;
  const auto [least, most] = std::minmax_element(all.begin(), all.end());
  item.min_points = *least;
  item.max_points = *most;
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
  column.name = reader.text(*node, "column", "name", true);
  column.when_any = reader.facts(*node, "column", "when-any");
  column.unscored = reader.texts(*node, "column", "unscored");
  column.cut = reader.cut(*node, "column");
  column.grades = reader.grades(*node, "column", out.lowest);
}

void read_items(const YamlNode& root, CriterionReader& reader, Criterion& out) {
  const YamlNode* list = root.find("items");
  if (list == nullptr || list->kind != YamlNode::Kind::sequence) {
    return reader.problem(root, "items", "expected a list of items");
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    Item& item = out.items.emplace_back(reader.item(list->items[i], "items[" + std::to_string(i) + "]"));
    set_range(item);
    out.lowest = static_cast<std::int16_t>(out.lowest + item.min_points);
    out.highest = static_cast<std::int16_t>(out.highest + item.max_points);
    for (const Source& source : item.sources) mark_scores(out, source.measure);
  }
}

}  // namespace

std::optional<Criterion> load_criterion(std::string_view text, const std::string& file, std::string_view profile,
                                        std::vector<Problem>& problems) {
  std::optional<YamlNode> root = parse_yaml(text, file, problems);
  if (!root) return std::nullopt;
  CriterionReader reader(file, problems);
  reader.check_keys(*root, "",
                    {"id", "version", "title", "citation", "meaning", "notes", "max-age", "gate", "items",
                     "adjustments", "met", "grades", "column", "default-profile", "profiles"});
  Criterion out;
  if (root->kind != YamlNode::Kind::map || !lay_profile(*root, profile, reader, out.profile)) return std::nullopt;
  out.id = reader.text(*root, "", "id", true);
  out.version = reader.text(*root, "", "version", true);
  out.title = reader.text(*root, "", "title", true);
  out.citation = reader.text(*root, "", "citation", true);
  out.meaning = reader.text(*root, "", "meaning", true);
  if (const YamlNode* age = root->find("max-age")) {
    if (const auto duration = reader.duration(*age, "max-age")) out.max_age = *duration;
  }
  read_gate(*root, reader, out);
  read_items(*root, reader, out);
  read_adjustments(*root, reader, out);
  for (const Adjustment& adjustment : out.adjustments) {
    out.lowest = static_cast<std::int16_t>(out.lowest + std::min<std::int16_t>(0, adjustment.points));
    out.highest = static_cast<std::int16_t>(out.highest + std::max<std::int16_t>(0, adjustment.points));
  }
  out.cut = reader.cut(*root, "");
  out.grades = reader.grades(*root, "", out.lowest);
  read_column(*root, reader, out);
  if (!reader.ok()) return std::nullopt;
  for (const std::string& wrong : check_criterion(out)) {
    const std::size_t colon = wrong.find(": ");
    reader.problem(*root, wrong.substr(0, colon), wrong.substr(colon + 2));
  }
  if (!reader.ok()) return std::nullopt;
  return out;
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
