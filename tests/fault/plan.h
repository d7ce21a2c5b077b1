#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fault/network.h"

namespace coagwatch::fault {

/// Kinds of faults. README.md says what each does and what it is for.
enum class Kind {
  daemon_kill,
  daemon_pause,
  daemon_restart,
  daemon_leave,
  daemon_join,
  daemon_clock,
  daemon_fence,
  daemon_hide,
  link_delay,
  link_loss,
  link_cut,
  link_one_way,
  broker_kill,
  broker_pause,
  broker_restart,
  broker_cut,
  broker_slow,
  broker_disk,
};
constexpr int kKinds = static_cast<int>(Kind::broker_disk) + 1;
/// `daemon-kill`.
std::string_view name_of(Kind kind);
/// Throws std::invalid_argument where no kind has the name.
Kind kind_named(const std::string& name);

/// One fault: what is done to whom, when, and for how long.
struct Fault {
  Kind kind{};
  int daemon = -1;  ///< from 0; -1: not of a daemon
  int broker = -1;  ///< from 0; -1: not of one broker: of a link, to all of them
  std::chrono::milliseconds begin{0};
  std::chrono::milliseconds lasts{0};
  LinkFault link;        ///< of the network's kinds
  bool towards = false;  ///< link-one-way: what the daemon sends is lost, else what it is sent
  std::chrono::seconds clock{0};
};
/// Kind, whom and how: `link-loss of daemon 2 and broker 1: 12 %, 3.1 s`.
std::string text_of(const Fault& fault);

struct PlanOptions {
  std::uint32_t seed = 1;
  int faults = 100;
  int daemons = 2;  ///< another one may join
  int brokers = 1;
  int disk_broker = -1;                      ///< whose disk can be filled; -1: none
  std::vector<Kind> kinds;                   ///< those to play
  std::chrono::milliseconds length{60'000};  ///< of the whole; a fault may outlast it a little
};
/// A schedule that is the same for the same options. All kinds come about equally often. Faults overlap,
/// except that no process is killed twice at a time; of three brokers mostly one is away, now and then two, and never
/// are two killed.
std::vector<Fault> make_plan(const PlanOptions& options);

}  // namespace coagwatch::fault
