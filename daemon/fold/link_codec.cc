#include "daemon/fold/link_codec.h"

#include "daemon/fold/state_primitives.h"
#include "rules/patient/merge.h"

namespace coagwatch::daemon {
namespace {

constexpr std::uint8_t kIsCopy = 1;
constexpr std::uint8_t kHasCopy = 2;

}  // namespace

void put_links(ByteWriter& out, const rules::PatientState& state) {
  out.varint(state.links.size());
  for (const rules::StoredLink& link : state.links) {
    out.text(state.view(link.claimant));
    out.text(state.view(link.into));
  }
  out.text(state.view(state.merged_into));
  const rules::Visit& visit = state.visit;
  out.text(state.view(visit.encounter));
  put_time(out, visit.at);
  out.text(state.view(visit.place_of));
  out.text(state.view(visit.place));
  put_time(out, visit.place_start);
}

bool get_links(ByteReader& in, rules::PatientState& state) {
  bool ok = true;
  for (std::size_t n = in.count(); ok && n > 0; --n) {
    rules::StoredLink link;
    link.claimant = get_text(in, state, ok);
    link.into = get_text(in, state, ok);
    ok = ok && state.links.size() < rules::kMaxLinks &&
         (state.links.empty() || state.view(state.links.back().claimant) < state.view(link.claimant));
    state.links.push_back(link);
  }
  if (ok) state.merged_into = get_text(in, state, ok);
  if (ok) state.visit.encounter = get_text(in, state, ok);
  state.visit.at = get_time(in);
  if (ok) state.visit.place_of = get_text(in, state, ok);
  if (ok) state.visit.place = get_text(in, state, ok);
  state.visit.place_start = get_time(in);
  return ok && in.ok();
}

void put_copies(ByteWriter& out, const rules::PatientState& state) {
  const bool has_copy = state.copied_to.length != 0;
  out.byte(static_cast<std::uint8_t>((state.is_copy ? kIsCopy : 0) | (has_copy ? kHasCopy : 0)));
  if (!has_copy) return;
  out.text(state.view(state.copied_to));
  out.word(state.copied);
}

bool get_copies(ByteReader& in, rules::PatientState& state) {
  const std::uint8_t bits = in.byte();
  bool ok = (bits & ~(kIsCopy | kHasCopy)) == 0;
  state.is_copy = (bits & kIsCopy) != 0;
  if (ok && (bits & kHasCopy) != 0) {
    state.copied_to = get_text(in, state, ok);
    state.copied = in.word();
    ok = ok && state.copied_to.length != 0;
  }
  return ok && in.ok();
}

}  // namespace coagwatch::daemon
