#include "daemon/kafka/offset_question.h"

namespace coagwatch::daemon::kafka {

void ask_offset(rd_kafka_t* rk, const std::string& topic, std::int32_t partition, const OffsetQuestion& question,
                rd_kafka_queue_t* answers) {
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_LISTOFFSETS));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(question.timeout.count()), text,
                                            sizeof text);
  rd_kafka_error_destroy(rd_kafka_AdminOptions_set_isolation_level(options.get(), question.isolation));
  // NOLINTNEXTLINE(performance-no-int-to-ptr): only ever a number.
  rd_kafka_AdminOptions_set_opaque(options.get(), reinterpret_cast<void*>(question.id));
  const PartitionListHandle asked = one_partition(topic, partition, question.which);
  rd_kafka_ListOffsets(rk, asked.get(), options.get(), answers);
}

std::uintptr_t question_of(rd_kafka_event_t* answer) {
  return reinterpret_cast<std::uintptr_t>(rd_kafka_event_opaque(answer));
}

Error offset_in(rd_kafka_event_t* answer, ToldOffset& told) {
  if (Error problem = Error::of(rd_kafka_event_error(answer))) return problem;
  std::size_t count = 0;
  const rd_kafka_ListOffsets_result_t* result = rd_kafka_event_ListOffsets_result(answer);
  const auto** infos = result == nullptr ? nullptr : rd_kafka_ListOffsets_result_infos(result, &count);
  if (count != 1) return Error::of(RD_KAFKA_RESP_ERR__BAD_MSG);
  const rd_kafka_topic_partition_t* found = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[0]);
  if (found->err != RD_KAFKA_RESP_ERR_NO_ERROR) return Error::of(found->err);
  if (found->offset < 0) return Error::of(RD_KAFKA_RESP_ERR__BAD_MSG);
  told = {found->offset, rd_kafka_topic_partition_get_leader_epoch(found)};
  return {};
}

}  // namespace coagwatch::daemon::kafka
