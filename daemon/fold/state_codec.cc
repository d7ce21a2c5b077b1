#include "daemon/fold/state_codec.h"

#include <limits>

#include "daemon/fold/bytes.h"
#include "daemon/fold/course_codec.h"
#include "daemon/fold/eviction_codec.h"
#include "daemon/fold/link_codec.h"
#include "daemon/fold/state_primitives.h"
#include "rules/patient/fact_sources.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::Interval;
using rules::PatientState;

// Bits of a result's first byte after the measure.
constexpr std::uint8_t kPoint = 1;
constexpr std::uint8_t kLowOpen = 2;
constexpr std::uint8_t kHighOpen = 4;
constexpr std::uint8_t kLowUnbounded = 8;
constexpr std::uint8_t kHighUnbounded = 16;
constexpr std::uint8_t kHasUpperLimit = 32;
constexpr std::uint8_t kHasVersionNumber = 64;
constexpr std::uint8_t kSourceIsIdentity = 128;

// Among the flags of a result, which has no bit left.
constexpr unsigned kHasFingerprint = 0x8000;

// Bits of a retraction and of a source of facts.
constexpr std::uint8_t kHasNumber = 1;
constexpr std::uint8_t kWithdrawal = 2;
constexpr std::uint8_t kRemoved = 2;
constexpr std::uint8_t kAdopted = 4;
constexpr std::uint8_t kFingerprint = 8;
constexpr std::uint8_t kHasMeasure = 16;

void put_result(ByteWriter& out, const PatientState& state, const rules::StoredResult& stored) {
  const rules::LabResult& lab = stored.lab;
  const Interval& value = lab.value;
  const bool point = value.is_point();
  const std::string_view identity = state.view(stored.identity);
  const std::string_view source = state.view(stored.source);
  std::uint8_t bits = 0;
  if (point) bits |= kPoint;
  if (value.low_open) bits |= kLowOpen;
  if (value.high_open) bits |= kHighOpen;
  if (value.low_unbounded) bits |= kLowUnbounded;
  if (value.high_unbounded) bits |= kHighUnbounded;
  if (lab.upper_limit) bits |= kHasUpperLimit;
  if (stored.version.number) bits |= kHasVersionNumber;
  if (identity == source) bits |= kSourceIsIdentity;
  out.byte(static_cast<std::uint8_t>(lab.measure));
  out.byte(bits);
  out.byte(static_cast<std::uint8_t>(static_cast<unsigned>(lab.status) | static_cast<unsigned>(lab.unusable) << 4));
  out.varint(lab.flags | (stored.fingerprint != 0 ? kHasFingerprint : 0));
  out.byte(lab.method_rank);
  if (!value.low_unbounded) put_decimal(out, value.low);
  if (!point && !value.high_unbounded) put_decimal(out, value.high);
  if (lab.upper_limit) put_decimal(out, *lab.upper_limit);
  put_time(out, lab.at);
  put_time(out, lab.issued);
  if (stored.version.number) out.varint(*stored.version.number);
  put_time(out, stored.version.last_updated);
  out.varint(stored.arrival);
  if (stored.fingerprint != 0) out.word(stored.fingerprint);
  out.text(identity);
  if (identity != source) out.text(source);
}

