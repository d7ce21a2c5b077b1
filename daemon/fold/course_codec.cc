#include "daemon/fold/course_codec.h"

#include <limits>

#include "daemon/fold/state_primitives.h"

namespace coagwatch::daemon {
namespace {

using rules::Course;
using rules::Timestamp;

// Which of the three courses of a criterion differ from the one before, blank at first.
constexpr std::uint8_t kFrozen = 1;
constexpr std::uint8_t kBase = 2;
constexpr std::uint8_t kCurrent = 4;

// Which times of a course are known.
constexpr std::uint8_t kSince = 1;
constexpr std::uint8_t kOnset = 2;
constexpr std::uint8_t kReopened = 4;
constexpr std::uint8_t kEnded = 8;
constexpr std::uint8_t kLastMet = 16;
constexpr std::uint8_t kPanel = 32;

template <typename C, typename Visit>
void for_each_time(C& course, const Visit& visit) {
  visit(kSince, course.since);
  visit(kOnset, course.onset);
  visit(kReopened, course.reopened);
  visit(kEnded, course.ended);
  visit(kLastMet, course.last_met);
  visit(kPanel, course.panel);
}

/// Of an enumeration whose numbers go from 0 to `last`.
template <typename Code>
void put_code(ByteWriter& out, Code code) {
  out.byte(static_cast<std::uint8_t>(code));
}

template <typename Code>
bool get_code(ByteReader& in, Code last, Code& code) {
  const std::uint8_t number = in.byte();
  if (number > static_cast<std::uint8_t>(last)) return false;
  code = static_cast<Code>(number);
  return true;
}

void put_course(ByteWriter& out, const Course& course) {
  out.byte(
      static_cast<std::uint8_t>(static_cast<unsigned>(course.stage) | static_cast<unsigned>(course.ended_by) << 4));
  out.byte(course.extremes);
  out.signed_varint(course.peak);
  unsigned known = 0;
  for_each_time(course, [&](std::uint8_t bit, Timestamp time) { known |= time.known() ? bit : 0U; });
  out.byte(static_cast<std::uint8_t>(known));
  for_each_time(course, [&](std::uint8_t /*bit*/, Timestamp time) {
    if (time.known()) put_time(out, time);
  });
}

bool get_points(ByteReader& in, std::int16_t& points) {
  const std::int64_t read = in.signed_varint();
  points = static_cast<std::int16_t>(read);
  return read == points;
}

bool get_course(ByteReader& in, Course& course) {
  const unsigned stage = in.byte();
  if ((stage & 15) > static_cast<unsigned>(rules::Stage::resolving)) return false;
  if (stage >> 4 > static_cast<unsigned>(rules::EndedBy::departure)) return false;
  course.stage = static_cast<rules::Stage>(stage & 15);
  course.ended_by = static_cast<rules::EndedBy>(stage >> 4);
  course.extremes = in.byte();
  if (!get_points(in, course.peak)) return false;
  const unsigned known = in.byte();
  if (known >= 64) return false;
  for_each_time(
      course, [&](std::uint8_t bit, Timestamp& time) { time = (known & bit) != 0 ? get_time(in) : Timestamp::none(); });
  return in.ok();
}

void put_criterion(ByteWriter& out, const rules::CriterionCourse& course) {
  const Course blank;
  unsigned bits = 0;
  if (course.frozen != blank) bits |= kFrozen;
  if (course.base != course.frozen) bits |= kBase;
  if (course.current != course.base) bits |= kCurrent;
  out.text(course.criterion);
  out.varint(course.number);
  out.varint(course.sequence);
  out.byte(course.marks);
  out.byte(static_cast<std::uint8_t>(bits));
  if ((bits & kFrozen) != 0) put_course(out, course.frozen);
  if ((bits & kBase) != 0) put_course(out, course.base);
  if ((bits & kCurrent) != 0) put_course(out, course.current);
}

bool get_criterion(ByteReader& in, rules::PatientState& state) {
  rules::CriterionCourse& course = state.courses.emplace_back();
  course.criterion = in.text();
  course.number = in.varint32();
  course.sequence = in.varint32();
  course.marks = in.byte();
  const unsigned bits = in.byte();
  if (bits > (kFrozen | kBase | kCurrent)) return false;
  if ((bits & kFrozen) != 0 && !get_course(in, course.frozen)) return false;
  course.base = course.frozen;
  if ((bits & kBase) != 0 && !get_course(in, course.base)) return false;
  course.current = course.base;
  if ((bits & kCurrent) != 0 && !get_course(in, course.current)) return false;
  return in.ok();
}

constexpr unsigned kCorrected = 1;
constexpr unsigned kByReminder = 2;

void put_episode(ByteWriter& out, const rules::Episode& episode) {
  out.text(episode.criterion);
  out.varint(episode.number);
  out.byte(static_cast<std::uint8_t>(episode.state));
  out.byte(episode.marks);
  out.byte(episode.told_extremes);
  out.signed_varint(episode.peak);
  out.signed_varint(episode.told_min);
  put_time(out, episode.first_onset);
  put_time(out, episode.onset);
  put_time(out, episode.since);
  put_time(out, episode.retro_since);
  out.varint(episode.told.size());
  for (const rules::Told& told : episode.told) {
    put_time(out, told.at);
    out.word(told.evidence);
    out.signed_varint(told.min);
    out.byte(static_cast<std::uint8_t>((told.corrected ? kCorrected : 0) | (told.by_reminder ? kByReminder : 0)));
  }
}

bool get_told(ByteReader& in, const ValueHead& head, rules::Episode& episode) {
  rules::Told told;
  told.at = get_time(in);
  told.evidence = in.word();
  if (head.format == 2) {
    told.min = episode.told_min;
  } else {
    if (!get_points(in, told.min)) return false;
    const unsigned bits = in.byte();
    if (bits > (kCorrected | kByReminder)) return false;
    told.corrected = (bits & kCorrected) != 0;
    told.by_reminder = (bits & kByReminder) != 0;
  }
  episode.told.push_back(told);
  return in.ok();
}

bool get_episode(ByteReader& in, const ValueHead& head, rules::PatientState& state) {
  rules::Episode& episode = state.episodes.emplace_back();
  episode.criterion = in.text();
  episode.number = in.varint32();
  const unsigned stage = in.byte();
  if (stage > static_cast<unsigned>(rules::EpisodeState::retracted)) return false;
  episode.state = static_cast<rules::EpisodeState>(stage);
  episode.marks = in.byte();
  episode.told_extremes = in.byte();
  if (!get_points(in, episode.peak) || !get_points(in, episode.told_min)) return false;
  episode.first_onset = get_time(in);
  episode.onset = get_time(in);
  episode.since = get_time(in);
  episode.retro_since = get_time(in);
  std::size_t told = in.count();
  if (told > rules::kMaxTold) return false;
  for (; told > 0; --told) {
    if (!get_told(in, head, episode)) return false;
  }
  return in.ok();
}

void put_attention(ByteWriter& out, const rules::Attention& attention) {
  unsigned present = 0;
  for (std::size_t i = 0; i < rules::kNoticeKindCount; ++i) {
    if (attention.notices[i] != rules::Notice{}) present |= 1U << i;
  }
  out.byte(static_cast<std::uint8_t>(present));
  for (const rules::Notice& notice : attention.notices) {
    if (notice == rules::Notice{}) continue;
    put_time(out, notice.due);
    put_time(out, notice.sent);
    put_time(out, notice.told_at);
    out.text(notice.criterion);
  }
  put_time(out, attention.reminder);
  out.byte(attention.reminded);
  put_time(out, attention.group);
  out.varint(attention.group_number);
  put_code(out, attention.group_priority);
  for (const Timestamp time : {attention.alerted, attention.seen, attention.leave, attention.left}) put_time(out, time);
}

bool get_attention(ByteReader& in, rules::Attention& attention) {
  const unsigned present = in.byte();
  if (present >> rules::kNoticeKindCount != 0) return false;
  for (std::size_t i = 0; i < rules::kNoticeKindCount; ++i) {
    if ((present >> i & 1) == 0) continue;
    rules::Notice& notice = attention.notices[i];
    notice.due = get_time(in);
    notice.sent = get_time(in);
    notice.told_at = get_time(in);
    notice.criterion = in.text();
  }
  attention.reminder = get_time(in);
  attention.reminded = in.byte();
  attention.group = get_time(in);
  attention.group_number = in.varint32();
  if (!get_code(in, rules::kLastPriority, attention.group_priority)) return false;
  for (Timestamp* time : {&attention.alerted, &attention.seen, &attention.leave, &attention.left}) *time = get_time(in);
  return in.ok();
}

constexpr std::uint8_t kDecisionSent = 1;

void put_decision(ByteWriter& out, const rules::Decision& decision) {
  out.byte(decision.sent ? kDecisionSent : 0);
  put_code(out, decision.kind);
  put_code(out, decision.priority);
  put_code(out, decision.cause);
  put_code(out, decision.quiet);
  out.varint(decision.record);
  put_time(out, decision.at);
  out.text(decision.criterion);
}

bool get_decision(ByteReader& in, const ValueHead& head, rules::PatientState& state) {
  rules::Decision& decision = state.decisions.emplace_back();
  const std::uint8_t sent = in.byte();
  if (sent > kDecisionSent) return false;
  decision.sent = sent == kDecisionSent;
  // All of them are read, whatever the first ones say.
  bool known = get_code(in, rules::kLastAlertKind, decision.kind);
  known = get_code(in, rules::kLastPriority, decision.priority) && known;
  known = get_code(in, rules::kLastCause, decision.cause) && known;
  known = get_code(in, rules::kLastQuiet, decision.quiet) && known;
  decision.record = in.varint32();
  decision.at = get_time(in);
  decision.criterion = in.text();
  if (!known && head.is_later()) {
    state.decisions.pop_back();
    return in.ok();
  }
  return in.ok() && known;
}

}  // namespace

void put_courses(ByteWriter& out, const rules::PatientState& state) {
  put_time(out, state.frozen_at);
  put_time(out, state.folded_at);
  put_time(out, state.before_folded);
  put_time(out, state.last_frozen);
  out.varint(state.courses.size());
  for (const rules::CriterionCourse& course : state.courses) put_criterion(out, course);
  out.varint(state.episodes.size());
  for (const rules::Episode& episode : state.episodes) put_episode(out, episode);
  const bool any = !(state.attention == rules::Attention{});
  out.byte(any ? 1 : 0);
  if (any) put_attention(out, state.attention);
  out.varint(state.decisions.size());
  for (const rules::Decision& decision : state.decisions) put_decision(out, decision);
}

bool get_courses(ByteReader& in, const ValueHead& head, rules::PatientState& state) {
  state.frozen_at = get_time(in);
  state.folded_at = get_time(in);
  state.before_folded = get_time(in);
  // Format 2 did not say it: as late as it can be.
  state.last_frozen = head.format > 2 ? get_time(in) : std::min(state.frozen_at, state.folded_at);
  for (std::size_t n = in.count(); n > 0; --n) {
    if (!get_criterion(in, state)) return false;
  }
  for (std::size_t n = in.ok() ? in.count() : 0; n > 0; --n) {
    if (!get_episode(in, head, state)) return false;
  }
  const std::uint8_t any = in.byte();
  if (any > 1) return false;
  state.attention = {};
  if (any != 0 && !get_attention(in, state.attention)) return false;
  std::size_t decisions = in.ok() ? in.count() : 0;
  if (decisions > 2 * rules::kMaxDecisions) return false;
  for (; decisions > 0; --decisions) {
    if (!get_decision(in, head, state)) return false;
  }
  return in.ok();
}

}  // namespace coagwatch::daemon
