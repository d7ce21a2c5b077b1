#include "daemon/fold/eviction_codec.h"

#include "daemon/fold/state_primitives.h"

namespace coagwatch::daemon {
namespace {

constexpr std::uint8_t kOutranked = 1;
constexpr std::uint8_t kHasHighest = 2;

}  // namespace

void put_evictions(ByteWriter& out, const rules::PatientState& state) {
  out.varint(state.evictions.size());
  for (const rules::StoredEviction& step : state.evictions) {
    out.byte(static_cast<std::uint8_t>(step.measure));
    out.byte(static_cast<std::uint8_t>((step.outranked ? kOutranked : 0) | (step.highest ? kHasHighest : 0)));
    put_time(out, step.at);
    if (step.highest) put_decimal(out, *step.highest);
  }
}

bool get_evictions(ByteReader& in, rules::PatientState& state) {
  bool ok = true;
  for (std::size_t n = in.count(); ok && n > 0; --n) {
    rules::StoredEviction step;
    const std::uint8_t measure = in.byte();
    const std::uint8_t bits = in.byte();
    if (measure >= rules::kMeasureCount || (bits & ~(kOutranked | kHasHighest)) != 0) return false;
    step.measure = static_cast<rules::Measure>(measure);
    step.outranked = (bits & kOutranked) != 0;
    step.at = get_time(in);
    if ((bits & kHasHighest) != 0) step.highest = get_decimal(in, ok);
    // They are searched by measure.
    if (!state.evictions.empty() && state.evictions.back().measure > step.measure) return false;
    state.evictions.push_back(step);
  }
  return ok && in.ok();
}

}  // namespace coagwatch::daemon
