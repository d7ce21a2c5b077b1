#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <queue>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace coagwatch::fault {

/// What is wrong with a link, in one direction.
struct LinkFault {
  bool cut = false;
  double loss = 0;  ///< of packets, 0 to 1
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds jitter{0};  ///< up to so much more, so that packets overtake each other
};

/// A network of nodes, each with a network namespace of its own, in which every packet passes through this process: it
/// may come late, or never. Real TCP on both sides; needs TUN of the kernel, and neither netem nor a packet filter.
/// Node 0 is the namespace of this process. Everything vanishes with it.
class Network {
 public:
  /// (from, to)
  using Links = std::vector<std::pair<int, int>>;

  Network(int nodes, std::uint32_t seed);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  static std::string address(int node) { return "10.77.0." + std::to_string(10 + node); }
  /// Moves the calling thread to the node's namespace; safe between fork and exec. False if that failed.
  [[nodiscard]] bool enter(int node) const;

  /// Faults add up until they are taken away. Thread-safe.
  int add(const Links& links, const LinkFault& fault);
  void remove(int id);

  [[nodiscard]] std::uint64_t forwarded() const { return forwarded_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] std::uint64_t delayed() const { return delayed_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Node {
    int tun = -1;
    int space = -1;
  };
  struct Late {
    Clock::time_point due;
    int to;
    std::string packet;
    bool operator>(const Late& other) const { return due > other.due; }
  };

  void make_node(int node, bool own);
  void combine();
  void forward_all();
  void forward(int from, const char* packet, std::size_t size);
  void deliver_late();
  void deliver(int to, const char* packet, std::size_t size);
  [[nodiscard]] int patience() const;

  std::vector<Node> nodes_;
  std::mt19937 random_;
  std::mutex mutex_;
  std::map<int, std::pair<Links, LinkFault>> faults_;  // guarded by mutex_
  std::map<std::pair<int, int>, LinkFault> combined_;  // guarded by mutex_; links without fault are not in it
  int next_id_ = 0;                                    // guarded by mutex_
  std::priority_queue<Late, std::vector<Late>, std::greater<>> late_;
  std::atomic<std::uint64_t> forwarded_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> delayed_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace coagwatch::fault
