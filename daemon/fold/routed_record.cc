#include "daemon/fold/routed_record.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "daemon/fold/murmur2.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kNotRouted =
    "a record without the headers of the router stage, which alone writes this topic";

template <typename Number>
bool read_number(const std::optional<std::string_view>& text, Number& out) {
  if (!text) return false;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, out);
  return error == std::errc() && stop == end;
}

}  // namespace

InputRecord open_routed(const InputRecord& record) {
  InputRecord opened = record;
  const auto refuse = [&] {
    opened.problem = kNotRouted;
    return opened;
  };
  if (record.headers == nullptr) return refuse();
  const auto header = [&](std::string_view name) { return record.headers->find(name); };
  const std::optional<std::string_view> route = header(kRouteHeader);
  const std::optional<std::string_view> source = header(kSourceHeader);
  std::int64_t millis = -1;
  if (!route || !source || std::ranges::count(*source, '/') < 2 || !read_number(header(kSourceTimeHeader), millis) ||
      !read_number(header(kPartitionsHeader), opened.share.partitions) || opened.share.partitions < 1) {
    return refuse();
  }
  if (*route == kRouteOfPatient && record.key && !record.key->empty()) {
    opened.share.patient = *record.key;
  } else if (*route != kRouteOfPartition) {
    return refuse();
  }
  opened.source = *source;
  opened.key = header(kSourceKeyHeader);
  opened.time = millis < 0 ? rules::Timestamp::none() : rules::Timestamp::from_millis(millis);
  return opened;
}

bool is_meant(const InputRecord& record, std::string_view patient) {
  const InputRecord::Share& share = record.share;
  if (share.partitions == 0) return true;
  if (!share.patient.empty()) return patient == share.patient;
  return partition_of_key(patient, share.partitions) == record.partition;
}

}  // namespace coagwatch::daemon
