#pragma once

// For tests: what the daemon makes of each error of those who read the state topic. reader_errors_test.cc plays every
// row, and errors_page_test.cc keeps errors.md in step.

#include <vector>

#include "daemon/kafka/error_rows.h"

namespace coagwatch::daemon::kafka {

/// What becomes of a partition of the state topic that is read.
enum class ReaderAnswer : std::uint8_t {
  goes_on,   ///< each record is handed over once, in order
  not_told,  ///< where it begins and ends, for now; the next question is answered
  ends,      ///< it cannot be read from here
};

/// One request of the reader, one way in which it fails.
struct ReaderRow {
  Request request;
  rd_kafka_resp_err_t code;
  Failure failure;
  ReaderAnswer answer;
};

inline std::vector<ReaderRow> make_reader_rows() {
#define E(name) RD_KAFKA_RESP_ERR_##name
  std::vector<ReaderRow> rows;
  const auto add = [&rows](Request request, ReaderAnswer answer, const std::vector<rd_kafka_resp_err_t>& codes) {
    for (const rd_kafka_resp_err_t code : codes) {
      rows.push_back({request, code, code == E(_TRANSPORT) ? Failure::lost : Failure::once, answer});
    }
  };
  using enum ReaderAnswer;
  using enum Request;
  add(list_offsets, not_told,
      {E(UNKNOWN_TOPIC_OR_PART), E(LEADER_NOT_AVAILABLE), E(NOT_LEADER_FOR_PARTITION), E(KAFKA_STORAGE_ERROR),
       E(UNKNOWN_LEADER_EPOCH), E(FENCED_LEADER_EPOCH), E(TOPIC_AUTHORIZATION_FAILED), E(UNKNOWN), E(_TRANSPORT)});
  add(fetch, goes_on,
      {E(UNKNOWN_TOPIC_OR_PART), E(LEADER_NOT_AVAILABLE), E(NOT_LEADER_FOR_PARTITION), E(BROKER_NOT_AVAILABLE),
       E(REPLICA_NOT_AVAILABLE), E(KAFKA_STORAGE_ERROR), E(UNKNOWN_LEADER_EPOCH), E(FENCED_LEADER_EPOCH),
       E(OFFSET_NOT_AVAILABLE), E(TOPIC_AUTHORIZATION_FAILED), E(UNKNOWN), E(_TRANSPORT)});
  add(fetch, ends, {E(OFFSET_OUT_OF_RANGE), E(INVALID_MSG)});
#undef E
  return rows;
}

}  // namespace coagwatch::daemon::kafka
