#include "daemon/kafka/group_facts.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::milliseconds kRetry{200};
// Longer than anybody waits here. A request for a coordinator that librdkafka gives up by itself is left to a callback
// that uses what was freed (its pull request 5397, open); one that goes with its handle is not.
constexpr std::chrono::minutes kNeverGivenUp{10};

using GroupOffsetsHandle = Handle<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;

AdminOptionsHandle options(rd_kafka_t* rk, rd_kafka_admin_op_t operation) {
  AdminOptionsHandle out(rd_kafka_AdminOptions_new(rk, operation));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(
      out.get(), static_cast<int>(std::chrono::milliseconds(kNeverGivenUp).count()), text, sizeof text);
  return out;
}

/// Waits for the answer; null after an error.
EventHandle wait(rd_kafka_queue_t* queue, std::chrono::milliseconds timeout, Error& error) {
  EventHandle event(rd_kafka_queue_poll(queue, static_cast<int>(timeout.count())));
  error = Error::of(event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT);
  return error ? nullptr : std::move(event);
}

Error told(const rd_kafka_error_t* refused) {
  Error error = Error::of(rd_kafka_error_code(refused));
  error.text = rd_kafka_error_string(refused);
  return error;
}

/// The list tells the state of groups of either protocol; a description, before librdkafka 2.11, only of classic ones.
Error find_members(rd_kafka_t* rk, const std::string& group, std::chrono::milliseconds timeout, GroupFacts& facts) {
  Error error;
  const AdminOptionsHandle how = options(rk, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS);
  const QueueHandle queue(rd_kafka_queue_new(rk));
  rd_kafka_ListConsumerGroups(rk, how.get(), queue.get());
  const EventHandle event = wait(queue.get(), timeout, error);
  if (!event) return error;
  const auto* result = rd_kafka_event_ListConsumerGroups_result(event.get());
  std::size_t count = 0;
  const auto** errors = rd_kafka_ListConsumerGroups_result_errors(result, &count);
  if (count > 0) return told(errors[0]);
  const auto** groups = rd_kafka_ListConsumerGroups_result_valid(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (group != rd_kafka_ConsumerGroupListing_group_id(groups[i])) continue;
    const auto state = rd_kafka_ConsumerGroupListing_state(groups[i]);
    facts.has_members = state != RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY && state != RD_KAFKA_CONSUMER_GROUP_STATE_DEAD;
  }
  return {};
}

/// Committed offsets of the partitions, or of all if null; null after an error.
EventHandle list_offsets(rd_kafka_t* rk, const std::string& group, const rd_kafka_topic_partition_list_t* partitions,
                         PendingOffsets pending, std::chrono::milliseconds timeout, Error& error) {
  const GroupOffsetsHandle request(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), partitions));
  rd_kafka_ListConsumerGroupOffsets_t* raw = request.get();
  const AdminOptionsHandle how = options(rk, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
  error = Error::take(
      rd_kafka_AdminOptions_set_require_stable_offsets(how.get(), pending == PendingOffsets::error ? 1 : 0));
  if (error) return nullptr;
  const QueueHandle queue(rd_kafka_queue_new(rk));
  rd_kafka_ListConsumerGroupOffsets(rk, &raw, 1, how.get(), queue.get());
  return wait(queue.get(), timeout, error);
}

}  // namespace

Error find_offsets(rd_kafka_t* rk, const std::string& group, PendingOffsets pending, std::chrono::milliseconds timeout,
                   std::vector<GroupOffset>& offsets) {
  Error error;
  const EventHandle event = list_offsets(rk, group, nullptr, pending, timeout, error);
  if (!event) return error;
  std::size_t count = 0;
  const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  if (count != 1) return {};
  if (const rd_kafka_error_t* refused = rd_kafka_group_result_error(groups[0])) {
    // Nothing was ever committed under that name.
    if (rd_kafka_error_code(refused) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) return {};
    return told(refused);
  }
  const rd_kafka_topic_partition_list_t* list = rd_kafka_group_result_partitions(groups[0]);
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& entry = list->elems[i];
    if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) return Error::of(entry.err);
    if (entry.offset < 0) continue;
    offsets.push_back({entry.topic, entry.partition, entry.offset, note_of(entry)});
  }
  return {};
}

std::optional<std::int64_t> GroupFacts::committed(const std::string& topic, std::int32_t partition) const {
  for (const GroupOffset& each : offsets) {
    if (each.topic == topic && each.partition == partition) return each.offset;
  }
  return std::nullopt;
}

