#include <cstdio>
#include <utility>

#include "daemon/cli/commands.h"
#include "daemon/cli/criterion_expectation.h"
#include "daemon/cli/criterion_test_file.h"
#include "daemon/cli/setup.h"
#include "fhir/json_writer.h"

namespace coagwatch::daemon {
namespace {

using rules::YamlNode;

struct Failure {
  std::string file;
  int line = 0;
  std::string name;
  std::vector<WrongField> fields;

  [[nodiscard]] std::string text() const {
    std::string all;
    for (const WrongField& field : fields) all.append(all.empty() ? "" : "; ").append(field.to_string());
    return all;
  }
};

/// Writes what a file or a record says; a number or a text is told apart by its quotes.
void write_node(const YamlNode& node, fhir::JsonWriter& json) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return json.null();
    case YamlNode::Kind::scalar: {
      const auto number = node.quoted ? std::nullopt : rules::Decimal::parse(node.scalar);
      return number ? json.number(*number) : json.text(node.scalar);
    }
    case YamlNode::Kind::sequence:
      json.begin_array();
      for (const YamlNode& item : node.items) write_node(item, json);
      return json.end_array();
    case YamlNode::Kind::map:
      break;
  }
  json.begin_object();
  for (const auto& [key, value] : node.entries) {
    json.member(key);
    write_node(value, json);
  }
  json.end_object();
}

void write_field(const WrongField& field, fhir::JsonWriter& json) {
  json.begin_object();
  json.text("field", field.field);
  json.member("expected");
  write_node(field.expected, json);
  json.member("actual");
  write_node(field.actual.value_or(YamlNode{}), json);
  json.end_object();
}

void print_json(std::size_t passed, const std::vector<Failure>& failures) {
  std::string text;
  fhir::JsonWriter json(text);
  json.begin_object();
  json.integer("passed", static_cast<std::int64_t>(passed));
  json.integer("failed", static_cast<std::int64_t>(failures.size()));
  json.begin_array("failures");
  for (const Failure& failure : failures) {
    json.begin_object();
    json.text("file", failure.file);
    json.integer("line", failure.line);
    json.text("name", failure.name);
    json.text("text", failure.text());
    json.begin_array("fields");
    for (const WrongField& field : failure.fields) write_field(field, json);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::printf("%s\n", text.c_str());
}

}  // namespace

int test_command(const TestOptions& options) {
  std::vector<rules::Problem> problems;
  const std::unique_ptr<Setup> setup = load_setup(options.config, Purpose::offline, problems);
  if (!setup) {
    print_problems(problems);
    return kExitUsage;
  }
  std::size_t passed = 0;
  std::vector<Failure> failures;
  RuleSets sets(*setup);
  for (const std::string& file : options.files) {
    const auto cases = read_criterion_cases(file, setup->terminology, problems);
    if (!cases) continue;
    for (const CriterionCase& test : *cases) {
      check_expectation(file, test, sets, problems);
      if (!problems.empty()) continue;
      std::vector<WrongField> wrong;
      run_case(test, sets, wrong);
      if (wrong.empty()) ++passed;
      if (!wrong.empty()) failures.push_back({file, test.line, test.name, std::move(wrong)});
    }
  }
  if (!problems.empty()) {
    print_problems(problems);
    return kExitUsage;
  }
  if (options.json) {
    print_json(passed, failures);
  } else {
    for (const Failure& failure : failures) {
      std::printf("%s:%d: %s: %s\n", failure.file.c_str(), failure.line, failure.name.c_str(), failure.text().c_str());
    }
    std::printf("%zu passed, %zu failed\n", passed, failures.size());
  }
  return failures.empty() ? kExitOk : kExitFailed;
}

}  // namespace coagwatch::daemon
