#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/fold/due_index.h"
#include "daemon/fold/open_episodes.h"
#include "daemon/fold/patient_links.h"
#include "daemon/fold/patient_table.h"
#include "daemon/fold/resource_holders.h"
#include "daemon/fold/result_holders.h"
#include "rules/patient/patient_state.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::daemon {

/// The patients of one partition: what is committed, as changelog values, and above it the states that the open
/// transaction has touched.
///
/// Committed patients are kept encoded. So a restore copies bytes, an abort drops the overlay, the memory of an
/// idle patient is what the changelog holds, and what is in memory is by construction what a restore would give.
///
/// Not thread-safe.
class PatientStore {
 public:
  /// A patient in the open transaction.
  struct Touched {
    std::string key;
    std::uint32_t index = 0;  ///< its place among those touched
    /// What is committed; kNobody for a new patient.
    PatientTable::Slot committed = PatientTable::kNobody;
    rules::PatientState state;
    rules::PatientState shown;                ///< as of the last assessment, meaningful where `moved_on`
    bool moved_on = false;                    ///< a change was announced after it that has not brought another one
    std::vector<std::uint64_t> fingerprints;  ///< of results that came in this transaction
    std::string encoded;                      ///< set by encode()
    bool changed = false;                     ///< likewise: it differs from what is committed
    bool gone = false;                        ///< likewise: nothing of him is left
    bool assessed = false;                    ///< an assessment was made in this transaction
    std::int64_t judged = -1;                 ///< the record for which `by_rules` was found
    std::vector<rules::Status> by_rules;      ///< what a new rule set alone made of him, by criterion; empty: nothing
    bool retired = false;                     ///< merged into another in this transaction: has no status any more
    bool relinked = false;                    ///< its links changed in this transaction
    bool listed = true;                       ///< the index of resources knows what he has
    rules::Timestamp at = rules::Timestamp::none();  ///< its clinical time
    std::string awaits;                              ///< whom of another partition he then waited for; may be empty
    std::string cause;                               ///< reference of the result that caused the last one; may be empty
    rules::Timestamp processed = rules::Timestamp::none();  ///< its time of processing
  };

  /// A patient who may have a timer that is due.
  struct Due {
    rules::Timestamp time;
    std::string patient;
  };

  /// `criteria`: ids of those whose open episodes are counted.
  explicit PatientStore(std::vector<std::string> criteria = {}) : open_(std::move(criteria)) {}
  PatientStore(const PatientStore&) = delete;
  PatientStore& operator=(const PatientStore&) = delete;

  /// Takes one changelog record during a restore; an empty value is a tombstone. Returns what is wrong with it.
  std::optional<std::string> restore(std::string_view key, std::optional<std::string_view> value);

  /// The patient's state in the open transaction, decoded on first touch; a new patient's is empty. The reference
  /// stays valid until commit() or rollback().
  Touched& touch(std::string_view key);
  /// To be called before a touched patient's state changes. A status shows the last assessment, wherever transactions
  /// end: what changes the state without another one (a repeat under its own id) must not show in it. An assessment
  /// ends what this begins.
  void before_change(Touched& touched);
  /// False if the patient surely holds no result of the resource of that identity, and no memory of one taken back.
  /// Cheap: nothing is decoded.
  [[nodiscard]] bool may_hold(std::string_view key, std::string_view identity) const;
  /// The patients who hold something of the resource of that identity, in the order of their keys; where nobody does,
  /// those who remember that something was taken away. Those of whom `may_be(key)` is false are none. Of holders who
  /// are not one person (links()) no more than it takes to see that. Looks through everybody at first, and then only
  /// now and then (resource_holders.h). The views stay valid until commit() or rollback().
  using Filter = std::function<bool(std::string_view key)>;
  std::vector<std::string_view> holders(std::string_view identity, const Filter& may_be);
  /// To be called when a result with a fingerprint came to a patient, or was taken away from him.
  void note_result(Touched& touched, std::uint64_t fingerprint);
  /// Patients who may hold results with that fingerprint. Cheap: nothing is decoded.
  [[nodiscard]] std::vector<std::string> may_hold_result(std::uint64_t fingerprint) const;
  /// Whether results or facts of a patient, or what was taken back, are recorded here.
  [[nodiscard]] bool knows(std::string_view key);
  /// To be called when a patient's timers may have changed.
  void note_timer(const Touched& touched);
  /// Takes out the next patient who may have a timer that is due until `until`, by a lower bound of its time; whoever
  /// has one later must be noted again.
  std::optional<Due> take_due(rules::Timestamp until);
  /// A lower bound of the next timer; none() if there is none.
  [[nodiscard]] rules::Timestamp next_due() const;
  /// Who is whom here, in the open transaction.
  [[nodiscard]] const PatientLinks& links() const { return links_; }
  /// To be called when a patient's links have changed.
  void relink(Touched& touched);
  /// Whether there is anything of a patient, or was in the open transaction.
  [[nodiscard]] bool has(std::string_view key) const { return overlay_.contains(key) || committed_.contains(key); }
  /// The patients touched, in order of first touch.
  [[nodiscard]] std::size_t touched_count() const { return used_; }
  /// Those whose buffers are kept: of the open transaction and, for a while, of larger ones before it.
  [[nodiscard]] std::size_t pooled() const { return pool_.size(); }
  Touched& touched(std::size_t i) { return *pool_[i]; }
  /// Encodes a touched patient's state. False if there is nothing to write: it is what is committed already, or it
  /// holds nothing and never did.
  bool encode(Touched& touched) const;

  /// Makes the overlay the committed state. REQUIRES: every touched patient was encoded.
  void commit();
  /// Forgets the overlay.
  void rollback();

  /// What is committed of a patient, as in the changelog, if anything is. Valid until commit() or restore().
  [[nodiscard]] std::optional<std::string_view> committed(std::string_view key) const;

  /// Committed patients.
  [[nodiscard]] std::size_t size() const { return committed_.size(); }
  /// Bytes of committed values, for limits and metrics.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// From now on the running episodes of these criteria are counted. REQUIRES: the overlay is empty.
  void change_criteria(std::vector<std::string> criteria);
  /// Committed patients with a running episode, by index of the criterion.
  [[nodiscard]] std::span<const std::uint64_t> open_episodes() const { return open_.counts(); }
  void for_each(const std::function<void(std::string_view key, std::string_view value)>& visit) const;

 private:
  static void decode_again(std::string_view value, rules::PatientState& state);
  void unlist(Touched& touched);
  void list_resources();
  void forget_results(PatientTable::Slot slot);
  void forget(PatientTable::Slot slot);
  void set_committed(PatientTable::Slot slot, std::string_view value, const rules::PatientState& state);

  PatientTable committed_;
  OpenEpisodes open_;
  PatientLinks links_;
  ResultHolders result_holders_;
  ResourceHolders resource_holders_;
  std::vector<std::uint32_t> unlisted_;  // places of touched patients whose states may have changed since
  DueIndex dues_{[this](PatientTable::Slot slot) { return committed_[slot].key(); }};
  // Of patients who are not committed yet, by their place among those touched.
  DueIndex new_dues_{[this](std::uint32_t index) { return std::string_view(pool_[index]->key); }};
  std::size_t bytes_ = 0;
  std::vector<std::unique_ptr<Touched>> pool_;  // the first used_ are in the open transaction
  std::size_t used_ = 0;
  std::unordered_map<std::string_view, std::size_t> overlay_;  // keys point into pool_
  rules::PatientState scratch_;
};

}  // namespace coagwatch::daemon
