#include "daemon/config/rule_set_loader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "daemon/config/criterion_file_name.h"
#include "daemon/config/rule_set_hash.h"
#include "daemon/config/text_file.h"
#include "rules/criterion/definition_check.h"
#include "rules/criterion/loader.h"
#include "rules/criterion/profile.h"

namespace coagwatch::daemon {
namespace {

using Problems = std::vector<rules::Problem>;

constexpr std::size_t kLongestFile = 4 * 1024 * 1024;
constexpr std::size_t kMostFiles = 1'000;

/// A criterion file before its profile is chosen.
struct Source {
  std::string file;
  std::string text;
  bool of_site = false;
};

/// What can be in force.
struct Sources {
  std::map<std::string, Source, std::less<>> by_id;
  std::set<std::string, std::less<>> refused;  ///< ids of site files with problems of their own
  bool complete = true;                        ///< false where an id may stand in something that cannot be read
};

/// The criterion files of a directory, by name.
std::vector<std::string> criterion_files(const Config& config, Problems& problems) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(config.criteria.directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_criterion_file(entry->path().filename().string())) files.push_back(entry->path().string());
  }
  if (error) {
    problems.push_back(
        config.problem("criteria.directory", config.criteria.directory + " cannot be read: " + error.message()));
  }
  if (files.size() > kMostFiles) {
    problems.push_back(config.problem("criteria.directory", "holds more than 1000 criteria"));
    files.clear();
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Notes which criterion a file with problems was to be.
void refuse(std::string_view text, const std::string& file, Sources& sources) {
  Problems known_already;
  const std::optional<rules::YamlNode> root = rules::parse_yaml(text, file, known_already);
  const rules::YamlNode* id = root ? root->find("id") : nullptr;
  if (id != nullptr && !id->scalar.empty()) {
    sources.refused.insert(id->scalar);
  } else {
    sources.complete = false;
  }
}

/// The problem at the place of the file's id. REQUIRES: it can be loaded.
rules::Problem at_id(std::string_view text, rules::Problem problem) {
  Problems none;
  const std::optional<rules::YamlNode> root = rules::parse_yaml(text, problem.file, none);
  const rules::YamlNode* id = root ? root->find("id") : nullptr;
  if (id == nullptr) return problem;
  problem.line = id->line;
  problem.column = id->column;
  return problem;
}

/// Adds the site's files; one that fails to load is reported and left out.
void add_site_files(const Config& config, Sources& sources, Problems& problems) {
  sources.complete = !config.undecided("criteria.directory");
  if (config.criteria.directory.empty()) return;
  const std::size_t before = problems.size();
  const std::vector<std::string> files = criterion_files(config, problems);
  if (problems.size() > before) sources.complete = false;
  for (const std::string& file : files) {
    std::string wrong;
    std::optional<std::string> text = read_text_file(file, kLongestFile, wrong);
    if (!text) {
      problems.push_back({file, 0, 0, "", wrong});
      sources.complete = false;
      continue;
    }
    const std::optional<rules::Criterion> criterion = rules::load_criterion(*text, file, "", problems);
    if (!criterion) {
      refuse(*text, file, sources);
      continue;
    }
    Source& source = sources.by_id[criterion->id];
    if (source.of_site) {
      problems.push_back(at_id(*text, {file, 0, 0, "id", criterion->id + " is the id of " + source.file + " too"}));
      continue;
    }
    source = {file, std::move(*text), true};
  }
}

/// True if the criterion can be loaded. Complains where `key` names one that surely does not exist.
bool known(const std::string& id, const std::string& key, const Config& config, const Sources& sources,
           Problems& problems) {
  if (sources.refused.contains(id)) return false;
  if (sources.by_id.contains(id)) return true;
  if (!sources.complete) return false;
  std::vector<std::string_view> ids(sources.refused.begin(), sources.refused.end());
  for (const auto& [each, unused] : sources.by_id) ids.push_back(each);
  std::string text = "there is no criterion " + id;
  if (const auto nearest = rules::nearest_name(id, ids)) text += "; did you mean " + *nearest + "?";
  problems.push_back(config.problem(key, std::move(text)));
  return false;
}

/// Primary criteria that the site named must be in force; a default that is not is simply not used.
void check_primary(const Config& config, const Sources& sources, Problems& problems) {
  const std::array<std::pair<const char*, const std::vector<std::string>*>, 4> tiers = {
      {{"alerts.primary.early", &config.alerts.early_tier},
       {"alerts.primary.overt", &config.alerts.overt_tier},
       {"alerts.primary.malignancy", &config.alerts.malignancy_tier},
       {"alerts.primary.pregnancy", &config.alerts.pregnancy_tier}}};
  for (const auto& [key, tier] : tiers) {
    if (!config.places.contains(key)) continue;
    for (const std::string& id : *tier) {
      if (!known(id, key, config, sources, problems) || !config.criteria.enabled) continue;
      const std::vector<std::string>& enabled = *config.criteria.enabled;
      if (config.undecided("criteria.enabled") || std::find(enabled.begin(), enabled.end(), id) != enabled.end()) {
        continue;
      }
      problems.push_back(config.problem(key, id + " is not in criteria.enabled"));
    }
  }
}

/// Ids in force that can be loaded, sorted.
std::vector<std::string> enabled_ids(const Config& config, const Sources& sources, Problems& problems) {
  std::vector<std::string> ids;
  if (!config.criteria.enabled) {
    for (const auto& [id, unused] : sources.by_id) {
      if (!sources.refused.contains(id)) ids.push_back(id);
    }
    return ids;
  }
  for (const std::string& id : *config.criteria.enabled) {
    if (known(id, "criteria.enabled", config, sources, problems)) ids.push_back(id);
  }
  if (config.criteria.enabled->empty() && !config.undecided("criteria.enabled")) {
    problems.push_back(config.problem("criteria.enabled", "expected at least one criterion"));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::optional<rules::Criterion> load(const std::string& id, const Source& source, const Config& config,
                                     Problems& problems) {
  const auto wanted = config.criteria.profiles.find(id);
  const std::string profile = wanted == config.criteria.profiles.end() ? "" : wanted->second;
  Problems found;
  std::optional<rules::Criterion> criterion = rules::load_criterion(source.text, source.file, profile, found);
  if (criterion && source.of_site) criterion->site_file = source.file;
  if (criterion) return criterion;
  Problems unused;
  if (!profile.empty() && rules::load_criterion(source.text, source.file, "", unused)) {
    // The file is sound: the mistake is in the configuration.
    for (const rules::Problem& each : found) {
      problems.push_back(config.problem("criteria.profiles." + id, each.text));
    }
  } else {
    problems.insert(problems.end(), found.begin(), found.end());
  }
  return std::nullopt;
}

/// Ids that the site has in force; nullopt: all.
using EnabledIds = std::optional<std::vector<std::string>>;

bool is_enabled(const std::string& id, const EnabledIds& enabled) {
  return !enabled || std::ranges::find(*enabled, id) != enabled->end();
}

/// Criteria that are not in force and define measures which others may score; first those that the site has in force
/// where only a part of it was asked for.
std::vector<rules::Criterion> other_definers(const std::vector<std::string>& ids, const EnabledIds& enabled,
                                             const Sources& sources, const Config& config) {
  std::vector<rules::Criterion> definers;
  for (const auto& [id, source] : sources.by_id) {
    if (std::binary_search(ids.begin(), ids.end(), id) || sources.refused.contains(id)) continue;
    Problems unused;
    auto criterion = load(id, source, config, unused);
    if (criterion && !criterion->defines.empty()) definers.push_back(std::move(*criterion));
  }
  std::stable_partition(definers.begin(), definers.end(),
                        [&](const rules::Criterion& each) { return is_enabled(each.id, enabled); });
  return definers;
}

/// Checks that each score has one definer, whatever the order of files.
void check_definers(const std::vector<rules::Criterion>& in_force, const std::vector<rules::Criterion>& others,
                    const EnabledIds& enabled, const Sources& sources, Problems& problems) {
  std::vector<rules::DefinerChoice> choices;
  const auto source_of = [&](const rules::Criterion& each) -> const Source& {
    return sources.by_id.find(each.id)->second;
  };
  choices.reserve(in_force.size() + others.size());
  for (const rules::Criterion& each : in_force) choices.push_back({&each, source_of(each).file, 0});
  for (const rules::Criterion& each : others) {
    choices.push_back({&each, source_of(each).file, is_enabled(each.id, enabled) ? 1 : 2});
  }
  for (const rules::DefinerProblem& each : rules::check_definers(choices)) {
    const auto source =
        std::ranges::find_if(sources.by_id, [&](const auto& one) { return one.second.file == each.file; });
    Problems unused;
    const auto root = rules::parse_yaml(source->second.text, source->second.file, unused);
    const rules::YamlNode& place = rules::node_at(*root, each.key);
    problems.push_back({source->second.file, place.line, place.column, each.key, each.text});
  }
}

/// What the configuration says, where the site has `enabled` in force, of which `config` may take a part.
std::optional<rules::RuleSet> load_part(const Config& config, const EnabledIds& enabled,
                                        const fhir::Terminology& terminology, Problems& problems) {
  const std::size_t before = problems.size();
  Sources sources;
  for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
    sources.by_id[std::string(builtin.id)] = {std::string(builtin.file), std::string(builtin.text), false};
  }
  add_site_files(config, sources, problems);
  const std::vector<std::string> ids = enabled_ids(config, sources, problems);
  for (const auto& [id, unused] : config.criteria.profiles) {
    if (!known(id, "criteria.profiles." + id, config, sources, problems)) continue;
    // One that is in force is loaded below.
    if (!std::binary_search(ids.begin(), ids.end(), id)) load(id, sources.by_id.find(id)->second, config, problems);
  }
  check_primary(config, sources, problems);

  rules::RuleSet rules;
  std::vector<HashedCriterion> hashed;
  for (const std::string& id : ids) {
    const Source& source = sources.by_id.find(id)->second;
    std::optional<rules::Criterion> criterion = load(id, source, config, problems);
    if (!criterion) continue;
    hashed.push_back({id, criterion->profile, source.text});
    rules.criteria.push_back(std::move(*criterion));
  }
  std::vector<rules::Criterion> others = other_definers(ids, enabled, sources, config);
  check_definers(rules.criteria, others, enabled, sources, problems);
  if (problems.size() > before) return std::nullopt;
  rules::link_definitions(rules, std::move(others));
  for (const rules::Criterion& definer : rules.definers) {
    hashed.push_back({definer.id, definer.profile, sources.by_id.find(definer.id)->second.text});
  }
  rules.site = config.site;
  rules.sequence = config.ruleset_sequence;
  rules.hash = rule_set_hash(hashed, terminology.canonical_text(), config);
  return rules;
}

}  // namespace

std::optional<rules::RuleSet> load_rule_set(const Config& config, const fhir::Terminology& terminology,
                                            Problems& problems) {
  return load_part(config, config.criteria.enabled, terminology, problems);
}

std::optional<rules::RuleSet> load_criterion_alone(const Config& config, const std::string& id,
                                                   const std::string& profile, const fhir::Terminology& terminology,
                                                   Problems& problems) {
  Config part = config;
  part.criteria.enabled = {id};
  part.criteria.profiles.clear();
  if (!profile.empty()) part.criteria.profiles[id] = profile;
  // Which criteria alert does not matter here, and those that the site names are not all loaded.
  part.places.clear();
  return load_part(part, config.criteria.enabled, terminology, problems);
}

}  // namespace coagwatch::daemon
