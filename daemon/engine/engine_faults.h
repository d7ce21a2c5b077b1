#pragma once

namespace coagwatch::daemon {

/// Known bugs, planted by tests to see that the checkers catch them. All false in the daemon, where each costs a look
/// at a constant once in a transaction or more rarely.
struct EngineFaults {
  // offsets
  bool offset_instead_of_next = false;  ///< commit the last processed offset instead of the one after it
  bool offset_ahead = false;            ///< commit the offset after that
  bool resume_one_late = false;         ///< go on one record after the one to go on with
  bool timers_without_offset = false;   ///< no offset in a transaction that only timers brought about
  bool tick_unjournaled = false;        ///< timers that the wall clock ran are in no journal
  bool trust_known_end = false;         ///< the wall clock runs timers where no fetch comes through
  int record_ahead = 0;                 ///< the partition record names an offset that so many were applied after
  bool apply_again = false;             ///< records that were applied before are applied again
  // a transaction that failed
  bool no_rewind_on_abort = false;     ///< go on reading after an abort, with the state as it is
  bool keep_state_on_abort = false;    ///< read again after an abort, but with what was aborted still in the state
  bool no_rewind_of_kept = false;      ///< after an abort in a rebalance do not rewind the partitions that stay
  bool ignore_failed_produce = false;  ///< commit although a record could not be queued
  bool unknown_as_aborted = false;     ///< take a commit without an answer for aborted
  bool unknown_as_committed = false;   ///< … or for committed
  // commands
  bool no_follow_on_abort = false;  ///< go on after an abort with the command after the last that was delivered
  bool follow_one_late = false;     ///< commands are followed from one after the one to go on with
  // a rebalance
  bool commit_lost = false;            ///< commit for partitions that are somebody else's already
  bool no_abort_of_lost = false;       ///< leave the transaction of lost partitions open, and forget it
  bool release_before_commit = false;  ///< give partitions up first, then commit for them
  // a restore
  bool restore_to_lso = false;      ///< take the last stable offset for the end of the changelog
  bool restore_cut_short = false;   ///< go on with what the first look at the changelog brought
  bool end_before_settled = false;  ///< take the changelog's end before the last owner's offsets are definite
  bool trust_old_answers = false;   ///< take what a broker tells that may be in charge no more
  bool believe_any_end = false;     ///< stop a partition at once whose topic seems to end before what was applied
  bool state_marked_early = false;  ///< mark the state before the last owner's offsets are definite
  // a standby
  bool standby_without_tail = false;  ///< a claim takes it as it is
  bool standby_goes_on =
      false;  ///< after a partition was ours it goes on with what is given back, from the present end
};

}  // namespace coagwatch::daemon
