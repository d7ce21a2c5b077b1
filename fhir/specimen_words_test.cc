#include "fhir/specimen_words.h"

#include <gtest/gtest.h>

#include <string>

namespace coagwatch::fhir {
namespace {

TEST(SpecimenWords, SayThatASpecimenIsClottedOrHaemolysed) {
  for (const char* text : {"clotted", "CLOTTED", "Specimen clotted", "Clotted sample", "Probe geronnen", "coagulé",
                           "Échantillon coagulé", "échantillon coagulé", "凝固"}) {
    EXPECT_TRUE(says_clotted(text)) << text;
    EXPECT_FALSE(says_haemolysed(text)) << text;
  }
  for (const char* text : {"hemolyzed", "Haemolysed specimen", "Probe hämolytisch", "溶血"}) {
    EXPECT_TRUE(says_haemolysed(text)) << text;
    EXPECT_FALSE(says_clotted(text)) << text;
  }
}

TEST(SpecimenWords, DoNotSayItWhereMoreIsSaid) {
  for (const char* text : {"", "sample", "no clots", "not clotted", "clotted?", "slightly hemolyzed", "hemolysis 0",
                           "keine Hämolyse", "clotted hemolyzed", "unclotted", "非凝固"}) {
    EXPECT_FALSE(says_clotted(text) || says_haemolysed(text)) << text;
  }
  EXPECT_TRUE(says_clotted("clotted" + std::string(249, ' ')));
  EXPECT_FALSE(says_clotted("clotted" + std::string(250, ' ')));
}

}  // namespace
}  // namespace coagwatch::fhir
