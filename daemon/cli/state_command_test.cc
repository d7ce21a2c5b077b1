#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/program_fixture.h"
#include "daemon/fold/state_sample.h"
#include "daemon/kafka/capture.h"

namespace coagwatch::daemon {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// The program on a capture of a state topic.
class StateCommand : public ProgramTest {
 protected:
  void put(std::string_view key, std::optional<std::string_view> value) {
    if (capture_.empty()) kafka::append_capture_header("coagwatch.state", 1, capture_);
    kafka::CapturedRecord record;
    record.topic = "coagwatch.state";
    record.offset = offset_++;
    record.key = key;
    record.value = value;
    kafka::append_capture_line(record, capture_);
  }
  void put_partition() {
    PartitionRecord record;
    record.last_offset = 41;
    record.rule_set = "abcdefgh0123";
    record.owner = "coagwatch.one.0";
    std::string bytes;
    encode_partition_record(record, bytes);
    put(kPartitionRecordKey, bytes);
  }

  std::string capture_;
  std::int64_t offset_ = 0;
};

TEST_F(StateCommand, DumpPrintsTheLastStateOfEach) {
  put("Patient/17", encoded({}));
  put("Patient/18", encoded(sample()));
  put("Patient/17", encoded(sample()));
  put("Patient/18", std::nullopt);
  put_partition();
  const Outcome outcome = run({"state", "dump", "-"}, capture_);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto lines = lines_of(outcome.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0],
              AllOf(HasSubstr(R"("partition-record":{"input-offset":41,)"), HasSubstr(R"("owner":"coagwatch.one.0")")));
  EXPECT_THAT(lines[1], AllOf(StartsWith(R"({"partition":0,"offset":2,"patient":"Patient/17",)"),
                              HasSubstr(R"("measure":"d-dimer","low":"45.50","high":"45.50")"),
                              HasSubstr(R"({"fact":"renal-replacement","value":"yes",)"),
                              HasSubstr(R"("state":"open","published":true)"), HasSubstr(R"("stage":"open")"),
                              HasSubstr(R"("kind":"probable","priority":"interruptive","cause":"extreme")")));
  const Outcome one = run({"state", "dump", "-", "--patient", "Patient/17"}, capture_);
  EXPECT_EQ(one.out, lines[1] + "\n");
  EXPECT_THAT(run({"state", "dump", "-", "--patient", "Patient/18"}, capture_).out, IsEmpty());
}

TEST_F(StateCommand, VerifyCountsAndNamesNobody) {
  put("Patient/17", encoded(sample()));
  put_partition();
  const Outcome good = run({"state", "verify", "-"}, capture_);
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.out, AllOf(HasSubstr("partition 0: 2 records, 1 patients, 559 bytes, input offset 41, rule set "
                                        "abcdefgh, written by coagwatch.one.0\n"),
                              EndsWith("2 passed, 0 failed\n")));
  put("Patient/17", "\x03nonsense");
  const Outcome bad = run({"state", "verify", "-"}, capture_);
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.out, AllOf(HasSubstr("partition 0, offset 2: "), EndsWith("2 passed, 1 failed\n"),
                             Not(HasSubstr("Patient/17"))));
  EXPECT_EQ(run({"state", "dump", "-"}, capture_).code, 1);
}

TEST_F(StateCommand, VerifyDoesNotPassWhereNothingIs) {
  kafka::append_capture_header("coagwatch.state", 1, capture_);
  const Outcome outcome = run({"state", "verify", "-"}, capture_);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("no record at all"), EndsWith("0 passed, 1 failed\n")));
}

TEST_F(StateCommand, AsksForOneSource) {
  EXPECT_EQ(run({"state"}).code, 2);
  EXPECT_EQ(run({"state", "dump"}).code, 2);
  EXPECT_THAT(run({"state", "verify", "-"}, "{}\n").err, HasSubstr("a capture of the state topic is expected"));
}

}  // namespace
}  // namespace coagwatch::daemon
