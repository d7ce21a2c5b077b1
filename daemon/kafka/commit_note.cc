#include "daemon/kafka/commit_note.h"

#include <librdkafka/rdkafka.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace coagwatch::daemon::kafka {
namespace {

// An older version reads the first part only where the note begins with it.
constexpr std::string_view kPartitions = "partitions=";
constexpr std::string_view kTopics = "topics=";
constexpr std::string_view kOwner = "owner=";
constexpr std::size_t kMostBytes = 2'000;
constexpr std::size_t kMostOwnerBytes = 1'000;

/// Cuts off what comes before `end`; all of it where there is none.
std::string_view take(std::string_view& text, char end) {
  const std::size_t found = text.find(end);
  const std::string_view part = text.substr(0, found);
  text.remove_prefix(found == std::string_view::npos ? text.size() : found + 1);
  return part;
}

std::int32_t read_partitions(std::string_view text) {
  std::int32_t partitions = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), partitions);
  return error == std::errc() && partitions > 0 ? partitions : 0;
}

/// Neither names nor identities of topics have `:`, `,` or `;`.
void read_topics(std::string_view text, std::map<std::string, std::string>& topics) {
  while (!text.empty()) {
    std::string_view id = take(text, ',');
    const std::string_view name = take(id, ':');
    if (!name.empty() && !id.empty()) topics.insert_or_assign(std::string(name), std::string(id));
  }
}

}  // namespace

std::string write_note(const CommitNote& note, const std::string& topic) {
  std::string text;
  const auto separate = [&] { return text.empty() ? "" : ";"; };
  if (note.partitions > 0) text.append(kPartitions).append(std::to_string(note.partitions));
  std::string owner;
  if (!note.owner.empty() && note.owner.size() <= kMostOwnerBytes) owner.append(kOwner).append(note.owner);
  std::string topics;
  const auto add = [&](const std::string& name, const std::string& id) {
    if (id.empty()) return;
    const std::size_t more = name.size() + id.size() + 2;
    if (text.size() + kTopics.size() + topics.size() + more + owner.size() + 2 > kMostBytes) return;
    topics.append(topics.empty() ? "" : ",").append(name).append(":").append(id);
  };
  if (const auto own = note.topics.find(topic); own != note.topics.end()) add(own->first, own->second);
  for (const auto& [name, id] : note.topics) {
    if (name != topic) add(name, id);
  }
  if (!topics.empty()) text.append(separate()).append(kTopics).append(topics);
  // The last, since it may have any character.
  if (!owner.empty()) text.append(separate()).append(owner);
  return text;
}

CommitNote read_note(std::string_view text) {
  CommitNote note;
  while (!text.empty()) {
    if (text.starts_with(kOwner)) {
      note.owner = text.substr(kOwner.size());
      break;
    }
    const std::string_view part = take(text, ';');
    if (part.starts_with(kPartitions)) note.partitions = read_partitions(part.substr(kPartitions.size()));
    if (part.starts_with(kTopics)) read_topics(part.substr(kTopics.size()), note.topics);
  }
  return note;
}

void set_metadata(rd_kafka_topic_partition_t& entry, const std::string& text) {
  entry.metadata = strdup(text.c_str());  // NOLINT(cppcoreguidelines-no-malloc)
  entry.metadata_size = text.size();
}

void set_note(rd_kafka_topic_partition_t& entry, const CommitNote& note) {
  const std::string text = write_note(note, entry.topic);
  if (!text.empty()) set_metadata(entry, text);
}

CommitNote note_of(const rd_kafka_topic_partition_t& entry) {
  if (entry.metadata == nullptr) return {};
  return read_note({static_cast<const char*>(entry.metadata), entry.metadata_size});
}

}  // namespace coagwatch::daemon::kafka
