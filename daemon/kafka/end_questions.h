#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "daemon/kafka/error.h"
#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

/// Asks the leaders of partitions where they end, and knows how old each answer is. librdkafka does not tell that of
/// its fetches.
///
/// Not thread-safe. Goes before the handle that it asks with.
class EndQuestions {
 public:
  using Clock = std::chrono::steady_clock;

  /// The last stable end of a partition, as its leader told it when asked within the last second; otherwise asks. Waits
  /// for an answer for up to 50 ms where the last question was answered, and else for none: nullopt, ask again later.
  std::optional<std::int64_t> ask(rd_kafka_t* handle, std::int32_t number, const std::string& topic,
                                  std::int32_t partition);
  /// No answer to an earlier question of that partition counts.
  void forget(std::int32_t number) { questions_.erase(number); }
  /// What was wrong with the last answer; no error where nothing was.
  [[nodiscard]] const Error& problem() const { return problem_; }

 private:
  struct Question {
    std::uintptr_t id = 0;  // 0: none is open
    Clock::time_point asked;
    std::optional<std::int64_t> end;  // told to the last question that was answered
    Clock::time_point told_for;       // when that was asked
    bool failed = false;              // the last one was not answered in time
  };
  void send(rd_kafka_t* handle, Question& question, const std::string& topic, std::int32_t partition);
  bool take_answer(std::chrono::milliseconds timeout);

  QueueHandle queue_;
  std::map<std::int32_t, Question> questions_;
  std::uintptr_t last_id_ = 0;
  Error problem_;
};

}  // namespace coagwatch::daemon::kafka
