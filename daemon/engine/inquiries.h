#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// A patient as a worker knew him at its last commit.
struct KnownPatient {
  std::string state;                            ///< as in the changelog (daemon/fold/state_codec.h)
  std::shared_ptr<const rules::RuleSet> rules;  ///< in force in that worker
};

/// What other threads ask a worker about patients. It answers between two records, so that neither waits for the other.
///
/// ask() is for any thread, answer() for the worker's; waiting() for both.
class Inquiries {
 public:
  using Answer = std::optional<KnownPatient>;
  static constexpr std::size_t kMaxWaiting = 64;

  /// The answer is nullopt for a patient who is in no running partition of the worker, and when too many wait. While
  /// the worker does not run there is none: wait for a bounded time.
  std::future<Answer> ask(std::string patient);

  [[nodiscard]] bool waiting() const { return waiting_.load(std::memory_order_relaxed); }
  /// Answers all.
  void answer(const std::function<Answer(const std::string& patient)>& find);

 private:
  struct Question {
    std::string patient;
    std::promise<Answer> answer;
  };
  std::atomic<bool> waiting_{false};  // spares every step the lock
  std::mutex mutex_;
  std::vector<Question> questions_;  // guarded by mutex_
};

}  // namespace coagwatch::daemon
