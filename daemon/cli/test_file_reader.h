#pragma once

#include <string>
#include <vector>

#include "fhir/terminology.h"
#include "rules/criterion/keys.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::daemon {

/// What reads a criterion test file, and where it tells what is wrong.
struct TestFileReader {
  const std::string& file;
  const fhir::Terminology& terminology;
  std::vector<rules::Problem>& problems;

  void problem(const rules::YamlNode& node, std::string key, std::string text) const;
  /// Refuses members of `node` that the map does not have, with the nearest known name.
  void check_keys(const rules::YamlNode& node, const std::string& path, const rules::FileMap& map) const;
};

}  // namespace coagwatch::daemon
