#include "daemon/kafka/end_questions.h"

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
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_LISTOFFSETS));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(kRequestTimeout.count()), text,
                                            sizeof text);
  rd_kafka_error_destroy(
      rd_kafka_AdminOptions_set_isolation_level(options.get(), RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED));
  // NOLINTNEXTLINE(performance-no-int-to-ptr): only ever a number.
  rd_kafka_AdminOptions_set_opaque(options.get(), reinterpret_cast<void*>(question.id));
  const PartitionListHandle asked = one_partition(topic, partition, RD_KAFKA_OFFSET_SPEC_LATEST);
  rd_kafka_ListOffsets(handle, asked.get(), options.get(), queue_.get());
}

/// False if none came.
bool EndQuestions::take_answer(milliseconds timeout) {
  const EventHandle event(rd_kafka_queue_poll(queue_.get(), static_cast<int>(timeout.count())));
  if (!event) return false;
  const auto id = reinterpret_cast<std::uintptr_t>(rd_kafka_event_opaque(event.get()));
  for (auto& [number, question] : questions_) {
    if (question.id != id) continue;
    question.id = 0;
    problem_ = Error::of(rd_kafka_event_error(event.get()));
    const rd_kafka_ListOffsets_result_t* result = rd_kafka_event_ListOffsets_result(event.get());
    std::size_t count = 0;
    const auto** infos = result == nullptr ? nullptr : rd_kafka_ListOffsets_result_infos(result, &count);
    if (!problem_ && count == 1) {
      const auto* answer = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[0]);
      problem_ = Error::of(answer->err);
      if (!problem_) {
        question.end = answer->offset;
        question.told_for = question.asked;
      }
    }
    question.failed = static_cast<bool>(problem_);
  }
  return true;
}

}  // namespace coagwatch::daemon::kafka
