#include "daemon/cli/test_file_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "rules/criterion/reader.h"

namespace coagwatch::daemon {

void TestFileReader::problem(const rules::YamlNode& node, std::string key, std::string text) const {
  problems.push_back({file, node.line, node.column, std::move(key), std::move(text)});
}

void TestFileReader::check_keys(const rules::YamlNode& node, const std::string& path, const rules::FileMap& map) const {
  std::vector<std::string_view> known;
  std::string names;
  for (const rules::FileKey& key : map.keys) {
    known.push_back(key.name);
    names.append(names.empty() ? "" : ", ").append(key.name);
  }
  for (const auto& [name, value] : node.entries) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string hint = rules::CriterionReader::hint(name, known);
    problem(value, path + "." + name, "unknown key" + hint + " (known here: " + names + ")");
  }
}

}  // namespace coagwatch::daemon
