// What one assessment costs: all criteria that are part of the program, over the window of one patient after another of
// the sample. Prints JSON. Instructions: valgrind --tool=callgrind --toggle-collect='*assess_all*'.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "daemon/cli/setup.h"
#include "fhir/intake.h"
#include "rules/scoring/deciding.h"
#include "rules/scoring/rule_set.h"
#include "tests/bench/arguments.h"

namespace {
std::size_t allocations = 0;
}

// Counts; what the standard library's own would do besides is not needed here.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace coagwatch::bench {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The patients as they are after the whole sample.
std::vector<rules::PatientState> patients_of(const std::string& file, const daemon::Setup& setup) {
  fhir::Intake intake(setup.terminology, setup.rules.site, fhir::IntakeLimits(), fhir::TimeZone(), "urn:coagwatch");
  std::map<std::string, rules::PatientState> patients;
  std::ifstream sample(file);
  for (std::string line; std::getline(sample, line);) {
    for (const fhir::Item& item : intake.read(line, {})) {
      if (item.disposition != fhir::Disposition::candidate) continue;
      rules::apply(patients[std::string(item.patient)], item.change, {});
    }
  }
  std::vector<rules::PatientState> all;
  for (auto& [key, state] : patients) {
    if (state.at.known()) all.push_back(std::move(state));
  }
  return all;
}

// Not inlined: callgrind finds it by its name.
[[gnu::noinline]] void assess_all(const rules::RuleSet& rules, const std::vector<rules::PatientState>& patients,
                                  long times, bool deciding, rules::Assessment& assessment) {
  for (long i = 0; i < times; ++i) {
    const rules::PatientState& state = patients[static_cast<std::size_t>(i) % patients.size()];
    rules::assess(rules, state, state.at, assessment);
    if (deciding) rules::list_deciding(assessment);
  }
}

}  // namespace
}  // namespace coagwatch::bench

int main(int argc, char** argv) {
  using namespace coagwatch;
  const bench::Arguments arguments(argc, argv,
                                   {{"config", ""}, {"sample", ""}, {"times", "200000"}, {"deciding", "1"}});
  std::vector<rules::Problem> problems;
  const auto setup = daemon::load_setup(arguments.text("config"), daemon::Purpose::offline, problems);
  if (!setup) {
    daemon::print_problems(problems);
    return daemon::kExitUsage;
  }
  const std::vector<rules::PatientState> patients = bench::patients_of(arguments.text("sample"), *setup);
  if (patients.empty()) {
    std::fprintf(stderr, "no patients in the sample\n");
    return daemon::kExitUsage;
  }
  rules::Assessment assessment;
  const bool deciding = arguments.number("deciding") != 0;
  bench::assess_all(setup->rules, patients, static_cast<long>(patients.size()), deciding, assessment);
  const long times = arguments.number("times");
  const std::size_t before = allocations;
  const double start = bench::cpu_seconds();
  bench::assess_all(setup->rules, patients, times, deciding, assessment);
  const double took = bench::cpu_seconds() - start;
  std::printf("{\"patients\": %zu, \"criteria\": %zu, \"cpu_us_per_assessment\": %.3f, \"allocations\": %zu}\n",
              patients.size(), setup->rules.criteria.size(), took * 1e6 / static_cast<double>(times),
              allocations - before);
  return 0;
}
