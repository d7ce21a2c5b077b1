#include "tests/fault/plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <stdexcept>
#include <tuple>

namespace coagwatch::fault {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, kKinds> kNames = {
    "daemon-kill",  "daemon-pause", "daemon-restart", "daemon-leave", "daemon-join", "daemon-clock",
    "daemon-fence", "daemon-hide",  "link-delay",     "link-loss",    "link-cut",    "link-one-way",
    "broker-kill",  "broker-pause", "broker-restart", "broker-cut",   "broker-slow", "broker-disk"};

/// How long a fault of each kind lasts, in milliseconds. A pause may be longer than a transaction's timeout of 10 s and
/// a session's of 6 s, and so may be a cut.
constexpr std::array<std::pair<int, int>, kKinds> kLasts = {{{0, 4'000},
                                                             {1'000, 30'000},
                                                             {0, 3'000},
                                                             {4'000, 15'000},
                                                             {5'000, 20'000},
                                                             {2'000, 20'000},
                                                             {500, 1'000},
                                                             {10'000, 12'000},
                                                             {2'000, 15'000},
                                                             {2'000, 15'000},
                                                             {1'000, 20'000},
                                                             {1'000, 20'000},
                                                             {500, 8'000},
                                                             {1'000, 15'000},
                                                             {0, 4'000},
                                                             {1'000, 15'000},
                                                             {2'000, 15'000},
                                                             {2'000, 8'000}}};

bool of_broker(Kind kind) { return kind >= Kind::broker_kill; }
bool of_link(Kind kind) { return kind >= Kind::link_delay && kind <= Kind::link_one_way; }
/// After which a broker comes back with what it had on its disk.
bool is_hard(Kind kind) { return kind == Kind::broker_kill || kind == Kind::broker_disk; }
bool is_of_process(Kind kind) {
  return kind <= Kind::daemon_leave || kind == Kind::daemon_hide || is_hard(kind) || kind == Kind::broker_pause ||
         kind == Kind::broker_restart;
}

class Planner {
 public:
  explicit Planner(const PlanOptions& options) : options_(options), random_(options.seed) {}

  std::vector<Fault> plan() {
    const milliseconds gap = options_.length / std::max(options_.faults, 1);
    milliseconds now{1'000};
    while (static_cast<int>(plan_.size()) < options_.faults) {
      const bool fits = add_next(now) || add_next(now);
      now += fits ? gap / 2 + milliseconds(below(static_cast<int>(gap.count()) + 1)) : milliseconds(200);
    }
    return std::move(plan_);
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(std::max(n, 1))); }
  int between(int low, int high) { return low + below(high - low + 1); }

  /// The first kind of the deck that fits now; all kinds go into the deck again, behind those that still wait, when it
  /// gets small.
  bool add_next(milliseconds now) {
    if (deck_.size() < 3) {
      std::vector<Kind> kinds = options_.kinds;
      for (std::size_t i = kinds.size(); i > 1; --i) std::swap(kinds[i - 1], kinds[random_() % i]);
      deck_.insert(deck_.end(), kinds.begin(), kinds.end());
    }
    for (auto kind = deck_.begin(); kind != deck_.end(); ++kind) {
      if (!add(*kind, now)) continue;
      deck_.erase(kind);
      return true;
    }
    return false;
  }

  /// Tries a fault of this kind now; false where it would be too much at a time.
  bool add(Kind kind, milliseconds now) {
    Fault fault;
    fault.kind = kind;
    fault.begin = now;
    const auto [shortest, longest] = kLasts[static_cast<std::size_t>(kind)];
    fault.lasts = milliseconds(between(shortest, longest));
    choose_target(fault);
    choose_strength(fault);
    if (!fits(fault)) return false;
    plan_.push_back(fault);
    return true;
  }

  void choose_target(Fault& fault) {
    if (of_broker(fault.kind)) {
      fault.broker = fault.kind == Kind::broker_disk ? options_.disk_broker : below(options_.brokers);
      return;
    }
    // The last one is that which only joins for a while.
    fault.daemon = fault.kind == Kind::daemon_join ? options_.daemons : below(options_.daemons);
    if (of_link(fault.kind)) fault.broker = below(2) == 0 ? -1 : below(options_.brokers);
  }

  void choose_strength(Fault& fault) {
    fault.towards = below(2) == 0;
    // Records from a clock more than an hour ahead would be refused by a broker.
    fault.clock = std::chrono::seconds(between(-3'000, 3'000));
    switch (fault.kind) {
      case Kind::link_delay:
      case Kind::broker_slow:
        fault.link.delay = milliseconds(between(5, 400));
        fault.link.jitter = milliseconds(between(0, 200));
        break;
      case Kind::link_loss:
        fault.link.loss = between(2, 40) / 100.0;
        break;
      default:
        fault.link.cut = true;
    }
  }

  bool fits(const Fault& fault) {
    int away = 0;
    for (const Fault& other : plan_) {
      // What takes longer than planned, as starting does, is given some seconds.
      if (other.begin + other.lasts + milliseconds(of_broker(other.kind) ? 6'000 : 2'000) < fault.begin) continue;
      if (!of_link(fault.kind) && fault.kind == other.kind && of_broker(fault.kind) && is_hard(fault.kind))
        return false;
      if (is_hard(fault.kind) && is_hard(other.kind)) return false;
      if (fault.daemon >= 0 && fault.daemon == other.daemon && !of_link(fault.kind) && !of_link(other.kind) &&
          (fault.kind == other.kind || (is_of_process(fault.kind) && is_of_process(other.kind)))) {
        return false;
      }
      if (fault.daemon == other.daemon && of_link(fault.kind) && fault.kind == other.kind) return false;
      if (!of_broker(fault.kind) || !of_broker(other.kind)) continue;
      if (fault.broker == other.broker) return false;
      if (fault.kind != Kind::broker_slow && other.kind != Kind::broker_slow) ++away;
    }
    return away == 0 || (away == 1 && below(4) == 0);
  }

  const PlanOptions& options_;
  std::mt19937 random_;
  std::vector<Kind> deck_;
  std::vector<Fault> plan_;
};

std::string seconds_text(milliseconds time) {
  const auto tenths = time.count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

std::string_view name_of(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

Kind kind_named(const std::string& name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) throw std::invalid_argument("no kind of fault is called " + name);
  return static_cast<Kind>(found - kNames.begin());
}

std::string text_of(const Fault& fault) {
  std::string text(name_of(fault.kind));
  if (fault.daemon >= 0) text += " of daemon " + std::to_string(fault.daemon + 1);
  if (fault.broker >= 0)
    text += (fault.daemon >= 0 ? " and broker " : " of broker ") + std::to_string(fault.broker + 1);
  if (fault.link.loss > 0) text += ": " + std::to_string(std::lround(fault.link.loss * 100)) + " %";
  if (fault.link.delay.count() > 0) {
    text += ": " + std::to_string(fault.link.delay.count()) + " ms and up to " +
            std::to_string(fault.link.jitter.count()) + " more";
  }
  if (fault.kind == Kind::link_one_way) text += fault.towards ? ": what it sends" : ": what it is sent";
  if (fault.kind == Kind::daemon_clock) text += ": by " + std::to_string(fault.clock.count()) + " s";
  return text + ", " + seconds_text(fault.lasts);
}

std::vector<Fault> make_plan(const PlanOptions& options) { return Planner(options).plan(); }

}  // namespace coagwatch::fault
