#include "daemon/fold/state_codec.h"
#include "daemon/fold/state_primitives.h"

namespace coagwatch::daemon {

void encode_partition_record(const PartitionRecord& record, std::string& out) {
  ByteWriter writer(out);
  put_head(writer, ValueKind::partition);
  writer.signed_varint(record.last_offset);
  writer.text(record.topic_id);
  put_time(writer, record.time);
  put_time(writer, record.timer_cursor);
  writer.text(record.rule_set);
  writer.varint(record.rule_set_sequence);
  writer.signed_varint(record.last_command);
  writer.text(record.owner);
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
  if (!is_whole(in, head)) return "corrupt partition record";
  return std::nullopt;
}

}  // namespace coagwatch::daemon
