#include "daemon/config/config.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "daemon/config/interpolate.h"
#include "daemon/config/kafka_keys.h"
#include "daemon/config/keys.h"
#include "daemon/config/setting.h"
#include "daemon/config/settings_reader.h"
#include "daemon/config/site_keys.h"
#include "daemon/config/text_file.h"
#include "daemon/config/values.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kLongestFile = 4 * 1024 * 1024;

std::optional<std::string> host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !is_plain_name(name.data())) return std::nullopt;
  return std::string(name.data());
}

/// The file's settings; nullopt if there is a file and it cannot be read or parsed.
std::optional<Setting> read_file(const std::string& path, std::vector<rules::Problem>& problems) {
  if (path.empty()) return Setting{Setting::Kind::map, {}, {}, {}, {}};
  std::string wrong;
  const std::optional<std::string> text = read_text_file(path, kLongestFile, wrong);
  if (!text) {
    problems.push_back({path, 0, 0, "", wrong});
    return std::nullopt;
  }
  const std::optional<rules::YamlNode> document = rules::parse_yaml(*text, path, problems);
  if (!document) return std::nullopt;
  Setting root = to_setting(*document, path);
  if (root.kind == Setting::Kind::null) root.kind = Setting::Kind::map;
  if (root.kind != Setting::Kind::map) {
    problems.push_back(
        {path, root.place.line, root.place.column, "", "expected a map of keys, such as kafka: and site:"});
    return std::nullopt;
  }
  return root;
}

/// Settings that are right one by one and not together.
void check_together(const Config& config, std::vector<rules::Problem>& problems) {
  check_kafka(config, problems);
  if (config.transaction.gather > config.transaction.max && !config.undecided("transaction.gather") &&
      !config.undecided("transaction.max")) {
    problems.push_back(config.problem("transaction.gather", "must not be longer than transaction.max"));
  }
  if (config.input.topics.empty() && !config.undecided("input.topics")) {
    problems.push_back(config.problem("input.topics", "expected at least one topic"));
  }
  const auto& topics = config.input.topics;
  for (std::size_t i = 1; i < topics.size(); ++i) {
    if (std::find(topics.begin(), topics.begin() + static_cast<std::ptrdiff_t>(i), topics[i]) ==
        topics.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    problems.push_back(config.problem("input.topics", "stands twice: " + topics[i]));
  }
  const std::array<std::pair<std::string_view, const std::string*>, 8> outputs = {
      {{"alerts", &config.output.alerts},
       {"status", &config.output.status},
       {"state", &config.output.state},
       {"dead-letter", &config.output.dead_letter},
       {"journal", &config.output.journal},
       {"commands", &config.output.commands},
       {"by-patient", &config.output.by_patient},
       {"notifications", &config.output.notifications}}};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& [role, topic] = outputs[i];
    const std::string key = "output.topics." + std::string(role);
    if (config.undecided(key) || (role == "notifications" && !config.notifications)) continue;
    const auto& inputs = config.input.topics;
    if (std::find(inputs.begin(), inputs.end(), *topic) != inputs.end()) {
      problems.push_back(config.problem(key, "must not be an input topic: " + *topic));
    }
    for (std::size_t other = 0; other < i; ++other) {
      const std::string other_key = "output.topics." + std::string(outputs[other].first);
      if (*outputs[other].second != *topic || config.undecided(other_key)) continue;
      problems.push_back(config.problem(key, "must differ from " + other_key + ": " + *topic));
    }
  }
}

}  // namespace

bool Config::undecided(std::string_view key) const {
  const auto holds = [](std::string_view outer, std::string_view inner) {
    return inner.starts_with(outer) && (outer.size() == inner.size() || inner[outer.size()] == '.');
  };
  return std::any_of(refused.begin(), refused.end(),
                     [&](const std::string& each) { return each.empty() || holds(each, key) || holds(key, each); });
}

rules::Problem Config::problem(const std::string& key, std::string text) const {
  const auto found = places.find(key);
  if (found == places.end()) return {file, 0, 0, key, std::move(text)};
  return {found->second.file, found->second.line, found->second.column, key, std::move(text)};
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return environment;
}

std::optional<Config> load_config(const std::string& path, const Environment& environment,
                                  std::vector<rules::Problem>& problems, Config* draft_out) {
  const std::size_t before = problems.size();
  std::optional<Setting> file = read_file(path, problems);
  // The environment is checked even where the file is unreadable: all problems in one run.
  Draft draft;
  if (!file) draft.config.refused.emplace_back();
  Setting root = file ? std::move(*file) : Setting{Setting::Kind::map, {}, {}, {}, {}};
  overlay_environment(environment, root);

  draft.config.file = path;
  read_settings(root, environment, draft, problems);
  Config& config = draft.config;
  if (config.instance.empty()) {
    const std::optional<std::string> host = host_name();
    if (host) config.instance = *host;
    if (!host && !config.undecided("instance")) {
      problems.push_back(config.problem("instance", "the host name is no name (letters, digits, . _ -): set one"));
    }
  }
  finish_site(draft, problems);
  check_together(config, problems);
  if (draft_out != nullptr) *draft_out = config;
  if (problems.size() > before) return std::nullopt;
  return std::move(draft.config);
}

void check_runnable(const Config& config, std::vector<rules::Problem>& problems) {
  if (!config.input.keyed_by_patient || config.input.topics.size() == 1 || config.undecided("input.topics")) return;
  problems.push_back(config.problem("input.topics",
                                    "with input.keyed-by-patient there can be only one: of several topics, each would "
                                    "have its own state of a patient; with `no` the router stage merges them"));
}

}  // namespace coagwatch::daemon
