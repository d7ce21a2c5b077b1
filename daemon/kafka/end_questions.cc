#include "daemon/kafka/end_questions.h"

#include "daemon/kafka/offset_question.h"

namespace coagwatch::daemon::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFresh{1'000};
constexpr milliseconds kRequestTimeout{1'000};
constexpr milliseconds kWait{50};

}  // namespace

std::optional<std::int64_t> EndQuestions::ask(rd_kafka_t* handle, std::int32_t number, const std::string& topic,
                                              std::int32_t partition) {
  if (!queue_) queue_.reset(rd_kafka_queue_new(handle));
  while (take_answer(milliseconds(0))) {
  }
  Question& question = questions_[number];
  const auto start = Clock::now();
  const auto is_fresh = [&] { return question.end && Clock::now() - question.told_for <= kFresh; };
  if (is_fresh()) return question.end;
  if (question.id == 0) send(handle, question, topic, partition);
  while (!question.failed && question.id != 0) {
    const auto left = std::chrono::ceil<milliseconds>(start + kWait - Clock::now());
    if (left <= milliseconds(0)) break;
    take_answer(left);
  }
  // One that takes so long is not waited for again.
  if (question.id != 0) question.failed = true;
  return is_fresh() ? question.end : std::nullopt;
}

void EndQuestions::send(rd_kafka_t* handle, Question& question, const std::string& topic, std::int32_t partition) {
  question.id = ++last_id_;
  question.asked = Clock::now();
  ask_offset(handle, topic, partition,
             {RD_KAFKA_OFFSET_SPEC_LATEST, RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED, kRequestTimeout, question.id},
             queue_.get());
}

/// False if none came.
bool EndQuestions::take_answer(milliseconds timeout) {
  const EventHandle event(rd_kafka_queue_poll(queue_.get(), static_cast<int>(timeout.count())));
  if (!event) return false;
  const std::uintptr_t id = question_of(event.get());
  for (auto& [number, question] : questions_) {
    if (question.id != id) continue;
    question.id = 0;
    ToldOffset end;
    problem_ = offset_in(event.get(), end);
    if (!problem_) {
      question.end = end.offset;
      question.told_for = question.asked;
    }
    question.failed = static_cast<bool>(problem_);
  }
  return true;
}

}  // namespace coagwatch::daemon::kafka
