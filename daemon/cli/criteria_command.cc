#include <algorithm>
#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/criterion_json.h"
#include "daemon/cli/criterion_test_schema.h"
#include "daemon/cli/setup.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/config/text_file.h"
#include "rules/criterion/loader.h"
#include "rules/criterion/schema.h"
#include "rules/criterion/sheet.h"

namespace coagwatch::daemon {
namespace {

using rules::Criterion;

constexpr std::string_view kPageHead =
    "<!-- Written by `coagwatch criteria --markdown`: do not edit. -->\n"
    "# Criteria\n"
    "\n"
    "Every scoring system in force, with the side of every cut-off. How a criterion file is written: `LANGUAGE.md`\n"
    "beside the built-in ones (rules/criteria/). A score says that criteria are met; it is no diagnosis.\n"
    "\n";

/// The criterion as `setup` has it, in another profile (empty: its default one).
std::optional<Criterion> in_profile(const Setup& setup, const std::string& id, const std::string& profile,
                                    std::string& wrong) {
  std::vector<rules::Problem> problems;
  auto rules = load_criterion_alone(setup.config, id, profile, setup.terminology, problems);
  if (rules) return std::move(rules->criteria.front());
  wrong = problems.empty() ? "cannot be loaded" : problems.front().text;
  return std::nullopt;
}

/// The profiles of a criterion but the one shown.
std::vector<Criterion> other_profiles(const Setup& setup, const Criterion& shown) {
  std::vector<Criterion> others;
  std::string unused;
  for (const rules::Profile& profile : shown.profiles) {
    if (profile.name == shown.profile) continue;
    if (auto other = in_profile(setup, shown.id, profile.name, unused)) others.push_back(std::move(*other));
  }
  return others;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_list(const std::vector<Criterion>& criteria) {
  for (const Criterion& criterion : criteria) {
    std::printf("%-20s %-10s %-8s %s%s\n", criterion.id.c_str(), criterion.version.c_str(), criterion.profile.c_str(),
                criterion.title.c_str(), has_recalled(criterion) ? "  !! RECALLED" : "");
  }
}

void print_json_list(const std::vector<Criterion>& criteria) {
  std::string text = "[";
  for (const Criterion& criterion : criteria) {
    if (text.size() > 1) text += ",\n";
    append_criterion_json(criterion, text);
  }
  print(text + "]\n");
}

void print_page(const Setup& setup) {
  const std::vector<Criterion>& criteria = setup.rules.criteria;
  std::string page(kPageHead);
  page += overview_markdown(criteria);
  for (const Criterion& criterion : criteria) {
    page += "\n" + sheet_markdown(criterion, other_profiles(setup, criterion));
    page.pop_back();  // sections end in an empty line
  }
  print(page);
}

void print_all(const Setup& setup, const CriteriaOptions& options) {
  if (options.json) {
    print_json_list(setup.rules.criteria);
  } else if (options.markdown) {
    print_page(setup);
  } else {
    print_list(setup.rules.criteria);
  }
}

int refuse(const std::string& text) {
  std::fprintf(stderr, "coagwatch criteria: %s\n", text.c_str());
  return kExitUsage;
}

/// The criterion file itself, so that a site can start from it.
int print_file(const Criterion& criterion) {
  if (!criterion.site_file.empty()) {
    std::string wrong;
    const auto text = read_text_file(criterion.site_file, std::size_t{4} * 1024 * 1024, wrong);
    if (!text) return refuse(criterion.site_file + " " + wrong);
    print(*text);
    return kExitOk;
  }
  for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
    if (builtin.id == criterion.id) print(std::string(builtin.text));
  }
  return kExitOk;
}

int print_one(const Setup& setup, const Criterion& criterion, const CriteriaOptions& options) {
  if (options.yaml) return print_file(criterion);
  if (options.json) {
    std::string text;
    append_criterion_json(criterion, text);
    print(text + "\n");
  } else if (options.markdown) {
    print(sheet_markdown(criterion, other_profiles(setup, criterion)));
  } else {
    print(sheet_text(criterion));
  }
  return kExitOk;
}

int unknown(const std::string& id, const std::vector<Criterion>& criteria) {
  std::vector<std::string_view> known;
  known.reserve(criteria.size());
  for (const Criterion& criterion : criteria) known.push_back(criterion.id);
  const auto near = rules::nearest_name(id, known);
  return refuse("no criterion " + id + (near ? ": did you mean " + *near + "?" : ""));
}

}  // namespace

int criteria_command(const CriteriaOptions& options) {
  if (options.schema || options.test_schema) {
    print(options.schema ? rules::criterion_schema() : criterion_test_schema());
    return kExitOk;
  }
  if (options.yaml && options.id.empty()) return refuse("--yaml needs the criterion whose file to print");
  std::vector<rules::Problem> problems;
  const std::unique_ptr<Setup> setup = load_setup(options.config, Purpose::offline, problems);
  if (!setup) {
    print_problems(problems);
    return kExitUsage;
  }
  if (options.id.empty()) {
    print_all(*setup, options);
    return kExitOk;
  }
  const std::size_t slash = options.id.find('/');
  const std::string id = options.id.substr(0, slash);
  const auto found = std::ranges::find(setup->rules.criteria, id, &Criterion::id);
  if (found == setup->rules.criteria.end()) return unknown(id, setup->rules.criteria);
  if (slash == std::string::npos) return print_one(*setup, *found, options);
  std::string wrong;
  const auto chosen = in_profile(*setup, id, options.id.substr(slash + 1), wrong);
  return chosen ? print_one(*setup, *chosen, options) : refuse(options.id + ": " + wrong);
}

}  // namespace coagwatch::daemon
