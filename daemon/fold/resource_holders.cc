#include "daemon/fold/resource_holders.h"

#include <functional>

namespace coagwatch::daemon {
namespace {

// So that a list of few is not made again and again.
constexpr std::size_t kAtLeast = 4'096;

}  // namespace

/// The same for all that a resource of that identity covers (rules::covers).
std::uint64_t ResourceHolders::name_of(std::string_view identity) {
  constexpr char kEnds[] = {rules::kPartSeparator, rules::kMeasureSeparator};
  return std::hash<std::string_view>{}(identity.substr(0, identity.find_first_of(std::string_view(kEnds, 2))));
}

void ResourceHolders::add(const rules::PatientState& state, std::uint32_t patient, ResultIndex& index) {
  for (const rules::StoredResult& stored : state.results) index.add(name_of(state.view(stored.identity)), patient);
  for (const rules::StoredRetraction& gone : state.retractions) index.add(name_of(state.view(gone.identity)), patient);
  for (const rules::StoredFactSource& known : state.fact_sources) index.add(name_of(state.view(known.source)), patient);
}

void ResourceHolders::end_listing() {
  listed_ = true;
  most_ = 2 * committed_.size() + kAtLeast;
}

void ResourceHolders::commit(std::uint32_t slot, const rules::PatientState& state) {
  if (!listed_) return;
  add(state, slot, committed_);
  if (committed_.size() > most_) drop();
}

void ResourceHolders::drop() {
  if (!listed_) return;
  listed_ = false;
  committed_ = {};
}

}  // namespace coagwatch::daemon
