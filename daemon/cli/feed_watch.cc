#include "daemon/cli/feed_watch.h"

#include "daemon/log/log.h"

namespace coagwatch::daemon {

void FeedWatch::look(const Config& config, const std::string& topic, bool heard, rules::Timestamp newest,
                     rules::Timestamp now) {
  const auto anew = [&] { return FeedSilence(config.input.silence, config.time_zone, now); };
  FeedSilence& silence = topics_.try_emplace(topic, anew()).first->second;
  if (!heard) silence = anew();
  const FeedSilence::Change change = silence.look(newest, now);
  metrics_.feed_silent(topic).set(silence.silent() ? 1 : 0);
  if (change == FeedSilence::Change::fell_silent) {
    log::warning("the feed is silent",
                 {{"topic", topic}, {"seconds", std::to_string(silence.since(now).micros / 1'000'000)}});
  } else if (change == FeedSilence::Change::came_back) {
    log::info("the feed is back", {{"topic", topic}});
  }
}

}  // namespace coagwatch::daemon
