#include "fhir/unmapped_codes.h"

#include <gtest/gtest.h>

namespace coagwatch::fhir {
namespace {

TEST(UnmappedCodes, AreListedByCountThenCode) {
  UnmappedCodes codes(10);
  codes.add("urn:lab|B", "", "");
  codes.add("urn:lab|A", "Glucose", "");
  codes.add("urn:lab|C", "CRP", "");
  codes.add("urn:lab|C", "C-reactive protein", "");
  codes.add("urn:lab|B", "Beta", "");
  codes.add("", "Blutbild", "");
  codes.add("", "Blutbild", "");
  codes.add("", "Quick", "");
  codes.add("urn:lab|A", "CRP", "its text names another analyte", 2);
  EXPECT_EQ(unmapped_json(codes),
            R"({"codes":[{"code":null,"display":"Blutbild","why":null,"count":2},)"
            R"({"code":"urn:lab|A","display":"CRP","why":"its text names another analyte","count":2},)"
            R"({"code":"urn:lab|B","display":"Beta","why":null,"count":2},)"
            R"({"code":"urn:lab|C","display":"CRP","why":null,"count":2},)"
            R"({"code":null,"display":"Quick","why":null,"count":1},)"
            R"({"code":"urn:lab|A","display":"Glucose","why":null,"count":1}],"other":0})");
  codes.clear();
  EXPECT_TRUE(codes.empty());
  EXPECT_EQ(unmapped_json(codes), R"({"codes":[],"other":0})");
}

TEST(UnmappedCodes, ANameIsNoCode) {
  UnmappedCodes codes(10);
  codes.add("same", "", "");
  codes.add("", "same", "");
  EXPECT_EQ(codes.sorted().size(), 2U);
}

TEST(UnmappedCodes, WhatKeepsComingStaysInBoundedMemory) {
  UnmappedCodes codes(3);
  for (int i = 0; i < 1'000; ++i) {
    codes.add("often", "", "");
    codes.add("noise " + std::to_string(i), "", "");
    if (i >= 500) codes.add("later", "", "");
  }
  const auto list = codes.sorted();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0]->code, "often");
  EXPECT_EQ(list[0]->count, 1'000U);
  EXPECT_EQ(list[1]->code, "later");
  EXPECT_EQ(list[1]->count, 500U);
  std::uint64_t sum = codes.other();
  for (const auto* entry : list) sum += entry->count;
  EXPECT_EQ(sum, 2'500U) << "nothing is lost from the count";
}

TEST(UnmappedCodes, OneIsAddedToAnother) {
  UnmappedCodes all(2);
  UnmappedCodes part(1);
  part.add("a", "A", "");
  part.add("a", "A", "");
  part.add("b", "B", "");
  all.add(part);
  all.add(part);
  EXPECT_EQ(unmapped_json(all), R"({"codes":[{"code":"a","display":"A","why":null,"count":4}],"other":2})");
}

}  // namespace
}  // namespace coagwatch::fhir
