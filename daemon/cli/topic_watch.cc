#include "daemon/cli/topic_watch.h"

#include "daemon/cli/kafka_setup.h"
#include "daemon/engine/start_offset.h"

namespace coagwatch::daemon {
namespace {

constexpr std::chrono::seconds kEvery{1};
constexpr std::chrono::milliseconds kFirstPatience{1'000};
constexpr std::chrono::milliseconds kPatience{500};
// Brokers that restart one after the other answer again before that.
constexpr std::chrono::seconds kSilence{5};
// A broker that has just come back may not know of a topic yet.
constexpr int kMissing = 3;

std::string made_anew(const std::string& topic, const std::string& was, const std::string& is) {
  return topic + " was deleted and made anew under us (topic id " + is + ", was " + was +
         "): what was between was not seen, and nothing more is read or written; start the process again to see what "
         "is "
         "to be done";
}

}  // namespace

TopicWatch::TopicWatch(const Config& config, std::int32_t partitions) {
  const auto add = [&](const std::string& name, bool is_input, std::int32_t expected) {
    topics_.push_back({name, is_input, expected, {}, 0});
    names_.push_back(name);
  };
  add(scored_topic(config), true, partitions);
  if (!config.input.keyed_by_patient) {
    for (const std::string& source : config.input.topics) add(source, true, 0);
  }
  add(config.output.commands, true, 0);
  add(config.output.state, false, 0);
  std::string error;  // The workers' clients have passed with the same configuration.
  probe_ = kafka::PartitionProbe::create(client_settings(config, "coagwatch.watch"),
                                         std::make_shared<kafka::RateLimitedLog>(kafka_log()), error);
  // Before anything is read: whatever has another identity from now on was made anew.
  if (const auto seen = probe_ ? probe_->look(names_, kFirstPatience) : std::nullopt) {
    for (std::size_t i = 0; i < topics_.size(); ++i) topics_[i].id = (*seen)[i].identity.id;
  }
  answered_ = Clock::now();
}

const TopicWatch::Finding& TopicWatch::look(Clock::time_point now) {
  if (!probe_ || now < next_ || !finding_.halt.empty()) return finding_;
  const auto seen = probe_->look(names_, kPatience);
  next_ = now + kEvery;
  if (!seen) {
    const auto silent = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - answered_);
    if (silent >= kSilence) {
      finding_.problem = "no answer from the brokers for " + std::to_string(silent.count()) + " s";
    }
    return finding_;
  }
  answered_ = Clock::now();
  finding_.problem.clear();
  for (std::size_t i = 0; i < topics_.size() && finding_.halt.empty(); ++i) judge(topics_[i], (*seen)[i]);
  return finding_;
}

void TopicWatch::judge(Topic& topic, const kafka::TopicLook& seen) {
  if (!seen.exists) {
    if (++topic.missing < kMissing) return;
    if (topic.is_input) {
      finding_.problem = topic.name + " does not exist any more";
    } else {
      // What would be written to a new topic of that name would be the whole of what is known.
      finding_.halt = topic.name + " was deleted: what is known of the patients is gone";
    }
    return;
  }
  topic.missing = 0;
  if (topic.id.empty()) topic.id = seen.identity.id;
  if (seen.identity.id != topic.id) {
    finding_.halt = made_anew(topic.name, topic.id, seen.identity.id);
  } else if (topic.partitions != 0 && seen.identity.partitions != topic.partitions) {
    finding_.halt = other_division(topic.name, topic.partitions, seen.identity.partitions);
  }
}

}  // namespace coagwatch::daemon