bool GroupFacts::same_offsets(const GroupFacts& other) const {
  std::vector<GroupOffset> ours = offsets;
  std::vector<GroupOffset> theirs = other.offsets;
  std::ranges::sort(ours);
  std::ranges::sort(theirs);
  return ours == theirs;
}

bool has_unstable_offset(const ClientSettings& settings, const std::string& topic, std::int32_t partition,
                         std::shared_ptr<RateLimitedLog> log, std::chrono::milliseconds timeout) {
  std::string refused;
  const auto client = make_group_client(settings, std::move(log), refused);
  if (!client) return false;
  const PartitionListHandle one(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(one.get(), topic.c_str(), partition);
  Error error;
  const EventHandle event =
      list_offsets(client->get(), settings.group, one.get(), PendingOffsets::error, timeout, error);
  if (!event) return false;
  std::size_t count = 0;
  const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  if (count != 1) return false;
  const rd_kafka_topic_partition_list_t* list = rd_kafka_group_result_partitions(groups[0]);
  return list != nullptr && list->cnt == 1 && list->elems[0].err == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT;
}

std::string told_identity(const std::string& topic, const std::string& now, std::span<const GroupOffset> offsets) {
  for (const bool own : {true, false}) {
    std::string told;
    for (const GroupOffset& each : offsets) {
      const auto found = each.note.topics.find(topic);
      if ((each.topic == topic) != own || found == each.note.topics.end()) continue;
      if (found->second == now) return now;
      if (told.empty()) told = found->second;
    }
    if (!told.empty()) return told;
  }
  return {};
}

std::optional<bool> has_member(const ClientSettings& settings, const std::string& client_id,
                               std::shared_ptr<RateLimitedLog> log, std::chrono::milliseconds timeout) {
  std::string refused;
  const auto client = make_group_client(settings, std::move(log), refused);
  if (!client) return std::nullopt;
  rd_kafka_t* rk = client->get();
  const char* name = settings.group.c_str();
  const AdminOptionsHandle how = options(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS);
  const QueueHandle queue(rd_kafka_queue_new(rk));
  rd_kafka_DescribeConsumerGroups(rk, &name, 1, how.get(), queue.get());
  Error error;
  const EventHandle event = wait(queue.get(), timeout, error);
  if (!event) return std::nullopt;
  std::size_t count = 0;
  const auto** groups =
      rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  if (count != 1 || rd_kafka_ConsumerGroupDescription_error(groups[0]) != nullptr) return std::nullopt;
  for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(groups[0]); ++i) {
    const rd_kafka_MemberDescription_t* member = rd_kafka_ConsumerGroupDescription_member(groups[0], i);
    if (client_id == rd_kafka_MemberDescription_client_id(member)) return true;
  }
  return false;
}

std::unique_ptr<Client> make_group_client(const ClientSettings& settings, std::shared_ptr<RateLimitedLog> log,
                                          std::string& error) {
  ConfHandle conf = make_conf(ClientRole::probe, settings, error);
  if (!conf) return nullptr;
  return Client::create(RD_KAFKA_CONSUMER, std::move(conf), "group check", std::move(log), {}, error);
}

std::optional<GroupFacts> look_at_group(const ClientSettings& settings, const std::string& group,
                                        PendingOffsets pending, const LogFunction& log, std::string& error,
                                        std::chrono::milliseconds timeout) {
  ClientSettings own = settings;
  own.group = group;
  const auto shared_log = std::make_shared<RateLimitedLog>(log);
  const auto give_up = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    // A new one each time: librdkafka keeps to the coordinator that it was once told.
    const auto client = make_group_client(own, shared_log, error);
    if (!client) return std::nullopt;
    GroupFacts facts;
    Error problem = find_members(client->get(), group, timeout, facts);
    if (!problem) problem = find_offsets(client->get(), group, pending, timeout, facts.offsets);
    if (!problem) return facts;
    error = "the broker does not tell of group " + group + ": " + problem.text;
    if (!client->last_error().empty()) error += "; last error: " + client->last_error();
    if (!is_unreachable(problem.code) || std::chrono::steady_clock::now() >= give_up) return std::nullopt;
    std::this_thread::sleep_for(kRetry);
  }
}

}  // namespace coagwatch::daemon::kafka
