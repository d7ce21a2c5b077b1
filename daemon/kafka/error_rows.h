#pragma once

// For tests: what the daemon makes of each error. errors_test.cc and member_errors_test.cc play every row, and
// errors_page_test.cc keeps errors.md in step.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/kafka/mock_kafka.h"

namespace coagwatch::daemon::kafka {

/// How a broker fails a request.
enum class Failure : std::uint8_t {
  once,        ///< one answer with `code`
  lost,        ///< the connection breaks instead of an answer
  late,        ///< carried out, and answered after socket.timeout.ms
  unanswered,  ///< each time, for as long as the daemon tries
};

/// What becomes of a transaction (CommitOutcome), as far as it is determined.
enum class Answer : std::uint8_t {
  committed,
  aborted,
  rejected,
  wrong_time,
  replace_or_unknown,  ///< depends on whether librdkafka noticed before the commit was asked for
  replace,
  unknown,
  ready,    ///< InitProducerId: the producer can be used
  retried,  ///< InitProducerId: not yet; the next try makes another handle
};

/// One request of the producer, one way in which it fails.
struct ErrorRow {
  Request request;
  rd_kafka_resp_err_t code;
  Failure failure;
  Answer answer;
  bool suspect;  ///< the producer is replaced before the next transaction, whatever the answer
};

inline std::string_view request_name(Request request) {
  switch (request) {
    case Request::produce:
      return "Produce";
    case Request::find_coordinator:
      return "FindCoordinator";
    case Request::init_producer_id:
      return "InitProducerId";
    case Request::add_partitions:
      return "AddPartitionsToTxn";
    case Request::add_offsets:
      return "AddOffsetsToTxn";
    case Request::end_txn:
      return "EndTxn";
    case Request::txn_offset_commit:
      return "TxnOffsetCommit";
    case Request::fetch:
      return "Fetch";
    case Request::list_offsets:
      return "ListOffsets";
    case Request::offset_fetch:
      return "OffsetFetch";
    case Request::join_group:
      return "JoinGroup";
    case Request::heartbeat:
      return "Heartbeat";
    case Request::consumer_group_heartbeat:
      return "ConsumerGroupHeartbeat";
    case Request::sync_group:
      break;
  }
  return "SyncGroup";
}

inline std::string failure_name(Failure failure, rd_kafka_resp_err_t code) {
  switch (failure) {
    case Failure::lost:
      return "connection lost";
    case Failure::late:
      return "answer too late";
    case Failure::unanswered:
      return code == RD_KAFKA_RESP_ERR__TRANSPORT ? "never answered"
                                                  : std::string(rd_kafka_err2name(code)) + " each time";
    case Failure::once:
      break;
  }
  // Newer than the library: it knows no name.
  return code == kTransactionAbortable ? "TRANSACTION_ABORTABLE" : rd_kafka_err2name(code);
}

/// A row's name as a test.
template <typename Row>
std::string test_name(const Row& row) {
  std::string name = std::string(request_name(row.request)) + "_" + failure_name(row.failure, row.code);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

/// Every row for one request.
inline void add_rows(std::vector<ErrorRow>& rows, Request request, Answer answer, bool suspect,
                     const std::vector<rd_kafka_resp_err_t>& codes) {
  for (const rd_kafka_resp_err_t code : codes) rows.push_back({request, code, Failure::once, answer, suspect});
}

/// What Produce is answered.
inline void add_produce_rows(std::vector<ErrorRow>& rows, const std::vector<rd_kafka_resp_err_t>& unforeseen) {
#define E(name) RD_KAFKA_RESP_ERR_##name
  const auto add = [&rows](Request request, Answer answer, bool suspect,
                           const std::vector<rd_kafka_resp_err_t>& codes) {
    add_rows(rows, request, answer, suspect, codes);
  };
  using enum Answer;
  using enum Request;
  add(produce, committed, false,
      {E(NOT_LEADER_FOR_PARTITION), E(UNKNOWN_TOPIC_OR_PART), E(NOT_ENOUGH_REPLICAS),
       E(NOT_ENOUGH_REPLICAS_AFTER_APPEND), E(KAFKA_STORAGE_ERROR), E(REQUEST_TIMED_OUT)});
  add(produce, rejected, true,
      {E(MSG_SIZE_TOO_LARGE), E(RECORD_LIST_TOO_LARGE), E(INVALID_RECORD), E(UNSUPPORTED_FOR_MESSAGE_FORMAT)});
  add(produce, wrong_time, true, {E(INVALID_TIMESTAMP)});
  add(produce, aborted, true,
      {E(TOPIC_AUTHORIZATION_FAILED), E(INVALID_TXN_STATE), E(INVALID_PRODUCER_ID_MAPPING), E(UNKNOWN_PRODUCER_ID),
       E(PRODUCER_FENCED)});
  add(produce, aborted, true, unforeseen);
  add(produce, replace_or_unknown, true, {E(INVALID_PRODUCER_EPOCH), E(OUT_OF_ORDER_SEQUENCE_NUMBER)});
#undef E
}

inline std::vector<ErrorRow> make_error_rows() {
#define E(name) RD_KAFKA_RESP_ERR_##name
  std::vector<ErrorRow> rows;
  const auto add = [&rows](Request request, Answer answer, bool suspect,
                           const std::vector<rd_kafka_resp_err_t>& codes) {
    add_rows(rows, request, answer, suspect, codes);
  };
  const auto no_answer = [&rows](Request request, Answer answer, bool suspect) {
    rows.push_back({request, E(_TRANSPORT), Failure::lost, answer, suspect});
    rows.push_back({request, E(_TIMED_OUT), Failure::late, answer, suspect});
  };
  using enum Answer;
  using enum Request;
  const std::vector<rd_kafka_resp_err_t> coordinator = {E(COORDINATOR_NOT_AVAILABLE), E(NOT_COORDINATOR),
                                                        E(COORDINATOR_LOAD_IN_PROGRESS), E(CONCURRENT_TRANSACTIONS)};
  const std::vector<rd_kafka_resp_err_t> unforeseen = {kTransactionAbortable, E(UNKNOWN)};

  add(find_coordinator, ready, false, {E(COORDINATOR_NOT_AVAILABLE)});
  add(find_coordinator, retried, false, {E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), E(CLUSTER_AUTHORIZATION_FAILED)});

  add(init_producer_id, ready, false, coordinator);
  add(init_producer_id, ready, false, unforeseen);
  add(init_producer_id, retried, false,
      {E(INVALID_PRODUCER_EPOCH), E(PRODUCER_FENCED), E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
       E(CLUSTER_AUTHORIZATION_FAILED)});
  no_answer(init_producer_id, ready, false);

  add(add_partitions, committed, false, coordinator);
  add(add_partitions, committed, false, {E(UNKNOWN_TOPIC_OR_PART)});
  add(add_partitions, aborted, false,
      {E(TOPIC_AUTHORIZATION_FAILED), E(OPERATION_NOT_ATTEMPTED), E(INVALID_PRODUCER_ID_MAPPING),
       E(UNKNOWN_PRODUCER_ID)});
  add(add_partitions, aborted, false, unforeseen);
  add(add_partitions, replace_or_unknown, false,
      {E(INVALID_PRODUCER_EPOCH), E(PRODUCER_FENCED), E(INVALID_TXN_STATE), E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
       E(CLUSTER_AUTHORIZATION_FAILED)});
  no_answer(add_partitions, committed, true);

  add_produce_rows(rows, unforeseen);
  no_answer(produce, committed, true);

  add(add_offsets, committed, false, coordinator);
  add(add_offsets, aborted, false,
      {E(GROUP_AUTHORIZATION_FAILED), E(PRODUCER_FENCED), E(INVALID_PRODUCER_ID_MAPPING), E(UNKNOWN_PRODUCER_ID)});
  add(add_offsets, aborted, false, unforeseen);
  add(add_offsets, replace, false,
      {E(INVALID_PRODUCER_EPOCH), E(INVALID_TXN_STATE), E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED)});
  no_answer(add_offsets, committed, true);

