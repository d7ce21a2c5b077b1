#include "fhir/field_names.h"

#include <gtest/gtest.h>

#include <string>

namespace coagwatch::fhir {
namespace {

TEST(FieldNames, EveryNameIsFoundAndNothingNextToIt) {
  for (std::size_t i = 1; i < kFieldCount; ++i) {
    const auto field = static_cast<Field>(i);
    const std::string name(field_name(field));
    EXPECT_EQ(field_named(name), field) << name;
    for (std::size_t at = 0; at < name.size(); ++at) {
      std::string other = name;
      other[at] = static_cast<char>(other[at] ^ 1);
      EXPECT_NE(field_named(other), field) << other;
      other.erase(at, 1);
      EXPECT_NE(field_named(other), field) << other;
    }
    EXPECT_EQ(field_named(name + name), Field::unknown);
  }
  EXPECT_EQ(field_named(""), Field::unknown);
}

}  // namespace
}  // namespace coagwatch::fhir
