#include "rules/episodes/join.h"

#include <gtest/gtest.h>

namespace coagwatch::rules {
namespace {

void tell(PatientState& state, const std::string& criterion, std::uint32_t number, std::uint32_t sequence,
          std::int64_t onset) {
  CriterionCourse course;
  course.criterion = criterion;
  course.number = number;
  course.sequence = sequence;
  state.courses.push_back(course);
  Episode episode;
  episode.criterion = criterion;
  episode.number = number;
  episode.state = EpisodeState::open;
  episode.marks = kEpisodePublished;
  episode.first_onset = episode.onset = Timestamp{onset};
  state.episodes.push_back(episode);
}

TEST(Join, WhatEitherHasToldIsNumberedOn) {
  PatientState state;
  tell(state, "isth-2001", 2, 3, 100);
  PatientState from;
  tell(from, "isth-2001", 1, 5, 200);
  tell(from, "jaam", 1, 1, 200);
  from.clock = Timestamp{250};
  join_patient(state, from, {});
  ASSERT_EQ(state.courses.size(), 2U);
  EXPECT_EQ(state.courses[0].number, 3U);
  EXPECT_EQ(state.courses[0].sequence, 5U) << "no alert record gets an identifier that the other one has used";
  EXPECT_EQ(state.courses[1].criterion, "jaam");
  EXPECT_EQ(state.courses[1].sequence, 1U);
  ASSERT_EQ(state.episodes.size(), 3U);
  EXPECT_EQ(state.episodes[0].number, 2U);
  EXPECT_EQ(state.episodes[1].number, 3U);
  EXPECT_EQ(state.episodes[1].first_onset, Timestamp{200}) << "by which it is known to who was told";
  EXPECT_EQ(state.episodes[2].number, 1U);
  EXPECT_EQ(state.clock, Timestamp{250});
}

}  // namespace
}  // namespace coagwatch::rules