  add(txn_offset_commit, committed, false, coordinator);
  add(txn_offset_commit, committed, false, {E(UNKNOWN_TOPIC_OR_PART), E(REQUEST_TIMED_OUT)});
  add(txn_offset_commit, aborted, false,
      {E(ILLEGAL_GENERATION), E(UNKNOWN_MEMBER_ID), E(FENCED_INSTANCE_ID), E(STALE_MEMBER_EPOCH),
       E(FENCED_MEMBER_EPOCH), E(REBALANCE_IN_PROGRESS), E(GROUP_AUTHORIZATION_FAILED), E(TOPIC_AUTHORIZATION_FAILED),
       E(PRODUCER_FENCED), E(UNKNOWN_PRODUCER_ID)});
  add(txn_offset_commit, aborted, false, unforeseen);
  add(txn_offset_commit, replace, false,
      {E(INVALID_PRODUCER_EPOCH), E(INVALID_TXN_STATE), E(INVALID_PRODUCER_ID_MAPPING),
       E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED)});
  no_answer(txn_offset_commit, committed, true);

  add(end_txn, committed, true, {E(COORDINATOR_NOT_AVAILABLE), E(NOT_COORDINATOR)});
  add(end_txn, committed, false, {E(COORDINATOR_LOAD_IN_PROGRESS), E(CONCURRENT_TRANSACTIONS)});
  add(end_txn, unknown, false,
      {E(INVALID_PRODUCER_EPOCH), E(PRODUCER_FENCED), E(INVALID_TXN_STATE), E(INVALID_PRODUCER_ID_MAPPING),
       E(UNKNOWN_PRODUCER_ID), E(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), E(REQUEST_TIMED_OUT)});
  add(end_txn, unknown, false, unforeseen);
  no_answer(end_txn, committed, true);
  rows.push_back({end_txn, E(_TRANSPORT), Failure::unanswered, unknown, true});
