#include "daemon/fold/patient_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace coagwatch::daemon {
namespace {

TEST(PatientTable, ASlotIsAnothersAfterwards) {
  PatientTable table;
  const auto [slot, is_new] = table.add("Patient/1");
  EXPECT_TRUE(is_new);
  table[slot].set_value("state");
  table[slot].open = 3;
  EXPECT_EQ(table.add("Patient/1"), std::pair(slot, false));
  EXPECT_EQ(table[slot].key(), "Patient/1");
  EXPECT_EQ(table[slot].value(), "state");
  table.erase(slot);
  EXPECT_EQ(table.find("Patient/1"), PatientTable::kNobody);
  EXPECT_EQ(table.add("Patient/2").first, slot);
  EXPECT_EQ(table[slot].key(), "Patient/2");
  EXPECT_EQ(table[slot].value(), "");
  EXPECT_EQ(table[slot].open, 0U);
}

class PatientTableSeeds : public testing::TestWithParam<unsigned> {};

TEST_P(PatientTableSeeds, AgreesWithAMap) {
  std::mt19937 random(GetParam());
  PatientTable table;
  std::map<std::string, std::string> map;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = std::to_string(random() % 500);
    if (random() % 4 == 0) {
      const PatientTable::Slot slot = table.find(key);
      ASSERT_EQ(slot == PatientTable::kNobody, map.erase(key) == 0);
      if (slot != PatientTable::kNobody) table.erase(slot);
    } else {
      const std::string value(random() % 100, 'x');
      table[table.add(key).first].set_value(value);
      map[key] = value;
    }
  }
  EXPECT_EQ(table.size(), map.size());
  std::map<std::string, std::string> found;
  table.for_each([&](PatientTable::Slot slot) {
    EXPECT_EQ(table.find(table[slot].key()), slot);
    found.emplace(table[slot].key(), table[slot].value());
  });
  EXPECT_EQ(found, map);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PatientTableSeeds, testing::Range(0U, 5U));

}  // namespace
}  // namespace coagwatch::daemon
