#include "daemon/fold/state_codec.h"
#include "daemon/fold/state_primitives.h"

namespace coagwatch::daemon {

void encode_partition_record(const PartitionRecord& record, std::string& out) {
  ByteWriter writer(out);
  put_head(writer, ValueKind::partition, kUnderstoodFrom);
  writer.signed_varint(record.last_offset);
  writer.text(record.topic_id);
  put_time(writer, record.time);
  put_time(writer, record.timer_cursor);
  writer.text(record.rule_set);
  writer.varint(record.rule_set_sequence);
  writer.signed_varint(record.last_command);
  writer.text(record.owner);
  writer.text(record.input_topic);
  writer.varint(static_cast<std::uint64_t>(record.partitions));
  writer.signed_varint(record.unfinished_tick);
  writer.text(record.commands_id);
}

std::optional<std::string> decode_partition_record(std::string_view bytes, PartitionRecord& record) {
  ByteReader in(bytes);
  ValueHead head;
  if (auto problem = check_head(in, ValueKind::partition, head)) return problem;
  record.last_offset = in.signed_varint();
  record.topic_id = in.text();
  record.time = get_time(in);
  record.timer_cursor = get_time(in);
  record.rule_set = in.text();
  record.rule_set_sequence = in.varint();
  record.last_command = in.signed_varint();
  record.owner = in.text();
  record.input_topic.clear();
  record.partitions = 0;
  record.unfinished_tick = -1;
  if (head.format >= 4) {
    record.input_topic = in.text();
    record.partitions = static_cast<std::int32_t>(in.varint());
    record.unfinished_tick = in.signed_varint();
  }
  record.commands_id.clear();
  if (head.format >= 5) record.commands_id = in.text();
  if (!is_whole(in, head)) return "corrupt partition record";
  return std::nullopt;
}

}  // namespace coagwatch::daemon