#undef E
  return rows;
}

/// What becomes of the consumer.
enum class MemberAnswer : std::uint8_t {
  goes_on,           ///< nothing is told
  lost,              ///< the partitions are told as lost
  failed,            ///< a failure that names no partition; librdkafka tries again
  failed_partition,  ///< a failure of the partition
  delayed,           ///< a delay of the partition; librdkafka tries again
  told,              ///< the committed offset is told all the same
  not_told,          ///< it is not, for now
  ended,             ///< the member cannot go on: told as a conflict
};

/// One request of the consumer, one way in which it fails.
struct MemberRow {
  Request request;
  rd_kafka_resp_err_t code;
  Failure failure;
  MemberAnswer answer;
  bool consumer_protocol = false;  ///< of a member of that group protocol (KIP-848)
};

/// Every row for one request.
inline void add_rows(std::vector<MemberRow>& rows, Request request, MemberAnswer answer,
                     const std::vector<rd_kafka_resp_err_t>& codes, bool consumer_protocol = false) {
  for (const rd_kafka_resp_err_t code : codes) {
    const Failure failure = code == RD_KAFKA_RESP_ERR__TRANSPORT ? Failure::lost : Failure::once;
    rows.push_back({request, code, failure, answer, consumer_protocol});
  }
}

inline std::vector<MemberRow> make_member_rows() {
#define E(name) RD_KAFKA_RESP_ERR_##name
  std::vector<MemberRow> rows;
  const auto add = [&rows](Request request, MemberAnswer answer, const std::vector<rd_kafka_resp_err_t>& codes) {
    add_rows(rows, request, answer, codes);
  };
  using enum MemberAnswer;
  using enum Request;
  add(join_group, goes_on,
      {E(UNKNOWN_MEMBER_ID), E(COORDINATOR_NOT_AVAILABLE), E(NOT_COORDINATOR), E(COORDINATOR_LOAD_IN_PROGRESS),
       E(_TRANSPORT)});
  add(join_group, failed,
      {E(REBALANCE_IN_PROGRESS), E(INCONSISTENT_GROUP_PROTOCOL), E(GROUP_MAX_SIZE_REACHED),
       E(GROUP_AUTHORIZATION_FAILED)});
  add(sync_group, goes_on,
      {E(COORDINATOR_NOT_AVAILABLE), E(NOT_COORDINATOR), E(COORDINATOR_LOAD_IN_PROGRESS), E(REBALANCE_IN_PROGRESS),
       E(ILLEGAL_GENERATION), E(UNKNOWN_MEMBER_ID), E(_TRANSPORT)});
  add(heartbeat, goes_on,
      {E(REBALANCE_IN_PROGRESS), E(COORDINATOR_NOT_AVAILABLE), E(NOT_COORDINATOR), E(COORDINATOR_LOAD_IN_PROGRESS),
       E(_TRANSPORT)});
  add(heartbeat, lost, {E(ILLEGAL_GENERATION), E(UNKNOWN_MEMBER_ID)});
  add(heartbeat, ended, {E(FENCED_INSTANCE_ID)});
  add(offset_fetch, told, {E(UNSTABLE_OFFSET_COMMIT), E(COORDINATOR_LOAD_IN_PROGRESS), E(REQUEST_TIMED_OUT)});
  add(offset_fetch, not_told,
      {E(NOT_COORDINATOR), E(COORDINATOR_NOT_AVAILABLE), E(GROUP_AUTHORIZATION_FAILED), E(UNKNOWN_MEMBER_ID)});
  rows.push_back({offset_fetch, E(UNSTABLE_OFFSET_COMMIT), Failure::unanswered, not_told, false});
  add(fetch, goes_on,
      {E(UNKNOWN_TOPIC_OR_PART), E(LEADER_NOT_AVAILABLE), E(NOT_LEADER_FOR_PARTITION), E(BROKER_NOT_AVAILABLE),
       E(REPLICA_NOT_AVAILABLE), E(KAFKA_STORAGE_ERROR), E(UNKNOWN_LEADER_EPOCH), E(FENCED_LEADER_EPOCH),
       E(OFFSET_NOT_AVAILABLE), E(_TRANSPORT)});
  add(fetch, delayed, {E(TOPIC_AUTHORIZATION_FAILED), E(UNKNOWN)});
  add(fetch, failed_partition, {E(OFFSET_OUT_OF_RANGE), E(INVALID_MSG)});
#undef E
  return rows;
}

