#include "daemon/kafka/admin.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include "daemon/kafka/admin_client.h"
#include "daemon/kafka/topic_rules.h"

namespace coagwatch::daemon::kafka {
namespace {

using Kind = TopicProblem::Kind;
using std::chrono::steady_clock;

bool is_denied(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
}

Kind kind_of(const Error& error, Kind otherwise) {
  if (is_unreachable(error.code)) return Kind::unreachable;
  return is_denied(error.code) ? Kind::denied : otherwise;
}

/// One run of ensure_topics.
class TopicChecker {
 public:
  TopicChecker(AdminClient& admin, const std::string& brokers, const std::vector<TopicSpec>& specs,
               std::chrono::milliseconds timeout)
      : admin_(admin), brokers_(brokers), specs_(specs), timeout_(timeout) {}

  TopicCheck run(bool create) {
    if (!look()) return std::move(result_);
    // Those first by which the others are made: a broker that does not know them yet would have them made wrong.
    for (const bool leading : {true, false}) {
      if (create && missing(leading) > 0 && input_is_known(leading) && make_missing(leading)) wait_until_made(leading);
    }
    for (const auto& topic : found_) {
      if (topic.error) report_absent(topic);
    }
    judge();
    return std::move(result_);
  }

 private:
  bool look() {
    std::vector<std::string> names;
    names.reserve(specs_.size());
    for (const TopicSpec& spec : specs_) names.push_back(spec.name);
    const Error error = admin_.describe(names, found_);
    if (error) report_failure(error, Kind::other, "", "cannot ask about topics");
    return !error;
  }

  /// Whether a missing topic is made in the first round: its number of partitions is its own.
  static bool is_missing(const TopicSpec& spec, const AdminClient::Described& topic, bool leading) {
    return topic.error.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && (spec.partitions > 0) == leading;
  }

  [[nodiscard]] std::size_t missing(bool leading) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < found_.size(); ++i) count += is_missing(specs_.at(i), found_[i], leading) ? 1 : 0;
    return count;
  }