bool get_result(ByteReader& in, PatientState& state) {
  bool ok = true;
  rules::StoredResult& stored = state.results.emplace_back();
  rules::LabResult& lab = stored.lab;
  Interval& value = lab.value;
  const std::uint8_t measure = in.byte();
  const std::uint8_t bits = in.byte();
  const std::uint8_t status = in.byte();
  if (measure >= rules::kMeasureCount || (status & 0x0F) > static_cast<unsigned>(rules::ResultStatus::unknown) ||
      (status >> 4) > static_cast<unsigned>(rules::Unusable::preliminary)) {
    return false;
  }
  lab.measure = static_cast<rules::Measure>(measure);
  lab.status = static_cast<rules::ResultStatus>(status & 0x0F);
  lab.unusable = static_cast<rules::Unusable>(status >> 4);
  const std::uint64_t flags = in.varint();
  if (flags > std::numeric_limits<std::uint16_t>::max()) return false;
  lab.flags = static_cast<std::uint16_t>(flags & ~std::uint64_t{kHasFingerprint});
  lab.method_rank = in.byte();
  value.low_open = (bits & kLowOpen) != 0;
  value.high_open = (bits & kHighOpen) != 0;
  value.low_unbounded = (bits & kLowUnbounded) != 0;
  value.high_unbounded = (bits & kHighUnbounded) != 0;
  if (!value.low_unbounded) value.low = get_decimal(in, ok);
  if ((bits & kPoint) != 0) {
    value.high = value.low;
  } else if (!value.high_unbounded) {
    value.high = get_decimal(in, ok);
  }
  if ((bits & kHasUpperLimit) != 0) lab.upper_limit = get_decimal(in, ok);
  lab.at = get_time(in);
  lab.issued = get_time(in);
  if ((bits & kHasVersionNumber) != 0) stored.version.number = in.varint();
  stored.version.last_updated = get_time(in);
  stored.arrival = in.varint32();
  if ((flags & kHasFingerprint) != 0) stored.fingerprint = in.word();
  const rules::TextRef identity = get_text(in, state, ok);
  stored.identity = stored.source = identity;
  if ((bits & kSourceIsIdentity) == 0) stored.source = get_text(in, state, ok);
  return ok && in.ok();
}

// Facts lie in the order of their sources.
void put_facts(ByteWriter& out, const PatientState& state) {
  out.varint(state.fact_sources.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < state.fact_sources.size(); ++i) {
    const rules::StoredFactSource& source = state.fact_sources[i];
    out.text(state.view(source.source));
    out.byte(static_cast<std::uint8_t>((source.version.number ? kHasNumber : 0) | (source.removed ? kRemoved : 0) |
                                       (source.adopted ? kAdopted : 0)));
    if (source.version.number) out.varint(*source.version.number);
    put_time(out, source.version.last_updated);
    put_time(out, source.at);
    std::size_t end = next;
    while (end < state.facts.size() && state.facts[end].source == i) ++end;
    out.varint(end - next);
    for (; next < end; ++next) {
      const rules::StoredFact& fact = state.facts[next];
      out.byte(static_cast<std::uint8_t>(fact.fact));
      out.byte(static_cast<std::uint8_t>(fact.value));
      put_time(out, fact.start);
      put_time(out, fact.end);
    }
  }
}

void put_others(ByteWriter& out, const PatientState& state) {
  out.varint(state.retractions.size());
  for (const rules::StoredRetraction& retraction : state.retractions) {
    out.text(state.view(retraction.identity));
    out.byte(static_cast<std::uint8_t>((retraction.version.number ? kHasNumber : 0) |
                                       (retraction.withdrawal ? kWithdrawal : 0) | (retraction.adopted ? kAdopted : 0) |
                                       (retraction.fingerprint != 0 ? kFingerprint : 0) |
                                       (retraction.measure ? kHasMeasure : 0)));
    if (retraction.version.number) out.varint(*retraction.version.number);
    if (retraction.fingerprint != 0) out.word(retraction.fingerprint);
    if (retraction.measure) out.byte(static_cast<std::uint8_t>(*retraction.measure));
    put_time(out, retraction.version.last_updated);
    put_time(out, retraction.at);
  }
  put_facts(out, state);
}

bool get_retraction(ByteReader& in, PatientState& state) {
  bool ok = true;
  rules::StoredRetraction& retraction = state.retractions.emplace_back();
  retraction.identity = get_text(in, state, ok);
  const std::uint8_t bits = in.byte();
  if ((bits & ~(kHasNumber | kWithdrawal | kAdopted | kFingerprint | kHasMeasure)) != 0) return false;
  if ((bits & kHasNumber) != 0) retraction.version.number = in.varint();
  if ((bits & kFingerprint) != 0) retraction.fingerprint = in.word();
  if ((bits & kHasMeasure) != 0) {
    const std::uint8_t measure = in.byte();
    if (measure >= rules::kMeasureCount) return false;
    retraction.measure = static_cast<rules::Measure>(measure);
  }
  retraction.withdrawal = (bits & kWithdrawal) != 0;
  retraction.adopted = (bits & kAdopted) != 0;
  retraction.version.last_updated = get_time(in);
  retraction.at = get_time(in);
  return ok && in.ok();
}

