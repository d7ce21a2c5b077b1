#pragma once

#include <librdkafka/rdkafka.h>

#include <string>

namespace coagwatch::daemon::kafka {

/// What a call of librdkafka ended with. A value: no exceptions, no ownership.
struct Error {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;             ///< for people; names no record
  bool fatal = false;           ///< this producer or consumer instance is finished
  bool retriable = false;       ///< the same call with the same arguments may succeed
  bool requires_abort = false;  ///< the open transaction can only be aborted

  /// True if it is an error.
  explicit operator bool() const { return code != RD_KAFKA_RESP_ERR_NO_ERROR; }

  /// Takes over librdkafka's object; null is success.
  static Error take(rd_kafka_error_t* error);
  static Error of(rd_kafka_resp_err_t code);
};

/// The code's name and meaning: `_TRANSPORT (Local: Broker transport failure)`.
std::string describe(rd_kafka_resp_err_t code);

/// Why librdkafka will not be a member of the group any more, for people; `consumer` has met a fatal error.
std::string why_member_ended(rd_kafka_t* consumer);

/// The broker cannot be reached or is not ready yet; nothing is known to be wrong.
bool is_unreachable(rd_kafka_resp_err_t code);

/// The broker will not take the record however often it is sent: its size or its content.
bool is_rejection(rd_kafka_resp_err_t code);

/// What was to be read there is gone or damaged: reading on would skip it. Everything else that a fetch meets, also a
/// right that was withdrawn, may pass, and librdkafka asks again.
bool is_end_of_reading(rd_kafka_resp_err_t code);
/// Of those: what was to be read next is not there.
bool is_out_of_range(rd_kafka_resp_err_t code);

/// A request that ended so may have been carried out, or may yet be (KIP-890).
bool is_indefinite(rd_kafka_resp_err_t code);

}  // namespace coagwatch::daemon::kafka
