#include "daemon/kafka/txn_watch.h"

#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::int16_t kProduce = 0;
constexpr std::int16_t kAddPartitionsToTxn = 24;
constexpr std::int16_t kAddOffsetsToTxn = 25;
constexpr std::int16_t kEndTxn = 26;
constexpr std::int16_t kTxnOffsetCommit = 28;

bool is_transactional(std::int16_t api_key) {
  return api_key == kProduce || api_key == kAddPartitionsToTxn || api_key == kAddOffsetsToTxn || api_key == kEndTxn ||
         api_key == kTxnOffsetCommit;
}

}  // namespace

void TxnWatch::install(rd_kafka_conf_t* conf) {
  rd_kafka_conf_interceptor_add_on_new(conf, "coagwatch-txn-watch", &TxnWatch::on_new, this);
}

rd_kafka_resp_err_t TxnWatch::on_new(rd_kafka_t* rk, const rd_kafka_conf_t* /*conf*/, void* self, char* /*errstr*/,
                                     std::size_t /*errstr_size*/) {
  const auto sent = rd_kafka_interceptor_add_on_request_sent(rk, "coagwatch-txn-watch", &on_request_sent, self);
  if (sent != RD_KAFKA_RESP_ERR_NO_ERROR) return sent;
  return rd_kafka_interceptor_add_on_response_received(rk, "coagwatch-txn-watch", &on_response, self);
}

rd_kafka_resp_err_t TxnWatch::on_request_sent(rd_kafka_t* /*rk*/, int /*sockfd*/, const char* /*brokername*/,
                                              std::int32_t /*brokerid*/, std::int16_t api_key,
                                              std::int16_t /*api_version*/, std::int32_t /*corr_id*/,
                                              std::size_t /*size*/, void* self) {
  if (api_key == kEndTxn) static_cast<TxnWatch*>(self)->end_sent_.store(true, std::memory_order_release);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t TxnWatch::on_response(rd_kafka_t* /*rk*/, int /*sockfd*/, const char* /*brokername*/,
                                          std::int32_t /*brokerid*/, std::int16_t api_key, std::int16_t /*api_version*/,
                                          std::int32_t /*corr_id*/, std::size_t /*size*/, std::int64_t /*rtt*/,
                                          rd_kafka_resp_err_t err, void* self) {
  if (is_transactional(api_key) && is_indefinite(err)) {
    auto* watch = static_cast<TxnWatch*>(self);
    watch->indefinite_results_.fetch_add(1, std::memory_order_relaxed);
    watch->indefinite_.store(true, std::memory_order_release);
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace coagwatch::daemon::kafka
