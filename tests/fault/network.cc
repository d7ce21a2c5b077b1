#include "tests/fault/network.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "tests/fault/tun.h"

namespace coagwatch::fault {
namespace {

constexpr std::size_t kLargest = 65'536;

int this_space() { return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

}  // namespace

Network::Network(int nodes, std::uint32_t seed) : random_(seed) {
  nodes_.resize(static_cast<std::size_t>(nodes));
  const int home = this_space();
  for (int node = 0; node < nodes; ++node) {
    if (node > 0 && unshare(CLONE_NEWNET) != 0) throw std::runtime_error("no network namespace");
    Node& made = nodes_[static_cast<std::size_t>(node)];
    made.space = this_space();
    made.tun = open_tun("wire0", address(node));
    bring_up_loopback();
  }
  if (setns(home, CLONE_NEWNET) != 0) throw std::runtime_error("no way back to the first network namespace");
  close(home);
  thread_ = std::thread([this] { forward_all(); });
}

Network::~Network() {
  stop_ = true;
  thread_.join();
  for (const Node& node : nodes_) {
    close(node.tun);
    close(node.space);
  }
}

bool Network::enter(int node) const { return setns(nodes_[static_cast<std::size_t>(node)].space, CLONE_NEWNET) == 0; }

int Network::add(const Links& links, const LinkFault& fault) {
  const std::scoped_lock lock(mutex_);
  faults_[++next_id_] = {links, fault};
  combine();
  return next_id_;
}

void Network::remove(int id) {
  const std::scoped_lock lock(mutex_);
  faults_.erase(id);
  combine();
}

void Network::combine() {
  combined_.clear();
  for (const auto& [id, fault] : faults_) {
    for (const auto& link : fault.first) {
      LinkFault& sum = combined_[link];
      sum.cut = sum.cut || fault.second.cut;
      sum.loss = 1 - (1 - sum.loss) * (1 - fault.second.loss);
      sum.delay += fault.second.delay;
      sum.jitter += fault.second.jitter;
    }
  }
}

int Network::patience() const {
  constexpr int kIdle = 50;
  if (late_.empty()) return kIdle;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(late_.top().due - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kIdle));
}

void Network::forward_all() {
  constexpr int kBurst = 64;
  std::vector<pollfd> waiting;
  for (const Node& node : nodes_) waiting.push_back({.fd = node.tun, .events = POLLIN, .revents = 0});
  std::array<char, kLargest> packet{};
  while (!stop_) {
    poll(waiting.data(), waiting.size(), patience());
    deliver_late();
    for (std::size_t from = 0; from < waiting.size(); ++from) {
      if ((waiting[from].revents & POLLIN) == 0) continue;
      for (int i = 0; i < kBurst; ++i) {
        const ssize_t size = read(nodes_[from].tun, packet.data(), packet.size());
        if (size <= 0) break;
        forward(static_cast<int>(from), packet.data(), static_cast<std::size_t>(size));
      }
    }
  }
}

void Network::forward(int from, const char* packet, std::size_t size) {
  const int to = destination(packet, size) - 10;
  if (to < 0 || to >= static_cast<int>(nodes_.size())) return;
  LinkFault fault;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = combined_.find({from, to});
    if (found != combined_.end()) fault = found->second;
  }
  if (fault.cut || (fault.loss > 0 && static_cast<double>(random_() % 10'000) < fault.loss * 10'000)) {
    ++dropped_;
    return;
  }
  if (fault.delay.count() == 0 && fault.jitter.count() == 0) {
    deliver(to, packet, size);
    return;
  }
  ++delayed_;
  const auto jitter = std::chrono::milliseconds(random_() % static_cast<std::uint32_t>(fault.jitter.count() + 1));
  late_.push({Clock::now() + fault.delay + jitter, to, std::string(packet, size)});
}

void Network::deliver_late() {
  const auto now = Clock::now();
  while (!late_.empty() && late_.top().due <= now) {
    deliver(late_.top().to, late_.top().packet.data(), late_.top().packet.size());
    late_.pop();
  }
}

void Network::deliver(int to, const char* packet, std::size_t size) {
  // What cannot be written is lost, as on any wire: TCP sends it again.
  const ssize_t written = write(nodes_[static_cast<std::size_t>(to)].tun, packet, size);
  ++(written < 0 ? dropped_ : forwarded_);
}

}  // namespace coagwatch::fault