/// What differs with `kafka.group-protocol: consumer`; played with a librdkafka that has it.
inline std::vector<MemberRow> make_consumer_protocol_rows() {
#define E(name) RD_KAFKA_RESP_ERR_##name
  std::vector<MemberRow> rows;
  const auto add = [&rows](Request request, MemberAnswer answer, const std::vector<rd_kafka_resp_err_t>& codes) {
    add_rows(rows, request, answer, codes, true);
  };
  using enum MemberAnswer;
  using enum Request;
  add(consumer_group_heartbeat, goes_on,
      {E(COORDINATOR_NOT_AVAILABLE), E(NOT_COORDINATOR), E(COORDINATOR_LOAD_IN_PROGRESS), E(_TRANSPORT)});
  add(consumer_group_heartbeat, lost, {E(UNKNOWN_MEMBER_ID), E(FENCED_MEMBER_EPOCH)});
  add(consumer_group_heartbeat, ended,
      {E(UNRELEASED_INSTANCE_ID), E(FENCED_INSTANCE_ID), E(UNSUPPORTED_VERSION), E(UNSUPPORTED_ASSIGNOR),
       E(INVALID_REQUEST), E(GROUP_MAX_SIZE_REACHED), E(GROUP_AUTHORIZATION_FAILED), E(GROUP_ID_NOT_FOUND)});
  add(offset_fetch, told, {E(UNSTABLE_OFFSET_COMMIT), E(COORDINATOR_LOAD_IN_PROGRESS), E(REQUEST_TIMED_OUT)});
  add(offset_fetch, not_told, {E(STALE_MEMBER_EPOCH), E(UNKNOWN_MEMBER_ID), E(GROUP_AUTHORIZATION_FAILED)});
#undef E
  return rows;
}

}  // namespace coagwatch::daemon::kafka
