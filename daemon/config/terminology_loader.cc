#include "daemon/config/terminology_loader.h"

#include <string>

#include "daemon/config/text_file.h"
#include "rules/values/fact.h"

namespace coagwatch::daemon {
namespace {

using Problems = std::vector<rules::Problem>;

constexpr std::size_t kLongestFile = 4 * 1024 * 1024;

/// Reads a terminology file, which `key` names, and hands it to `add`, which tells its problems.
template <typename Add>
void read_terminology_file(const Config& config, const std::string& key, const std::string& file, Add add,
                           Problems& problems) {
  std::string wrong;
  const std::optional<std::string> text = read_text_file(file, kLongestFile, wrong);
  if (!text) {
    problems.push_back(config.problem(key, file + " " + wrong));
    return;
  }
  for (const fhir::MapProblem& problem : add(*text)) {
    problems.push_back({file, problem.line, 0, problem.path, problem.text});
  }
}

}  // namespace

std::optional<fhir::Terminology> load_terminology(const Config& config, Problems& problems) {
  fhir::Terminology terminology;
  const std::size_t before = problems.size();
  for (const std::string& file : config.maps) {
    const auto add = [&](const std::string& text) { return terminology.add_concept_map(text); };
    read_terminology_file(config, "terminology.maps", file, add, problems);
  }
  for (const auto& [fact, files] : config.fact_codes) {
    const auto add = [&, meant = fact](const std::string& text) { return terminology.add_value_set(text, meant); };
    const std::string key = "terminology.facts." + std::string(rules::fact_name(fact));
    for (const std::string& file : files) read_terminology_file(config, key, file, add, problems);
  }
  if (problems.size() > before) return std::nullopt;
  return terminology;
}

}  // namespace coagwatch::daemon
