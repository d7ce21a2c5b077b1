#include "fhir/fact_course.h"

#include <optional>

#include "fhir/datetime.h"
#include "rules/patient/known_facts.h"

namespace coagwatch::fhir {
namespace {

using rules::Duration;
using rules::Fact;
using rules::FactSpan;
using rules::Timestamp;
using rules::Tristate;
using Precision = ParsedTime::Precision;

constexpr Duration kInstant{1};

/// Supports are there while they run; the rest of what is given or done works on.
bool outlasts(Fact fact) {
  return fact != Fact::respiratory_support && fact != Fact::ecmo && fact != Fact::renal_replacement;
}

std::optional<FactSpan> span_of(Fact fact, Tristate value, const Course& course, Lasting lasting) {
  FactSpan span{fact, value, course.start, course.end};
  const std::optional<Duration> limit = rules::default_span(fact);
  if (!course.start.known()) {
    if (limit || course.end.known() || course.end_unknown) return std::nullopt;
    return span;
  }
  if (course.end_unknown) {
    span.value = Tristate::unknown;
    return span;
  }
  if (course.end.known()) {
    if (course.end < course.start) return std::nullopt;
    if (lasting == Lasting::event && limit && outlasts(fact)) span.end = course.end + *limit;
    return span;
  }
  // As long as it surely lasts: from the earliest that it can have begun.
  if (limit && course.earliest.known() && course.earliest < course.start) {
    span.end = course.earliest + *limit;
    if (span.end < span.start) return std::nullopt;
  }
  return span;
}

}  // namespace

Moment read_moment(const ContextNode& node, const TimeZone& zone) {
  Moment moment;
  moment.given = node.present();
  if (!node.is_string()) return moment;
  const auto parsed = parse_datetime(node.text(), zone);
  // A local time that the clocks skip or show twice is none.
  if (!parsed || !parsed->time.known()) return moment;
  moment.first = parsed->time;
  moment.last = parsed->precision == Precision::instant ? parsed->time : parsed->end - kInstant;
  moment.exact = parsed->precision == Precision::day || parsed->precision == Precision::instant;
  return moment;
}

void Course::begin(const Moment& moment) {
  earliest = moment.first;
  start = moment.exact ? moment.first : moment.last;
}

void Course::recorded(Timestamp time) {
  if (!time.known()) return;
  if (!start.known()) {
    earliest = time;
    start = time;
  } else if (earliest <= time && time < start) {
    start = time;
  }
}

void append_facts(const std::vector<CodedFact>& facts, Tristate value, const Course& course, Lasting lasting,
                  std::vector<FactSpan>& out) {
  for (const CodedFact& coded : facts) {
    if (value == Tristate::no && !coded.whole) continue;
    if (const auto span = span_of(coded.fact, value, course, lasting)) out.push_back(*span);
  }
}

}  // namespace coagwatch::fhir
