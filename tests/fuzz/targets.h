#pragma once

#include <span>
#include <string_view>

#include "tests/fuzz/findings.h"

namespace coagwatch::fuzz {

/// One thing that is fed with any bytes: checks that what is promised of it holds for them. Plain functions, so that
/// the kept corpus runs in every build; libFuzzer is only what drives them (driver.cc). Not thread-safe.
struct Target {
  std::string_view name;
  void (*run)(std::string_view input, Findings& findings);
  bool json;  ///< inputs are JSON, and are changed as such too
};

std::span<const Target> targets();
/// The target of that name, or nullptr.
const Target* find_target(std::string_view name);

// What each of them does; a header of its own would say no more.
void run_reader(std::string_view input, Findings& findings);       ///< record_targets.cc
void run_bundle(std::string_view input, Findings& findings);       ///< record_targets.cc
void run_facts(std::string_view input, Findings& findings);        ///< record_targets.cc
void run_unit(std::string_view input, Findings& findings);         ///< unit_target.cc
void run_number(std::string_view input, Findings& findings);       ///< number_target.cc
void run_datetime(std::string_view input, Findings& findings);     ///< datetime_target.cc
void run_concept_map(std::string_view input, Findings& findings);  ///< concept_map_target.cc
void run_state(std::string_view input, Findings& findings);        ///< state_target.cc
void run_fold(std::string_view input, Findings& findings);         ///< fold_target.cc

}  // namespace coagwatch::fuzz
