// errors.md says what errors_test.cc and member_errors_test.cc play: it is written from the same rows.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/kafka/error.h"
#include "daemon/kafka/error_rows.h"
#include "daemon/kafka/reader_rows.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::string_view kHead = R"(# What the daemon makes of each error of Kafka

Written from `error_rows.h` by `errors_page_test.cc`; every row is a test of that name (`daemon_test
--gtest_filter='*Errors.*'`), in which librdkafka's mock cluster fails the request and what comes next must work: the
next transaction, the next record. What the column `worker` says follows from the columns before it, by the table of
outcomes in [daemon/engine](../engine/README.md) and its tests (`worker_test.cc`, `worker_assignment_test.cc`).

## Producer
`suspect`: before the next transaction a new producer is made under the same id, so that no straggler can touch it
(KIP-890). What librdkafka repeats by itself is not seen at all, unless it takes longer than half of
`socket.timeout.ms`: then the producer is suspect too. An error of Produce or AddPartitionsToTxn shows when the commit is
asked for, or before.

- An EndTxn that was refused may have been repeated after an earlier one that was carried out: unknown, whatever the
  error.
- A record that cannot be written leaves a gap in its producer's sequence numbers, so the producer is replaced.
- After the second fencing within a minute, not counting those of a transaction open for long, the producer is replaced
  only a heartbeat later, when the group has told whoever lost the name. The third is another process under our id:
  nothing is committed any more, and the process ends.
- A mark (daemon/engine/README.md, "Answers of the past") has nothing else in its transaction: what fails in one is tried
  again, 200 ms later or more, whatever the error.

| request | what the broker does | librdkafka | transaction | suspect | worker |
|---|---|---|---|---|---|
)";

constexpr std::string_view kMember = R"(
## Consumer

| request | what the broker does | told to the engine | worker |
|---|---|---|---|
)";

constexpr std::string_view kConsumerProtocol = R"(
## Consumer, where it differs with `kafka.group-protocol: consumer`
The broker shares out the partitions and tells each member in the answer to its ConsumerGroupHeartbeat. To a
transaction that tells an epoch of the past, the broker says ILLEGAL_GENERATION or STALE_MEMBER_EPOCH (above,
TxnOffsetCommit): it is aborted and its records come again.

| request | what the broker does | told to the engine | worker |
|---|---|---|---|
)";

constexpr std::string_view kReader = R"(
## Readers of the state topic
A request that fails is made again. `coagwatch.commands` is read likewise, and stops its partition where it cannot be
(`command_reader_test.cc`).

| request | what the broker does | told to the engine | worker |
|---|---|---|---|
)";

std::string line(const ErrorRow& row) {
  std::string_view library = "must abort";
  std::string_view transaction;
  std::string_view worker;
  switch (row.answer) {
    case Answer::committed:
      library = "repeats it";
      transaction = "committed";
      worker = row.suspect ? "new producer, goes on" : "goes on";
      break;
    case Answer::aborted:
      transaction = "aborted";
      worker = row.suspect ? "aborts, rewinds; new producer" : "aborts, rewinds";
      break;
    case Answer::rejected:
      transaction = "rejected";
      worker = "aborts; its partitions stop; new producer";
      break;
    case Answer::wrong_time:
      transaction = "wrong time";
      worker = "aborts, rewinds; waits 5 s; new producer";
      break;
    case Answer::replace_or_unknown:
      library = "fatal";
      transaction = "replace, or unknown if the commit had begun";
      worker = "new producer; rewinds, or restores";
      break;
    case Answer::replace:
      library = "fatal";
      transaction = "replace";
      worker = "new producer, rewinds";
      break;
    case Answer::unknown:
      library = row.failure == Failure::unanswered ? "repeats it, 15 s" : "fatal, or must abort";
      transaction = "unknown";
      worker = "new producer, restores";
      break;
    case Answer::ready:
      library = "repeats it";
      transaction = "–";
      worker = "waits";
      break;
    case Answer::retried:
      library = "fatal";
      transaction = "–";
      worker = "tries again with a new handle, up to 5 s later";
      break;
  }
  std::ostringstream out;
  out << "| " << request_name(row.request) << " | " << failure_name(row.failure, row.code) << " | " << library << " | "
      << transaction << " | " << (row.suspect ? "yes" : "") << " | " << worker << " |\n";
  return out.str();
}

std::string line(const MemberRow& row) {
  std::string_view told = "nothing";
  std::string_view worker = "goes on";
  switch (row.answer) {
    case MemberAnswer::goes_on:
      break;
    case MemberAnswer::lost:
      told = "lost";
      worker = "aborts, forgets the partitions; restores what it is given";
      break;
    case MemberAnswer::failed:
      told = "failed, of no partition";
      worker = "goes on, and says so in `/status`; librdkafka tries again";
      break;
    case MemberAnswer::delayed:
      told = "delayed, the partition";
      worker = "goes on, and shows it in `/readyz` until 10 s after the last time; librdkafka tries again";
      break;
    case MemberAnswer::failed_partition:
      told = "failed, of the partition";
      worker = is_out_of_range(row.code)
                   ? "asks for half a minute where the topic ends, and goes on where it was told so by a leader of the "
                     "past; otherwise the partition stops"
                   : "the partition stops";
      break;
    case MemberAnswer::ended:
      told = "conflict";
      worker = "commits nothing any more; the process ends with 2";
      break;
    case MemberAnswer::told:
      told = "the offset, after a repetition";
      break;
    case MemberAnswer::not_told:
      told = "not yet";
      worker = "the partition waits; asks again after 200 ms";
      break;
  }
  std::ostringstream out;
  out << "| " << request_name(row.request) << " | " << failure_name(row.failure, row.code) << " | " << told << " | "
      << worker << " |\n";
  return out.str();
}

std::string line(const ReaderRow& row) {
  std::string_view told = "nothing; each record once, in order";
  std::string_view worker = "goes on";
  if (row.answer == ReaderAnswer::not_told) {
    told = "not yet where the partition ends";
    worker = "the partition waits; asks again";
  } else if (row.answer == ReaderAnswer::ends) {
    told = "it cannot be read from here";
    worker = "the partition stops; a standby is read anew";
  }
  std::ostringstream out;
  out << "| " << request_name(row.request) << " | " << failure_name(row.failure, row.code) << " | " << told << " | "
      << worker << " |\n";
  return out.str();
}

TEST(ErrorsPage, SaysWhatIsTested) {
  std::string page(kHead);
  for (const ErrorRow& row : make_error_rows()) page += line(row);
  page += kMember;
  for (const MemberRow& row : make_member_rows()) page += line(row);
  page += kConsumerProtocol;
  for (const MemberRow& row : make_consumer_protocol_rows()) page += line(row);
  page += kReader;
  for (const ReaderRow& row : make_reader_rows()) page += line(row);
  const auto file = std::filesystem::path(__FILE__).parent_path() / "errors.md";
  if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) std::ofstream(file) << page;
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), page) << "run this test with COAGWATCH_TEST_UPDATE=1 to rewrite errors.md";
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
