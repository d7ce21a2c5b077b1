#include "rules/patient/visit.h"

#include <gtest/gtest.h>

#include "rules/patient/state_fixture.h"

namespace coagwatch::rules {
namespace {

TEST(Visit, TheNewestResultsEncounterCounts) {
  PatientState state;
  EXPECT_EQ(encounter_of(state), "");
  note_encounter(state, "Encounter/2", hour(2));
  note_encounter(state, "Encounter/1", hour(1));
  note_encounter(state, "", hour(3));
  EXPECT_EQ(encounter_of(state), "Encounter/2");
  note_encounter(state, "Encounter/3", hour(2));
  EXPECT_EQ(encounter_of(state), "Encounter/3");
  note_encounter(state, "Encounter/2", hour(2));
  EXPECT_EQ(encounter_of(state), "Encounter/3") << "whichever came first";
}

TEST(Visit, APlaceIsThatOfTheEncounter) {
  PatientState state;
  note_place(state, "Encounter/1", "Ward 3", hour(1));
  EXPECT_EQ(encounter_of(state), "Encounter/1");
  EXPECT_EQ(place_of(state), "Ward 3");
  note_encounter(state, "Encounter/2", hour(5));
  EXPECT_EQ(place_of(state), "") << "that of another one is not known";
  note_place(state, "Encounter/2", "ICU", hour(4));
  EXPECT_EQ(place_of(state), "ICU");
  note_place(state, "Encounter/1", "Ward 9", hour(1));
  EXPECT_EQ(place_of(state), "ICU") << "it began earlier";
  note_place(state, "Encounter/2", "Ward 7", hour(4));
  EXPECT_EQ(place_of(state), "Ward 7") << "a transfer";
  note_place(state, "Encounter/1", "", Timestamp::none());
  EXPECT_EQ(place_of(state), "Ward 7");
  note_place(state, "Encounter/2", "", Timestamp::none());
  EXPECT_EQ(place_of(state), "");
  EXPECT_EQ(encounter_of(state), "Encounter/2");
}

TEST(Visit, IsTakenOverWhereItIsNewer) {
  PatientState stays;
  PatientState other;
  note_encounter(other, "Encounter/1", hour(1));
  note_place(other, "Encounter/1", "Ward 3", hour(1));
  adopt_visit(stays, other);
  EXPECT_EQ(place_of(stays), "Ward 3");
  note_encounter(stays, "Encounter/2", hour(2));
  adopt_visit(stays, other);
  EXPECT_EQ(encounter_of(stays), "Encounter/2");
}

}  // namespace
}  // namespace coagwatch::rules
