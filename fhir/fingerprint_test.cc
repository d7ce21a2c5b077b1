#include "fhir/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace coagwatch::fhir {
namespace {

TEST(Fingerprint, IsTheSameForEver) {
  // Part of the changelog: another value here needs a new format of it.
  EXPECT_EQ(fingerprint_of("", ""), 0x346099C5B0B9A8CEU);
  EXPECT_EQ(fingerprint_of("urn:lab", "4711"), 0x3C477D64164B08F7U);
  EXPECT_EQ(fingerprint_of("https://x.example/fhir/Observation/a-longer-one", ""), 0x4A065F9F61A0DF74U);
}

TEST(Fingerprint, TellsTextsApart) {
  std::set<std::uint64_t> all;
  std::size_t count = 0;
  for (const char* system : {"urn:a", "urn:b", "urn:a1"}) {
    for (int i = 0; i < 100'000; ++i, ++count) all.insert(fingerprint_of(system, std::to_string(i)));
  }
  EXPECT_EQ(all.size(), count);
  EXPECT_NE(fingerprint_of("ab", "c"), fingerprint_of("a", "bc"));
  EXPECT_NE(fingerprint_of("a", ""), fingerprint_of("", "a"));
  EXPECT_NE(fingerprint_of("a", std::string(1, '\0')), fingerprint_of("a", ""));
  std::set<std::uint32_t> upper;
  for (int i = 0; i < 10'000; ++i) {
    upper.insert(static_cast<std::uint32_t>(fingerprint_of("urn:lab", std::to_string(i)) >> 32U));
  }
  EXPECT_GT(upper.size(), 9'995U) << "the half that an index keeps";
}

}  // namespace
}  // namespace coagwatch::fhir
