#include "daemon/fold/open_episodes.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace coagwatch::daemon {

OpenEpisodes::OpenEpisodes(std::vector<std::string> criteria) : criteria_(std::move(criteria)) {
  criteria_.resize(std::min(criteria_.size(), kMaxCriteria));
  counts_.resize(criteria_.size());
}

OpenEpisodes::Set OpenEpisodes::of(const rules::PatientState& state) const {
  Set open = 0;
  for (const rules::Episode& episode : state.episodes) {
    if (episode.state != rules::EpisodeState::open && episode.state != rules::EpisodeState::resolving) continue;
    const auto found = std::find(criteria_.begin(), criteria_.end(), episode.criterion);
    if (found != criteria_.end()) open |= Set{1} << (found - criteria_.begin());
  }
  return open;
}

void OpenEpisodes::replace(Set before, Set after) {
  for (Set changed = before ^ after; changed != 0; changed &= changed - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(changed));
    counts_[i] += (after >> i & 1) != 0 ? 1 : static_cast<std::uint64_t>(-1);
  }
}

}  // namespace coagwatch::daemon
