#pragma once

#include <string>
#include <vector>

#include "tests/fault/committed_reader.h"
#include "tests/fault/feed.h"
#include "tests/fault/forgetter.h"
#include "tests/fault/journal.h"
#include "tests/fault/nemesis.h"
#include "tests/fault/offline.h"
#include "tests/fault/places.h"
#include "tests/fault/watch.h"

namespace coagwatch::fault {

/// One thing that was checked.
struct Check {
  std::string what;
  std::string seen;  ///< in numbers
  bool good = false;
};

/// Judges a run after its last fault.
class Verifier {
 public:
  struct Options {
    std::string coagwatch;
    std::string directory;
    bool journaled = false;  ///< the fold needs the journal
    bool event_time = true;
    bool static_membership = false;
    int commands = 0;                  ///< that were to be sent
    std::size_t most_mebibytes = 512;  ///< of a daemon's resident memory
  };

  Verifier(Options options, Targets targets, CommittedReader& reader, Journal& journal)
      : options_(std::move(options)), targets_(std::move(targets)), reader_(reader), journal_(journal) {}

  /// While the daemons run: they catch up, and take a fresh event.
  void check_alive(Feed& feed, Forgetter& forgetter);
  /// What was seen of them all along.
  void check_watch(const Watch& watch, const Nemesis& nemesis);
  /// Ends the daemons in order.
  void stop_daemons();
  /// When nothing runs any more that could still commit.
  void check_outputs(std::uint64_t sent);

  /// So often the wall clock ran timers.
  [[nodiscard]] std::uint64_t ticks() const { return ticks_; }
  [[nodiscard]] const std::vector<Check>& checks() const { return checks_; }
  [[nodiscard]] const Outputs& committed() const { return committed_; }

 private:
  bool check(bool good, const std::string& what, const std::string& seen);
  void check(const Fate& fate, const std::string& what);
  std::int64_t lag();
  [[nodiscard]] std::int64_t lag_of_scoring() const;
  bool wait_until_caught_up();
  void check_fresh_event();
  void check_metrics();
  void check_logs();
  void check_offsets();
  void check_commands();
  void check_no_open_transaction();
  [[nodiscard]] Fate fate_of_seen(const std::string& topic) const;
  void check_reader();
  void check_fates();
  void check_offline();

  Options options_;
  Targets targets_;
  CommittedReader& reader_;
  Journal& journal_;
  Outputs committed_;
  std::uint64_t ticks_ = 0;
  std::vector<Check> checks_;
};

}  // namespace coagwatch::fault
