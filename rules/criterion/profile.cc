#include "rules/criterion/profile.h"

#include <algorithm>
#include <charconv>

namespace coagwatch::rules {
namespace {

YamlNode* named_item(YamlNode& items, const YamlNode& like) {
  const YamlNode* name = like.find("name");
  if (name == nullptr) return nullptr;
  const auto same = std::ranges::find_if(items.items, [&](const YamlNode& item) {
    const YamlNode* other = item.find("name");
    return other != nullptr && other->scalar == name->scalar;
  });
  return same == items.items.end() ? nullptr : &*same;
}

void replace_items(YamlNode& root, const YamlNode& overlay, const std::string& profile, CriterionReader& reader) {
  const std::string path = "profiles." + profile + ".items";
  if (overlay.kind != YamlNode::Kind::sequence) return reader.problem(overlay, path, "expected a list of items");
  YamlNode* items = root.find("items");
  if (items == nullptr) return;  // reported where items are read
  for (const YamlNode& item : overlay.items) {
    if (YamlNode* same = named_item(*items, item)) {
      *same = item;
      reader.note_profile(profile, "items." + item.find("name")->scalar);
    } else {
      reader.problem(item, path, "a profile replaces items of the same name; there is none of this name");
    }
  }
}

/// The part of a sequence that `step` names: an index, or the `name` of a map.
const YamlNode* part_of(const YamlNode& list, std::string_view step) {
  for (const YamlNode& item : list.items) {
    const YamlNode* name = item.find("name");
    if (name != nullptr && name->scalar == step) return &item;
  }
  std::size_t at = 0;
  const auto read = std::from_chars(step.data(), step.data() + step.size(), at);
  if (read.ec != std::errc() || read.ptr != step.data() + step.size() || at >= list.items.size()) return nullptr;
  return &list.items[at];
}

}  // namespace

std::vector<std::string_view> profile_names(const YamlNode& root) {
  std::vector<std::string_view> names;
  if (const YamlNode* profiles = root.find("profiles")) {
    for (const auto& [name, overlay] : profiles->entries) names.push_back(name);
  }
  return names;
}

bool lay_profile(YamlNode& root, std::string_view profile, CriterionReader& reader, std::string& name) {
  const YamlNode* profiles = root.find("profiles");
  if (profiles == nullptr) {
    if (profile.empty()) return true;
    reader.problem(root, "profiles", "there is no profile " + std::string(profile) + "; the criterion has none");
    return false;
  }
  if (profiles->kind != YamlNode::Kind::map) {
    reader.problem(*profiles, "profiles", "expected a map of profiles by name");
    return false;
  }
  if (profile.empty() && root.find("default-profile") == nullptr) return true;
  const std::string wanted = profile.empty() ? reader.text(root, "", "default-profile", true) : std::string(profile);
  const YamlNode* found = profiles->find(wanted);
  if (found == nullptr) {
    if (!wanted.empty()) {
      const YamlNode* chosen = profile.empty() ? root.find("default-profile") : profiles;
      reader.problem(*chosen, profile.empty() ? "default-profile" : "profiles",
                     "there is no profile " + wanted + CriterionReader::hint(wanted, profile_names(root)));
    }
    return false;
  }
  name = wanted;
  const YamlNode overlay = *found;  // a copy: `root`, which holds it, changes below
  const std::string path = "profiles." + name;
  reader.check_keys(overlay, path, CriterionMap::profile);
  for (const auto& [key, value] : overlay.entries) {
    if (key == "items") {
      replace_items(root, value, name, reader);
    } else if (YamlNode* replaced = root.find(key)) {
      *replaced = value;
      reader.note_profile(name, key);
    } else if (key == "grades" || key == "columns") {
      root.entries.push_back({key, value});
      reader.note_profile(name, key);
    }
  }
  return true;
}

const YamlNode& node_at(const YamlNode& root, std::string_view path) {
  const YamlNode* node = &root;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (step.empty()) continue;
    const std::string_view plain = step.substr(0, step.find(']'));
    const YamlNode* next = node->kind == YamlNode::Kind::sequence ? part_of(*node, plain) : node->find(plain);
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

}  // namespace coagwatch::rules
