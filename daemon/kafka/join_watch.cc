#include "daemon/kafka/join_watch.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::milliseconds kEach{200};
// A group is joined in a second; a broker that is still starting takes some.
constexpr std::chrono::seconds kPatience{20};

bool is_member(rd_kafka_t* consumer) {
  const GroupMetadataHandle member(rd_kafka_consumer_group_metadata(consumer));
  return member && rd_kafka_consumer_group_metadata_generation_id(member.get()) > 0;
}

}  // namespace

JoinWatch::Finding JoinWatch::look(rd_kafka_t* consumer, Clock::time_point now) {
  if (over_ || now < next_) return Finding::nothing;
  next_ = now + kEach;
  if (begun_ == Clock::time_point()) begun_ = now;
  if (is_member(consumer)) {
    over_ = true;
    return Finding::joined;
  }
  if (doubted_ || now < begun_ + kPatience) return Finding::nothing;
  doubted_ = true;
  return Finding::no_protocol;
}

}  // namespace coagwatch::daemon::kafka