bool get_fact(ByteReader& in, PatientState& state) {
  const std::uint8_t fact = in.byte();
  const std::uint8_t value = in.byte();
  if (fact >= rules::kFactCount || value > static_cast<unsigned>(rules::Tristate::yes)) return false;
  rules::StoredFact& stored = state.facts.emplace_back();
  stored.fact = static_cast<rules::Fact>(fact);
  stored.value = static_cast<rules::Tristate>(value);
  stored.start = get_time(in);
  stored.end = get_time(in);
  stored.source = static_cast<std::uint16_t>(state.fact_sources.size() - 1);
  return in.ok();
}

bool get_fact_source(ByteReader& in, PatientState& state) {
  bool ok = state.fact_sources.size() < rules::kMaxFactSources;
  rules::StoredFactSource source;
  source.source = get_text(in, state, ok);
  if (!ok) return false;
  const bool in_order =
      state.fact_sources.empty() || state.view(state.fact_sources.back().source) < state.view(source.source);
  const std::uint8_t bits = in.byte();
  if (!in_order || (bits & ~(kHasNumber | kRemoved | kAdopted)) != 0) return false;
  if ((bits & kHasNumber) != 0) source.version.number = in.varint();
  source.removed = (bits & kRemoved) != 0;
  source.adopted = (bits & kAdopted) != 0;
  source.version.last_updated = get_time(in);
  source.at = get_time(in);
  state.fact_sources.push_back(source);
  for (std::size_t n = in.count(); ok && n > 0; --n) ok = get_fact(in, state);
  return ok && in.ok();
}

}  // namespace

void encode_state(const PatientState& state, std::string& out) {
  ByteWriter writer(out);
  // An older program would score a copy, and who is scored elsewhere, under their own keys.
  const bool beside_others = state.is_copy || state.copied_to.length != 0;
  put_head(writer, ValueKind::patient, beside_others ? kCopiesUnderstoodFrom : kUnderstoodFrom);
  put_time(writer, state.at);
  put_time(writer, state.clock);
  writer.varint(state.next_arrival);
  writer.varint(state.evicted);
  writer.varint(state.results.size());
  for (const rules::StoredResult& stored : state.results) put_result(writer, state, stored);
  put_others(writer, state);
  put_courses(writer, state);
  put_evictions(writer, state);
  put_links(writer, state);
  writer.word(state.scored_by);
  put_copies(writer, state);
}

std::optional<std::string> decode_state(std::string_view bytes, PatientState& state) {
  state.clear();
  ByteReader in(bytes);
  ValueHead head;
  if (auto problem = check_head(in, ValueKind::patient, head)) return problem;
  state.at = get_time(in);
  state.clock = get_time(in);
  state.next_arrival = in.varint32();
  state.evicted = in.varint32();
  bool ok = true;
  for (std::size_t n = in.count(); ok && n > 0; --n) ok = get_result(in, state);
  for (std::size_t n = ok ? in.count() : 0; ok && n > 0; --n) ok = get_retraction(in, state);
  for (std::size_t n = ok ? in.count() : 0; ok && n > 0; --n) ok = get_fact_source(in, state);
  ok = ok && get_courses(in, head, state) && get_evictions(in, state) && get_links(in, state);
  // In format 2 it was there only if it was known.
  if (ok && in.ok() && (head.format > 2 || !in.at_end())) {
    state.scored_by = in.word();
    ok = head.format > 2 || state.scored_by != 0;
  }
  if (head.format > 3) ok = ok && get_copies(in, state);
  if (!ok || !is_whole(in, head)) return "corrupt changelog value of a patient";
  return std::nullopt;
}

}  // namespace coagwatch::daemon