  [[nodiscard]] const AdminClient::Described* input() const {
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      if (is_scored(specs_[i].role)) return &found_[i];
    }
    return nullptr;
  }
  [[nodiscard]] bool input_is_known(bool leading) const { return leading || (input() != nullptr && !input()->error); }

  bool make_missing(bool leading) {
    std::vector<std::pair<const TopicSpec*, int>> wanted;
    const AdminClient::Described* leader = input();
    if (!leading && leader == nullptr) return false;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const TopicSpec& spec = specs_.at(i);
      if (!is_missing(spec, found_[i], leading)) continue;
      wanted.emplace_back(&spec, leading ? spec.partitions : leader->partitions);
    }
    std::vector<std::pair<std::string, Error>> failures;
    if (const Error error = admin_.make(wanted, failures)) {
      report_failure(error, Kind::not_made, "", "cannot make topics");
      return false;
    }
    if (const Error error = make_as_before_kafka_3_6(wanted, failures)) {
      report_failure(error, Kind::not_made, "", "cannot make topics");
      return false;
    }
    for (const auto& [name, error] : failures) {
      report_failure(error, Kind::not_made, name, "topic " + name + " cannot be made");
      refused_.push_back(name);
    }
    for (const auto& [spec, partitions] : wanted) {
      if (!was_refused(spec->name)) result_.made.push_back(spec->name);
    }
    return true;
  }

  /// Those that were refused for a setting that older brokers do not know, with the one that they have.
  Error make_as_before_kafka_3_6(const std::vector<std::pair<const TopicSpec*, int>>& wanted,
                                 std::vector<std::pair<std::string, Error>>& failures) {
    std::vector<std::pair<const TopicSpec*, int>> again;
    for (const auto& [spec, partitions] : wanted) {
      const auto is_it = [&, name = spec->name](const auto& failure) {
        return failure.first == name && failure.second.code == RD_KAFKA_RESP_ERR_INVALID_CONFIG;
      };
      if (spec->bounds_clock && std::erase_if(failures, is_it) > 0) again.emplace_back(spec, partitions);
    }
    return again.empty() ? Error() : admin_.make(again, failures, true);
  }

  /// Each question may go to another broker, and one that knew of a new topic says nothing of the others.
  Error read_configs(std::vector<TopicState>& states) {
    const auto deadline = steady_clock::now() + timeout_;
    for (;;) {
      Error error = admin_.read_configs(states);
      if (error.code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || steady_clock::now() >= deadline) return error;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  /// A new topic takes a moment to be known to every broker.
  void wait_until_made(bool leading) {
    const auto deadline = steady_clock::now() + timeout_;
    while (missing(leading) > refused_.size() && steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      std::vector<AdminClient::Described> before = found_;
      std::vector<std::string> names;
      names.reserve(specs_.size());
      for (const TopicSpec& spec : specs_) names.push_back(spec.name);
      if (admin_.describe(names, found_)) found_ = std::move(before);
    }
  }

  [[nodiscard]] bool was_refused(const std::string& name) const {
    return std::find(refused_.begin(), refused_.end(), name) != refused_.end();
  }

  void report_absent(const AdminClient::Described& topic) {
    if (was_refused(topic.name)) return;
    if (topic.error.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
      result_.problems.push_back(
          {Kind::missing, topic.name,
           "topic " + topic.name + " does not exist; make it, or set kafka.create-topics to have it made"});
    } else {
      report_failure(topic.error, Kind::other, topic.name, "topic " + topic.name);
    }
  }

  void report_failure(const Error& error, Kind otherwise, const std::string& topic, const std::string& what) {
    const Kind kind = kind_of(error, otherwise);
    std::string text = what + ": " + error.text;
    if (kind == Kind::unreachable) {
      text = "the brokers at " + brokers_ + " do not answer: " + error.text;
      if (const std::string last = admin_.last_error(); !last.empty()) text += "; last error: " + last;
    }
    result_.problems.push_back({kind, topic, std::move(text)});
  }

  void judge() {
    std::vector<TopicState> states;
    std::vector<const TopicSpec*> specs;
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      if (found_[i].error) continue;
      states.push_back({specs_[i].name, found_[i].partitions, {}});
      specs.push_back(&specs_[i]);
    }
    if (const Error error = read_configs(states)) {
      report_failure(error, Kind::other, "", "cannot read the topics' settings");
      return;
    }
    const TopicState* input = nullptr;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (is_scored(specs[i]->role)) input = &states[i];
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
      TopicFacts facts{states[i].name, states[i].partitions, 0};
      if (const auto bytes = states[i].configs.find("max.message.bytes"); bytes != states[i].configs.end()) {
        const std::string& text = bytes->second;
        std::from_chars(text.data(), text.data() + text.size(), facts.max_message_bytes);
      }
      result_.topics.push_back(std::move(facts));
      if (states[i].configs.empty()) {
        result_.problems.push_back(
            {Kind::denied, states[i].name,
             "topic " + states[i].name + ": its settings cannot be read (DescribeConfigs is not allowed)"});
      }
      if (input == nullptr) continue;
      for (TopicProblem& problem : judge_topic(*specs[i], states[i], *input)) {
        result_.problems.push_back(std::move(problem));
      }
    }
  }

  AdminClient& admin_;
  const std::string& brokers_;
  const std::vector<TopicSpec>& specs_;
  std::chrono::milliseconds timeout_;
  std::vector<AdminClient::Described> found_;
  std::vector<std::string> refused_;
  TopicCheck result_;
};

}  // namespace

TopicCheck ensure_topics(const std::string& brokers, const Properties& properties, const std::vector<TopicSpec>& specs,
                         bool create, const LogFunction& log, std::chrono::milliseconds timeout) {
  ClientSettings settings;
  settings.brokers = brokers;
  settings.client_id = "coagwatch.admin";
  settings.user = properties;
  std::string error;
  const auto admin = AdminClient::create(settings, std::make_shared<RateLimitedLog>(log), timeout, error);
  if (!admin) {
    TopicCheck failed;
    failed.problems.push_back({Kind::other, "", "librdkafka refuses the configuration: " + error});
    return failed;
  }
  return TopicChecker(*admin, brokers, specs, timeout).run(create);
}

}  // namespace coagwatch::daemon::kafka
