#include "daemon/engine/inquiries.h"

#include <utility>

namespace coagwatch::daemon {

std::future<Inquiries::Answer> Inquiries::ask(std::string patient) {
  Question question{std::move(patient), {}};
  std::future<Answer> answer = question.answer.get_future();
  const std::lock_guard lock(mutex_);
  if (questions_.size() >= kMaxWaiting) {
    question.answer.set_value(std::nullopt);
    return answer;
  }
  questions_.push_back(std::move(question));
  waiting_.store(true, std::memory_order_relaxed);
  return answer;
}

void Inquiries::answer(const std::function<Answer(const std::string& patient)>& find) {
  std::vector<Question> questions;
  {
    const std::lock_guard lock(mutex_);
    questions.swap(questions_);
    waiting_.store(false, std::memory_order_relaxed);
  }
  for (Question& question : questions) question.answer.set_value(find(question.patient));
}

}  // namespace coagwatch::daemon
