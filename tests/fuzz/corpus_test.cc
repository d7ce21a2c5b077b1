// The seeds and the kept corpus through every target, in whatever build this is.

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>

#include "tests/fuzz/corpora.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {

/// How GoogleTest prints a parameter.
static void PrintTo(const Target& target, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << target.name;
}

namespace {

class CorpusTest : public ::testing::TestWithParam<Target> {};

TEST_P(CorpusTest, EveryPromiseHolds) {
  for (const Sample& input : inputs_of(GetParam().name)) {
    // A block of its own size, so that the sanitizer sees a read past its end.
    const std::unique_ptr<char[]> exact(new char[input.bytes.size()]);
    std::memcpy(exact.get(), input.bytes.data(), input.bytes.size());
    Findings findings;
    GetParam().run({exact.get(), input.bytes.size()}, findings);
    for (const std::string& finding : findings.list()) ADD_FAILURE() << input.name << ": " << finding;
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, CorpusTest, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace coagwatch::fuzz
