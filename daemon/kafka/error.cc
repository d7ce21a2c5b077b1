#include "daemon/kafka/error.h"

#include "daemon/kafka/handles.h"

namespace coagwatch::daemon::kafka {

Error Error::take(rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  const ErrorHandle owner(error);
  Error out;
  out.code = rd_kafka_error_code(error);
  out.text = std::string(rd_kafka_error_name(error)) + " (" + rd_kafka_error_string(error) + ")";
  out.fatal = rd_kafka_error_is_fatal(error) != 0;
  out.retriable = rd_kafka_error_is_retriable(error) != 0;
  out.requires_abort = rd_kafka_error_txn_requires_abort(error) != 0;
  return out;
}

Error Error::of(rd_kafka_resp_err_t code) {
  Error out;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  out.code = code;
  out.text = describe(code);
  out.fatal = code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__FENCED;
  return out;
}

std::string describe(rd_kafka_resp_err_t code) {
  return std::string(rd_kafka_err2name(code)) + " (" + rd_kafka_err2str(code) + ")";
}

std::string why_member_ended(rd_kafka_t* consumer) {
  char text[512] = {};
  const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(consumer, text, sizeof text);
  const std::string said = describe(cause) + ": " + text;
  switch (cause) {
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return "another process has joined the group under the same instance, or an answer to this one was lost as it "
             "joined (a broker was restarted, or out of reach): " +
             said;
    case RD_KAFKA_RESP_ERR_UNRELEASED_INSTANCE_ID:
      return "another process is in the group under the same instance, or one ended without leaving and its session "
             "has not: " +
             said;
    case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND:
      return "the group has members of the other group protocol (kafka.group-protocol); end all of them, then start "
             "this "
             "process again: " +
             said;
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
      return "the broker does not have the group protocol (kafka.group-protocol): " + said;
    default:
      return "the group does not take this process: " + said;
  }
}

bool is_unreachable(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
      return true;
    default:
      return false;
  }
}

bool is_rejection(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
      return true;
    default:
      return false;
  }
}

bool is_end_of_reading(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    // The client goes on behind what it cannot read.
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
      return true;
    default:
      return false;
  }
}

bool is_out_of_range(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE || code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
}

bool is_indefinite(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
      return true;
    default:
      return false;
  }
}

}  // namespace coagwatch::daemon::kafka
