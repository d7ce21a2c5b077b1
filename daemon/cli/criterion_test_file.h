#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/terminology.h"
#include "rules/criterion/yaml.h"
#include "rules/patient/patient_state.h"
#include "rules/values/site.h"

namespace coagwatch::daemon {

/// One case of a criterion test file: a patient and what each criterion must say of them.
struct CriterionCase {
  std::string name;
  std::string path;  ///< in the file: `[0]`
  int line = 0;
  rules::Timestamp at = rules::Timestamp::none();
  rules::PatientState state;
  rules::SiteProfile site;
  /// `jaam/en` (or `jaam`: its default profile) and the expected part of its assessment.
  std::vector<rules::YamlNode::Entry> expect;
};

/// Reads a test file (YAML or JSON). On any problem returns nullopt and appends all of them.
std::optional<std::vector<CriterionCase>> read_criterion_cases(const std::string& path,
                                                               const fhir::Terminology& terminology,
                                                               std::vector<rules::Problem>& problems);

}  // namespace coagwatch::daemon
