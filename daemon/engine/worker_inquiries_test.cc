// What a worker says of its patients to other threads.

#include "daemon/engine/worker_fixture.h"
#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {
namespace {

class WorkerInquiriesTest : public WorkerTest {
 protected:
  Inquiries::Answer ask(const std::string& patient) {
    std::future<Inquiries::Answer> answer = worker().ask(patient);
    step();
    EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    return answer.get();
  }
};

TEST_F(WorkerInquiriesTest, AnswersWhatIsCommitted) {
  assign({0, 1});
  sick_patient(1, 0);
  EXPECT_FALSE(ask("Patient/17")) << "it has come, and is not committed";
  play();
  const Inquiries::Answer known = ask("Patient/17");
  ASSERT_TRUE(known);
  rules::PatientState state;
  EXPECT_EQ(decode_state(known->state, state), std::nullopt);
  EXPECT_EQ(state.results.size(), 2U);
  EXPECT_FALSE(state.decisions.empty());
  EXPECT_EQ(known->rules, settings_.rules);
  EXPECT_FALSE(ask("Patient/18"));
}

TEST_F(WorkerInquiriesTest, AnAbortLeavesNothing) {
  assign({0});
  broker_.commit_outcomes = {CommitOutcome::aborted};
  sick_patient(0, 0);
  play();
  EXPECT_FALSE(ask("Patient/17"));
}

TEST_F(WorkerInquiriesTest, SomebodyElsesPatientsAreUnknown) {
  assign({0});
  sick_patient(0, 0);
  play();
  broker_.push_event(BrokerEvent::Kind::lost, {0});
  play();
  EXPECT_FALSE(ask("Patient/17"));
}

TEST(Inquiries, TooManyAreAnsweredAtOnce) {
  Inquiries inquiries;
  std::vector<std::future<Inquiries::Answer>> waiting;
  for (std::size_t i = 0; i < Inquiries::kMaxWaiting; ++i) waiting.push_back(inquiries.ask("a"));
  std::future<Inquiries::Answer> refused = inquiries.ask("b");
  EXPECT_EQ(refused.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_FALSE(refused.get());
  EXPECT_TRUE(inquiries.waiting());
  inquiries.answer([](const std::string& patient) { return KnownPatient{patient, nullptr}; });
  EXPECT_EQ(waiting.front().get()->state, "a");
  EXPECT_FALSE(inquiries.waiting());
}

}  // namespace
}  // namespace coagwatch::daemon
