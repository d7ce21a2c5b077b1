#include "daemon/fold/state_codec.h"

#include <gtest/gtest.h>

#include <limits>

#include "daemon/fold/state_sample.h"
#include "rules/patient/window.h"

namespace coagwatch::daemon {
namespace {

using rules::AlertKind;
using rules::Cause;
using rules::Decimal;
using rules::Interval;
using rules::PatientState;
using rules::Priority;
using rules::Quiet;
using rules::TextRef;
using rules::Timestamp;

TEST(StateCodec, EverythingSurvivesARoundTrip) {
  const PatientState before = sample();
  PatientState after;
  ASSERT_EQ(decode_state(encoded(before), after), std::nullopt);
  // Equal states give equal bytes, so that comparing the bytes compares every field.
  EXPECT_EQ(encoded(after), encoded(before));
  ASSERT_EQ(after.results.size(), before.results.size());
  EXPECT_EQ(after.results[0].lab.value.low.to_string(), "45.50") << "digits as written are kept";
  EXPECT_TRUE(after.results[1].lab.value.low_unbounded);
  EXPECT_TRUE(after.results[1].lab.value.high_open);
  EXPECT_TRUE(after.results[2].lab.value.high_unbounded);
  EXPECT_FALSE(after.results[2].lab.value.low_open);
  EXPECT_EQ(after.results[3].lab.value.high, Decimal(20, 0));
  EXPECT_EQ(after.view(after.results[4].source), "Observation/other");
  EXPECT_EQ(after.view(after.results[4].identity), "Observation/a1");
  EXPECT_EQ(after.results[4].version.number, 42U);
  EXPECT_EQ(after.results[4].version.last_updated, Timestamp{-5});
  EXPECT_EQ(after.results[4].lab.upper_limit, Decimal(5, -1));
  EXPECT_EQ(after.results[4].lab.unusable, rules::Unusable::preliminary);
  EXPECT_EQ(after.results[4].fingerprint, 0x8000'0000'0000'0001);
  EXPECT_EQ(after.results[4].lab.flags, before.results[4].lab.flags);
  EXPECT_EQ(after.results[0].fingerprint, 0U);
  EXPECT_TRUE(after.retractions[0].adopted);
  EXPECT_FALSE(after.fact_sources[0].adopted);
  EXPECT_EQ(after.view(after.links[0].claimant), "Patient/1");
  EXPECT_EQ(after.view(after.links[0].into), "Patient/2");
  EXPECT_EQ(after.view(after.merged_into), "Patient/2");
  EXPECT_EQ(after.view(after.visit.encounter), "Encounter/2");
  EXPECT_EQ(after.visit.at, before.visit.at);
  EXPECT_EQ(after.view(after.visit.place_of), "Encounter/1");
  EXPECT_EQ(after.view(after.visit.place), "Ward 3");
  EXPECT_EQ(after.visit.place_start, Timestamp{8});
  EXPECT_EQ(after.clock, before.clock);
  EXPECT_FALSE(after.facts[0].end.known());
  EXPECT_EQ(after.view(after.fact_sources[0].source), "Condition/1");
  EXPECT_EQ(after.fact_sources[0].version.number, 7U);
  EXPECT_EQ(after.fact_sources[0].version.last_updated, Timestamp{11});
  EXPECT_EQ(after.episodes, before.episodes);
  ASSERT_EQ(after.courses.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(after.courses[i].criterion, before.courses[i].criterion);
    EXPECT_EQ(after.courses[i].frozen, before.courses[i].frozen);
    EXPECT_EQ(after.courses[i].base, before.courses[i].base);
    EXPECT_EQ(after.courses[i].current, before.courses[i].current);
    EXPECT_EQ(after.courses[i].sequence, before.courses[i].sequence);
    EXPECT_EQ(after.courses[i].marks, before.courses[i].marks);
  }
  EXPECT_EQ(after.attention, before.attention);
  EXPECT_EQ(after.decisions, before.decisions);
  EXPECT_EQ(after.frozen_at, before.frozen_at);
  EXPECT_EQ(after.before_folded, before.before_folded);
  EXPECT_EQ(after.folded_at, before.folded_at);
  ASSERT_EQ(after.evictions.size(), 3U);
  EXPECT_TRUE(after.evictions[0].outranked);
  EXPECT_FALSE(after.evictions[0].highest);
  EXPECT_FALSE(after.evictions[1].outranked);
  EXPECT_EQ(after.evictions[1].highest, Decimal(2990, -1));
  EXPECT_EQ(after.evictions[2].measure, rules::Measure::sirs);
  EXPECT_EQ(after.evictions[2].at, Timestamp{7});
}

TEST(StateCodec, EvictionsOutOfOrderAreRefused) {
  PatientState state = sample();
  std::swap(state.evictions[0], state.evictions[2]);
  PatientState after;
  EXPECT_TRUE(decode_state(encoded(state), after));
}

TEST(StateCodec, ANumberThatDoesNotFitIsRefused) {
  PatientState state;
  state.evicted = UINT32_MAX;
  std::string bytes = encoded(state);
  const std::size_t at = bytes.find("\xFF\xFF\xFF\xFF\x0F");
  ASSERT_NE(at, std::string::npos);
  PatientState after;
  EXPECT_FALSE(decode_state(bytes, after));
  bytes[at + 4] = '\x1F';
  EXPECT_TRUE(decode_state(bytes, after));
}

TEST(StateCodec, CoursesOutOfRangeAreRefused) {
  PatientState state;
  rules::CriterionCourse course;
  course.criterion = "jaam";
  course.current.stage = rules::Stage::open;
  state.courses.push_back(course);
  std::string bytes = encoded(state);
  const std::size_t bits = bytes.find("jaam") + 4 + 3;
  ASSERT_EQ(bytes[bits], '\x04') << "only the newest differs";
  ASSERT_EQ(bytes[bits + 1], '\x03');
  PatientState read;
  ASSERT_EQ(decode_state(bytes, read), std::nullopt);
  bytes[bits + 1] = '\x05';
  EXPECT_NE(decode_state(bytes, read), std::nullopt) << "no such stage";
  bytes[bits + 1] = '\x43';
  EXPECT_NE(decode_state(bytes, read), std::nullopt) << "nothing ends by that";
  bytes[bits + 1] = '\x03';
  bytes[bits] = '\x08';
  EXPECT_NE(decode_state(bytes, read), std::nullopt) << "no such course";
}

TEST(StateCodec, AWithdrawalIsToldFromARetraction) {
  PatientState state;
  state.retractions.push_back({keep(state, "a"), {{}, Timestamp{9}}, Timestamp{9}, true});
  state.retractions.push_back({keep(state, "b"), {4, Timestamp::none()}, Timestamp{9}, true});
  state.retractions.push_back({keep(state, "c"), {4, Timestamp::none()}, Timestamp{9}, false});
  state.retractions.push_back({keep(state, "d"), {}, Timestamp{9}, false, false, 7, rules::Measure::inr});
  PatientState after;
  ASSERT_EQ(decode_state(encoded(state), after), std::nullopt);
  ASSERT_EQ(after.retractions.size(), 4U);
  EXPECT_EQ(after.retractions[3].measure, rules::Measure::inr);
  EXPECT_TRUE(after.retractions[0].withdrawal);
  EXPECT_FALSE(after.retractions[0].version.number);
  EXPECT_TRUE(after.retractions[1].withdrawal);
  EXPECT_EQ(after.retractions[1].version.number, 4U);
  EXPECT_FALSE(after.retractions[2].withdrawal);
  EXPECT_EQ(after.retractions[2].measure, std::nullopt);
  EXPECT_EQ(encoded(after), encoded(state));
}

TEST(StateCodec, FactsComeBackUnderTheirSources) {
  PatientState state;
  const auto add = [&](std::string_view source, rules::Version version, bool removed) {
    state.fact_sources.push_back({keep(state, source), version, Timestamp{5}, removed});
  };
  add("", {}, false);
  add("Condition/a", {2, Timestamp{9}}, true);
  add("Condition/b", {{}, Timestamp{9}}, false);
  state.facts.push_back({rules::Fact::sepsis, rules::Tristate::yes, Timestamp{1}, Timestamp{2}, 0});
  state.facts.push_back({rules::Fact::infection, rules::Tristate::no, Timestamp{1}, Timestamp::none(), 2});
  state.facts.push_back({rules::Fact::shock, rules::Tristate::unknown, Timestamp::none(), Timestamp{3}, 2});
  PatientState after;
  ASSERT_EQ(decode_state(encoded(state), after), std::nullopt);
  ASSERT_EQ(after.fact_sources.size(), 3U);
  EXPECT_TRUE(after.fact_sources[1].removed);
  EXPECT_EQ(after.fact_sources[1].at, Timestamp{5});
  ASSERT_EQ(after.facts.size(), 3U);
  EXPECT_EQ(after.facts[0].source, 0U);
  EXPECT_EQ(after.facts[2].source, 2U);
  EXPECT_EQ(after.facts[1].value, rules::Tristate::no);
  EXPECT_EQ(encoded(after), encoded(state));
  std::swap(state.fact_sources[0], state.fact_sources[1]);
  EXPECT_NE(decode_state(encoded(state), after), std::nullopt) << "sources out of order would never be found again";
}

// What the window is thinned by, and what the size of the state topic's records is promised by.
TEST(StateCodec, AStateWeighsAtLeastItsBytes) {
  EXPECT_GE(rules::weight({}), encoded({}).size());
  EXPECT_GE(rules::weight(sample()), encoded(sample()).size());
  constexpr std::int64_t kFar = -9'000'000'000'000'000'001;  // the longest of times, in microseconds
  constexpr auto kLong = std::numeric_limits<std::uint64_t>::max();
  PatientState state;
  rules::StoredResult result;
  result.lab.value = Interval::between(Decimal(-999'999'999'999'999'999, -30), Decimal(999'999'999'999'999'999, -30));
  result.lab.upper_limit = Decimal(999'999'999'999'999'999, -30);
  result.lab.at = result.lab.issued = result.version.last_updated = Timestamp{kFar};
  result.version.number = kLong;
  result.arrival = std::numeric_limits<std::uint32_t>::max();
  result.identity = keep(state, std::string(40'000, 'i'));
  result.source = keep(state, std::string(50'000, 's'));
  const std::size_t blank = rules::weight(state) - encoded(state).size();
  state.results.push_back(result);
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  state.retractions.push_back({keep(state, std::string(40'000, 'r')),
                               {kLong, Timestamp{kFar}},
                               Timestamp{kFar},
                               true,
                               true,
                               kLong,
                               rules::Measure::inr});
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  state.fact_sources.push_back(
      {keep(state, std::string(40'000, 'f')), {kLong, Timestamp{kFar}}, Timestamp{kFar}, true});
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  state.facts.push_back({rules::Fact::shock, rules::Tristate::yes, Timestamp{kFar}, Timestamp{kFar}, 0});
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  rules::Episode episode;
  episode.criterion = std::string(48, 'c');
  episode.number = std::numeric_limits<std::uint32_t>::max();
  episode.first_onset = episode.onset = episode.since = episode.retro_since = Timestamp{kFar};
  episode.peak = episode.told_min = std::numeric_limits<std::int16_t>::min();
  episode.told.assign(rules::kMaxTold, {Timestamp{kFar}, kLong});
  state.episodes.push_back(episode);
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  rules::Course course;
  course.peak = episode.peak;
  course.since = course.onset = course.reopened = course.ended = course.last_met = course.panel = Timestamp{kFar};
  rules::Course other = course;
  other.stage = rules::Stage::open;
  state.courses.push_back({episode.criterion, course, other, course, episode.number, episode.number, 255});
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  for (rules::Notice& notice : state.attention.notices) {
    notice = {Timestamp{kFar}, Timestamp{kFar}, Timestamp{kFar}, episode.criterion};
  }
  state.attention.reminder = state.attention.group = state.attention.alerted = Timestamp{kFar};
  state.attention.group_number = episode.number;
  state.frozen_at = state.folded_at = state.before_folded = Timestamp{kFar};
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
  state.decisions.push_back({AlertKind::closure, Priority::interruptive, Cause::merged, Quiet::transfusion, true,
                             episode.number, Timestamp{kFar}, episode.criterion});
  EXPECT_GE(rules::weight(state), encoded(state).size() + blank);
}

TEST(StateCodec, EveryTruncationIsRefused) {
  const std::string whole = encoded(sample());
  PatientState state;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(decode_state(std::string_view(whole).substr(0, length), state), std::nullopt) << length;
  }
  EXPECT_NE(decode_state(whole + "x", state), std::nullopt) << "trailing bytes";
}

TEST(StateCodec, FlippedBytesNeverCrash) {
  const std::string whole = encoded(sample());
  PatientState state;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      if (!decode_state(bytes, state)) {
        std::string again;
        encode_state(state, again);  // whatever was accepted can be written
      }
    }
  }
}

TEST(StateCodec, PartitionRecordSurvivesARoundTrip) {
  PartitionRecord before;
  before.last_offset = 123'456'789'012;
  before.topic_id = "topic";
  before.time = Timestamp{5'000'000};
  before.timer_cursor = Timestamp{7};
  before.rule_set = "abc";
  before.rule_set_sequence = 9;
  before.last_command = 4;
  before.owner = "coagwatch.one.0";
  std::string bytes;
  encode_partition_record(before, bytes);
  PartitionRecord after;
  ASSERT_EQ(decode_partition_record(bytes, after), std::nullopt);
  EXPECT_EQ(after.last_offset, before.last_offset);
  EXPECT_EQ(after.topic_id, before.topic_id);
  EXPECT_EQ(after.time, before.time);
  EXPECT_EQ(after.timer_cursor, before.timer_cursor);
  EXPECT_EQ(after.rule_set, before.rule_set);
  EXPECT_EQ(after.rule_set_sequence, before.rule_set_sequence);
  EXPECT_EQ(after.last_command, before.last_command);
  EXPECT_EQ(after.owner, before.owner);
  PatientState state;
  EXPECT_NE(decode_state(bytes, state), std::nullopt) << "a partition record is no patient";
}

}  // namespace
}  // namespace coagwatch::daemon
