#include "daemon/kafka/client.h"

#include <cstdlib>
#include <future>
#include <string_view>
#include <thread>

#include "daemon/kafka/error.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::seconds kDestroyDeadline{3};
constexpr int kAskWhoLeadsMillis = 1'000;

LogLevel from_syslog(int level) {
  if (level <= 3) return LogLevel::error;
  if (level == 4) return LogLevel::warning;
  if (level <= 6) return LogLevel::info;
  return LogLevel::debug;
}

/// Said of every property that is passed to producers and consumers alike; a site sets them for all at once.
bool is_noise(std::string_view facility, std::string_view text) {
  return facility == "CONFWARN" && (text.find("is a consumer property") != std::string_view::npos ||
                                    text.find("is a producer property") != std::string_view::npos);
}

}  // namespace

std::unique_ptr<Client> Client::create(rd_kafka_type_t type, ConfHandle conf, std::string name,
                                       std::shared_ptr<RateLimitedLog> log, Callbacks callbacks, std::string& error) {
  auto context = std::make_shared<Context>();
  context->name = std::move(name);
  context->log = std::move(log);
  context->callbacks = std::move(callbacks);
  std::unique_ptr<Client> client(new Client(std::move(context)));
  Context* opaque = client->context_.get();

  rd_kafka_conf_set_opaque(conf.get(), opaque);
  rd_kafka_conf_set_log_cb(conf.get(), &Client::on_log);
  rd_kafka_conf_set_error_cb(conf.get(), &Client::on_error);
  if (opaque->callbacks.rebalance) rd_kafka_conf_set_rebalance_cb(conf.get(), &Client::on_rebalance);
  // Registered even if nobody listens: without it every commit waits up to 10 ms longer.
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf.get(), &Client::on_delivery);
  if (opaque->callbacks.watch_transactions) opaque->watch.install(conf.get());

  char text[512];
  client->handle_ = rd_kafka_new(type, conf.get(), text, sizeof text);
  if (client->handle_ == nullptr) {
    error = text;
    return nullptr;
  }
  static_cast<void>(conf.release());  // now the handle's
  if (type == RD_KAFKA_CONSUMER) rd_kafka_poll_set_consumer(client->handle_);
  return client;
}

Client::~Client() {
  if (handle_ == nullptr) return;
  context_->callbacks = {};
  std::promise<void> done;
  std::future<void> finished = done.get_future();
  // The context lives until the last interceptor has run, however long that takes.
  std::thread destroyer([handle = handle_, context = context_, done = std::move(done)]() mutable {
    rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    done.set_value();
  });
  if (finished.wait_for(kDestroyDeadline) == std::future_status::ready) {
    destroyer.join();
    return;
  }
  context_->log->always(LogLevel::warning, context_->name + ": librdkafka does not end in time; left behind");
  destroyer.detach();
}

std::chrono::milliseconds Client::setting(const char* key, std::chrono::milliseconds otherwise) const {
  char text[32];
  std::size_t size = sizeof text;
  if (rd_kafka_conf_get(rd_kafka_conf(handle_), key, text, &size) != RD_KAFKA_CONF_OK) return otherwise;
  const long value = std::strtol(text, nullptr, 10);
  return value > 0 ? std::chrono::milliseconds(value) : otherwise;
}

void Client::ask_who_leads() const {
  const rd_kafka_metadata_t* told = nullptr;
  if (rd_kafka_metadata(handle_, 0, nullptr, &told, kAskWhoLeadsMillis) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(told);
  }
}

void Client::on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text) {
  const auto* context = rk == nullptr ? nullptr : static_cast<const Context*>(rd_kafka_opaque(rk));
  if (context == nullptr || is_noise(facility, text)) return;
  context->log->write(from_syslog(level), context->name + "/" + facility, context->name + ": " + text);
}

void Client::on_error(rd_kafka_t* rk, int code, const char* reason, void* opaque) {
  auto* context = static_cast<Context*>(opaque);
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    char text[512];
    const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(rk, text, sizeof text);
    context->last_error = describe(cause) + ": " + text;
  } else {
    context->last_error = describe(static_cast<rd_kafka_resp_err_t>(code)) + ": " + reason;
  }
  context->log->write(LogLevel::warning, context->name + "/" + std::to_string(code),
                      context->name + ": " + context->last_error);
}

void Client::on_rebalance(rd_kafka_t* /*rk*/, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                          void* opaque) {
  const auto* context = static_cast<const Context*>(opaque);
  if (context->callbacks.rebalance) context->callbacks.rebalance(code, partitions);
}

void Client::on_delivery(rd_kafka_t* /*rk*/, const rd_kafka_message_t* message, void* opaque) {
  const auto* context = static_cast<const Context*>(opaque);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (context->callbacks.delivery_failed) context->callbacks.delivery_failed(*message);
  } else if (message->_private != nullptr && context->callbacks.delivered) {
    context->callbacks.delivered(*message);
  }
}

}  // namespace coagwatch::daemon::kafka
