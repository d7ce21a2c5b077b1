// libFuzzer's side of one target, COAGWATCH_FUZZ_TARGET.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/fuzz/json_mutations.h"
#include "tests/fuzz/targets.h"

// NOLINTBEGIN(readability-identifier-naming): the names are libFuzzer's.
extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned int seed);
}

namespace coagwatch::fuzz {
namespace {

const Target& target() {
  static const Target* const kFound = find_target(COAGWATCH_FUZZ_TARGET);
  if (kFound == nullptr) std::abort();
  return *kFound;
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace
}  // namespace coagwatch::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = coagwatch::fuzz;
  fuzz::Findings findings;
  fuzz::target().run(fuzz::text_of(data, size), findings);
  for (const std::string& finding : findings.list()) std::fprintf(stderr, "BROKEN: %s\n", finding.c_str());
  if (!findings.empty()) std::abort();
  return 0;
}

/// JSON is changed as a tree of values half of the time; everything else, and the other half, as bytes.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned int seed) {
  namespace fuzz = coagwatch::fuzz;
  fuzz::Random random(seed);
  if (!fuzz::target().json || random.below(2) == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string changed = fuzz::mutated_json(fuzz::text_of(data, size), random);
  if (changed.empty() || changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}
// NOLINTEND(readability-identifier-naming)
