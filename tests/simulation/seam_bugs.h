#pragma once

#include "daemon/engine/broker.h"

namespace coagwatch::simulation {

/// Bugs of a client of Kafka, planted by tests to see that the checkers catch them.
struct SeamBugs {
  bool hide_suspect = false;   ///< indefinite results go unnoticed (KIP-890)
  bool topic_outside = false;  ///< records of `outside` are written at once, in no transaction
  daemon::OutputTopic outside = daemon::OutputTopic::alerts;
  bool stale_group_metadata = false;        ///< every commit names the member and generation of the first
  bool no_group_metadata = false;           ///< commits name none, so that the group checks nothing
  bool read_uncommitted_input = false;      ///< the consumer sees open and aborted records
  bool read_uncommitted_state = false;      ///< the reader of the changelog sees them
  bool read_uncommitted_standby = false;    ///< … where the partition is not ours
  bool read_uncommitted_commands = false;   ///< the reader of commands sees them
  bool stale_command_after_follow = false;  ///< a command that was fetched already comes before those from an offset on
  bool command_unjournaled = false;         ///< commands that were applied are not written to the journal
  bool stale_record_after_rewind = false;   ///< a record that was fetched already comes before those after a rewind
};

}  // namespace coagwatch::simulation
