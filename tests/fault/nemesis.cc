#include "tests/fault/nemesis.h"

#include <signal.h>

#include <exception>
#include <future>
#include <thread>

#include "tests/broker/test_kafka.h"

namespace coagwatch::fault {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kTransactionTimeout{10};  // the daemon's
constexpr seconds kDrainPatience{20};
constexpr seconds kBrokerStopPatience{20};

}  // namespace

Nemesis::Nemesis(std::vector<Fault> plan, Targets targets, Journal& journal)
    : plan_(std::move(plan)), targets_(std::move(targets)), journal_(journal) {}

void Nemesis::run() {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::future<void>> playing;
  for (const Fault& fault : plan_) {
    std::this_thread::sleep_until(start + fault.begin);
    std::erase_if(playing, [](const auto& each) { return each.wait_for(seconds(0)) == std::future_status::ready; });
    journal_.say(text_of(fault));
    playing.push_back(std::async(std::launch::async, [this, &fault] { play(fault); }));
  }
  playing.clear();  // waits for each
}

void Nemesis::play(const Fault& fault) try {
  if (fault.kind >= Kind::broker_kill) {
    play_broker(fault);
  } else if (fault.kind >= Kind::link_delay) {
    play_link(fault);
  } else {
    play_daemon(fault);
  }
  ++injected_.done[static_cast<std::size_t>(fault.kind)];
} catch (const std::exception& error) {
  ++injected_.not_done;
  journal_.say("not done: " + text_of(fault) + ": " + error.what());
}

void Nemesis::play_daemon(const Fault& fault) {
  Member& member = *targets_.members[static_cast<std::size_t>(fault.daemon)];
  switch (fault.kind) {
    case Kind::daemon_kill:
      member.kill();
      std::this_thread::sleep_for(fault.lasts);
      member.start();
      break;
    case Kind::daemon_pause:
      pause_daemon(fault);
      break;
    case Kind::daemon_restart:
    case Kind::daemon_leave:
      stop_daemon(fault);
      std::this_thread::sleep_for(fault.lasts);
      member.start();
      break;
    case Kind::daemon_join:
      member.start();
      std::this_thread::sleep_for(fault.lasts);
      stop_daemon(fault);
      break;
    case Kind::daemon_clock:
      member.move_clock(fault.clock);
      std::this_thread::sleep_for(fault.lasts);
      member.move_clock(seconds(0));
      break;
    case Kind::daemon_fence:
      fence(member, fault);
      break;
    default:
      hide_and_kill(member, fault);
  }
}

void Nemesis::pause_daemon(const Fault& fault) {
  Member& member = *targets_.members[static_cast<std::size_t>(fault.daemon)];
  member.send_signal(SIGSTOP);
  std::this_thread::sleep_for(fault.lasts);
  member.send_signal(SIGCONT);
  if (fault.lasts > kTransactionTimeout) ++injected_.long_pauses;
}

void Nemesis::stop_daemon(const Fault& fault) {
  Member& member = *targets_.members[static_cast<std::size_t>(fault.daemon)];
  const std::optional<int> status = member.stop(kDrainPatience);
  if (!status) {
    ++injected_.killed_stopping;
    journal_.say("daemon " + member.instance() + " did not drain: killed");
  } else if (*status != 0) {
    ++injected_.drained_with_error;
    journal_.say("daemon " + member.instance() + " drained with " + exit_text(*status));
  } else {
    ++injected_.drained;
  }
}

/// Takes the daemon's transactional id away, as an older process of its would: its next transaction is aborted.
void Nemesis::fence(const Member& member, const Fault& fault) const {
  const std::vector<std::string> ids = member.transactional_ids();
  const test::TestProducer usurper(ids[static_cast<std::size_t>(&fault - plan_.data()) % ids.size()]);
}

/// Somebody's open transaction hides the daemon's last commits from readers of the state topic while it is killed,
/// until after others could restore what it had.
void Nemesis::hide_and_kill(Member& member, const Fault& fault) const {
  test::TestProducer stranger(test::unique_name("stranger"));
  stranger.begin();
  for (int partition = 0; partition < targets_.partitions; ++partition) {
    test::Record record;
    record.partition = partition;
    record.key = "stranger";
    record.value = "never committed";
    stranger.send(targets_.names.state, record);
  }
  stranger.flush();
  std::this_thread::sleep_for(seconds(2));
  member.kill();
  member.start();
  std::this_thread::sleep_for(fault.lasts - seconds(2));
  stranger.abort();
}

Network::Links Nemesis::links_of(const Fault& fault) const {
  Network::Links links;
  const Cluster& cluster = targets_.cluster;
  const auto both = [&links](int one, int other) {
    links.emplace_back(one, other);
    links.emplace_back(other, one);
  };
  if (fault.daemon < 0) {  // a broker from everybody but this process
    const int broker = cluster.network_node(fault.broker);
    for (int other = 0; other < cluster.size(); ++other) {
      if (other != fault.broker) both(broker, cluster.network_node(other));
    }
    // Every second time only from its peers: it still believes that it leads, and is believed.
    if (fault.towards && cluster.size() > 1) return links;
    for (const auto& member : targets_.members) both(broker, member->network_node());
    return links;
  }
  const int daemon = targets_.members[static_cast<std::size_t>(fault.daemon)]->network_node();
  for (int broker = 0; broker < cluster.size(); ++broker) {
    if (fault.broker >= 0 && fault.broker != broker) continue;
    const int node = cluster.network_node(broker);
    if (fault.kind != Kind::link_one_way) {
      both(daemon, node);
    } else if (fault.towards) {
      links.emplace_back(daemon, node);
    } else {
      links.emplace_back(node, daemon);
    }
  }
  return links;
}

void Nemesis::play_link(const Fault& fault) {
  const int id = targets_.network.add(links_of(fault), fault.link);
  std::this_thread::sleep_for(fault.lasts);
  targets_.network.remove(id);
}

void Nemesis::play_broker(const Fault& fault) {
  Cluster& cluster = targets_.cluster;
  switch (fault.kind) {
    case Kind::broker_kill:
      cluster.kill(fault.broker);
      std::this_thread::sleep_for(fault.lasts);
      cluster.start(fault.broker);
      break;
    case Kind::broker_pause:
      cluster.send_signal(fault.broker, SIGSTOP);
      std::this_thread::sleep_for(fault.lasts);
      cluster.send_signal(fault.broker, SIGCONT);
      break;
    case Kind::broker_restart:
      if (!cluster.stop(fault.broker, kBrokerStopPatience)) journal_.say("broker did not stop in order: killed");
      std::this_thread::sleep_for(fault.lasts);
      cluster.start(fault.broker);
      break;
    case Kind::broker_disk:
      play_full_disk(fault);
      break;
    default:
      play_link(fault);
  }
}

void Nemesis::play_full_disk(const Fault& fault) {
  Cluster& cluster = targets_.cluster;
  cluster.disk().fill();
  // It ends at its next write that does not fit.
  const auto end = std::chrono::steady_clock::now() + fault.lasts + seconds(10);
  while (cluster.running(fault.broker) && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(milliseconds(100));
  }
  if (!cluster.running(fault.broker)) ++injected_.died_of_full_disk;
  cluster.disk().make_room();
  cluster.kill(fault.broker);  // where it still runs, it has lost its log directory
  cluster.start(fault.broker);
}

}  // namespace coagwatch::fault
