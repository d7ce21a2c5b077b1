#include "tests/fuzz/item_promises.h"

#include <algorithm>

#include "tests/fuzz/second_reader.h"

namespace coagwatch::fuzz {
namespace {

using fhir::Disposition;
using fhir::Item;
using fhir::Reason;
using rules::Change;
using rules::Timestamp;

constexpr std::size_t kMaxTextLength = 200;
constexpr std::size_t kMaxKeyLength = 512;
// The first instant of year 1, and that of year 10000.
constexpr std::int64_t kFirst = -62'135'596'800'000'000;
constexpr std::int64_t kEnd = 253'402'300'800'000'000;
constexpr std::uint16_t kAllFlags = rules::kFlagIcteric * 2 - 1;

bool is_time(Timestamp time) { return !time.known() || (time.micros >= kFirst && time.micros < kEnd); }

bool between(Reason reason, Reason first, Reason last) { return reason >= first && reason <= last; }

bool has_its_reason(const Item& item) {
  switch (item.disposition) {
    case Disposition::candidate:
      return item.reason == Reason::none;
    case Disposition::dead:
      return between(item.reason, Reason::invalid_utf8, Reason::modifier_extension);
    case Disposition::ignored:
      return between(item.reason, Reason::other_resource, Reason::specimen);
    case Disposition::unusable:
      return between(item.reason, Reason::d_dimer_flavour, Reason::preliminary);
    default:
      return false;
  }
}

void check_candidate(const Item& item, Timestamp time, Findings& findings) {
  const Change& change = item.change;
  findings.check(!item.patient.empty() || item.deletion, "a candidate has a patient, or is a deletion");
  findings.check(!change.identity.empty(), "a candidate has an identity");
  findings.check(!item.deletion || change.kind == Change::Kind::retraction, "a deletion is a retraction");
  if (change.kind != Change::Kind::result) return;
  findings.check(item.measure_known && item.value_known, "a candidate has a measure and a value");
  findings.check(change.result.at.known(), "a candidate has a collection time");
  findings.check(change.result.unusable == rules::Unusable::none, "a candidate is usable");
  findings.check(is_sound(change.result.value), "a candidate's interval is sound");
  findings.check(!change.result.value.low_unbounded || !change.result.value.high_unbounded,
                 "a candidate's value says something");
  const auto& info = rules::measure_info(change.result.measure);
  const auto inside = [&](rules::Decimal end) { return end >= info.plausible_low && end <= info.plausible_high; };
  // A D-dimer of unknown flavour may be twice what it says; its own limits are checked in both readings.
  findings.check((change.result.value.low_unbounded || inside(change.result.value.low)) &&
                     (change.result.value.high_unbounded || inside(change.result.value.high)),
                 "a candidate is plausible");
  if (time.known()) {
    findings.check(change.result.at <= time + rules::Duration::hours(1), "a candidate is not of the future");
  }
}

void check_text(const Item& item, Findings& findings) {
  findings.check(item.text.size() <= kMaxTextLength, "a text is short");
  findings.check(std::ranges::all_of(item.text, [](char c) { return c >= ' ' && c <= '~'; }), "a text is plain");
  findings.check(item.text.find(kCanary) == std::string::npos, "a text holds no value of the input");
  findings.check(item.code_problem.find(kCanary) == std::string_view::npos, "a code's problem holds no value");
  if (item.disposition == Disposition::dead) findings.check(!item.text.empty(), "a dead letter has a text");
}

void check_result(const Item& item, Findings& findings) {
  const rules::LabResult& result = item.change.result;
  findings.check(rules::index(result.measure) < rules::kMeasureCount, "a measure is one of ours");
  findings.check(result.status <= rules::ResultStatus::unknown, "a status is one of ours");
  findings.check(result.unusable <= rules::Unusable::preliminary, "what is unusable says why");
  findings.check((result.flags & ~kAllFlags) == 0, "marks are ours");
  findings.check(is_time(result.at) && is_time(result.issued) && is_time(item.change.version.last_updated) &&
                     is_time(item.last.version.last_updated),
                 "a time can be written");
  findings.check(!item.value_known || is_sound(result.value), "a value is sound");
  if (result.upper_limit) findings.check(result.upper_limit->sign() > 0, "an upper limit is above zero");
  if (item.measure_known && item.change.kind == Change::Kind::result) {
    findings.check(!rules::measure_info(result.measure).derived_only, "what is always computed is never read");
  }
}

void check_facts(const Item& item, Findings& findings) {
  const fhir::ContextFacts& context = item.context;
  if (context.kind == fhir::ContextFacts::Kind::nothing) {
    findings.check(context.facts.empty(), "what says nothing has no facts");
    return;
  }
  const bool charted = context.source.starts_with(rules::kChartedSource);
  findings.check(charted != (item.reason == Reason::other_resource), "what says facts is no result");
  findings.check(!context.source.empty(), "facts have a source");
  if (context.kind == fhir::ContextFacts::Kind::statement) {
    findings.check(!context.patient.empty(), "facts are of a patient");
  } else {
    findings.check(context.facts.empty(), "what takes itself back has no facts");
  }
  for (const rules::FactSpan& span : context.facts) {
    findings.check(rules::index(span.fact) < rules::kFactCount && span.value <= rules::Tristate::yes, "a fact is ours");
    findings.check(is_time(span.start) && is_time(span.end), "a fact's time can be written");
    findings.check(!span.start.known() || !span.end.known() || span.start <= span.end, "a fact ends after it begins");
  }
}

/// What is shown to people, becomes a record's key or goes into JSON.
void check_texts(const Item& item, Findings& findings) {
  const bool valid = is_utf8_slowly(item.resource) && is_utf8_slowly(item.patient) && is_utf8_slowly(item.specimen) &&
                     is_utf8_slowly(item.change.source) && is_utf8_slowly(item.change.identity) &&
                     is_utf8_slowly(item.code) && is_utf8_slowly(item.display) &&
                     is_utf8_slowly(item.context.patient) && is_utf8_slowly(item.context.source) &&
                     is_utf8_slowly(item.last.identity) && is_utf8_slowly(item.last.patient) &&
                     std::ranges::all_of(item.replaces, is_utf8_slowly, &fhir::Replaced::identity);
  findings.check(valid, "texts are UTF-8");
  findings.check(item.patient.size() <= kMaxKeyLength && item.context.patient.size() <= kMaxKeyLength,
                 "a patient's key is bounded");
  findings.check(!item.patient.starts_with('\0') && !item.context.patient.starts_with('\0'),
                 "a patient's key is not the partition record's");
}

void append(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(":").append(text);
}
void append(std::string& out, std::int64_t number) { out.append(std::to_string(number)).push_back(' '); }

void append(std::string& out, const rules::Version& version) {
  append(out, version.number ? std::to_string(*version.number) : std::string("-"));
  append(out, version.last_updated.micros);
}

void append(std::string& out, const rules::LabResult& result) {
  append(out, std::int64_t{static_cast<std::uint8_t>(result.measure)});
  const rules::Interval& value = result.value;
  append(out, value.low.to_string());
  append(out, value.high.to_string());
  append(out, value.low_open * 8 + value.high_open * 4 + value.low_unbounded * 2 + value.high_unbounded);
  append(out, result.upper_limit ? result.upper_limit->to_string() : std::string("-"));
  for (const std::int64_t number :
       {result.at.micros, result.issued.micros, std::int64_t{result.method_rank},
        std::int64_t{static_cast<std::uint8_t>(result.status)},
        std::int64_t{static_cast<std::uint8_t>(result.unusable)}, std::int64_t{result.flags}}) {
    append(out, number);
  }
}

void append(std::string& out, const Item& item) {
  append(out, std::int64_t{item.entry});
  append(out, fhir::disposition_name(item.disposition));
  append(out, fhir::reason_name(item.reason));
  for (const std::string_view text :
       {item.bytes, item.resource, item.patient, item.specimen, std::string_view(item.text), item.change.source,
        item.change.identity, item.last.identity, item.last.patient, item.code, item.display, item.code_problem,
        item.context.patient, item.context.source}) {
    append(out, text);
  }
  for (const fhir::Replaced& replaced : item.replaces) append(out, replaced.identity);
  append(out, static_cast<std::int64_t>(item.change.kind));
  append(out, item.change.version);
  append(out, item.change.result);
  append(out, item.last.version);
  append(out, item.context.version);
  append(out, item.deletion * 16 + item.shares_fate * 8 + item.clumps * 4 + item.measure_known * 2 + item.value_known);
  append(out, static_cast<std::int64_t>(item.context.kind));
  for (const rules::FactSpan& span : item.context.facts) {
    append(out, rules::fact_name(span.fact));
    append(out, rules::tristate_name(span.value));
    append(out, span.start.micros);
    append(out, span.end.micros);
  }
  out.push_back('\n');
}

}  // namespace

bool is_sound(const rules::Interval& value) {
  if (value.low_unbounded || value.high_unbounded) return true;
  const auto order = value.low <=> value.high;
  return order < 0 || (order == 0 && !value.low_open && !value.high_open);
}

void check_items(std::span<const Item> items, Timestamp time, Findings& findings) {
  findings.check(!items.empty(), "every record yields an item");
  std::uint32_t entry = 0;
  for (const Item& item : items) {
    findings.check(has_its_reason(item), "a disposition has a reason of its own");
    findings.check(item.entry >= entry, "entries come in their order");
    entry = item.entry;
    if (item.disposition == Disposition::candidate) check_candidate(item, time, findings);
    check_text(item, findings);
    check_result(item, findings);
    check_facts(item, findings);
    check_texts(item, findings);
  }
}

std::string listing_of(std::span<const Item> items) {
  std::string listing;
  for (const Item& item : items) append(listing, item);
  return listing;
}

}  // namespace coagwatch::fuzz
