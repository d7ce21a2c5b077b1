#include "daemon/fold/due_index.h"

namespace coagwatch::daemon {

void DueIndex::note(std::string_view patient, rules::Timestamp time) {
  if (!time.known()) return;
  const auto [place, made] = times_.try_emplace(std::string(patient), time);
  if (!made) {
    if (place->second <= time) return;
    order_.erase({place->second, place->first});
    place->second = time;
  }
  order_.emplace(time, place->first);
}

std::optional<DueIndex::Due> DueIndex::take(rules::Timestamp until) {
  if (order_.empty() || order_.begin()->first > until) return std::nullopt;
  auto node = order_.extract(order_.begin());
  times_.erase(node.value().second);
  return Due{node.value().first, std::move(node.value().second)};
}

rules::Timestamp DueIndex::first() const { return order_.empty() ? rules::Timestamp::none() : order_.begin()->first; }

}  // namespace coagwatch::daemon
