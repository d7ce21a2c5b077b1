#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "daemon/fold/result_index.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Which patients of a partition have something of a resource, or a memory of it, by its identity: for what names a
/// resource and no patient, such as a deletion.
///
/// Many sites never send that. So committed patients are listed when the first one asks, and the list is dropped, with
/// its memory, as soon as it has doubled since: half of it may be gone from the states by then. It never names a
/// patient too few; whoever asks looks whether those named are meant.
///
/// Not thread-safe.
class ResourceHolders {
 public:
  /// Whether committed patients are listed.
  [[nodiscard]] bool listed() const { return listed_; }
  /// Lists a committed patient: all of them are to be listed, then end_listing() called.
  void list(std::uint32_t slot, const rules::PatientState& state) { add(state, slot, committed_); }
  void end_listing();
  /// Takes note of a listed patient's new state.
  void commit(std::uint32_t slot, const rules::PatientState& state);
  /// Forgets who is listed.
  void drop();

  /// Takes note of the state of the patient who was touched as the `touched`-th in the open transaction.
  void note(std::uint32_t touched, const rules::PatientState& state) { add(state, touched, open_); }
  /// Ends the open transaction, however.
  void end_transaction() { open_.clear(); }

  /// Calls `committed(slot)` and `touched(index)` for each patient who may have something of the resource of that
  /// identity. REQUIRES: listed().
  template <typename Committed, typename Touched>
  void for_each(std::string_view identity, const Committed& committed, const Touched& touched) const {
    const std::uint64_t name = name_of(identity);
    committed_.for_each(name, committed);
    open_.for_each(name, touched);
  }

 private:
  static std::uint64_t name_of(std::string_view identity);
  static void add(const rules::PatientState& state, std::uint32_t patient, ResultIndex& index);

  ResultIndex committed_;
  ResultIndex open_;
  bool listed_ = false;
  std::size_t most_ = 0;  // entries, then it is dropped
};

}  // namespace coagwatch::daemon
