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
    if (create && missing() > 0 && make_missing()) wait_until_made();
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

  [[nodiscard]] std::size_t missing() const {
    return static_cast<std::size_t>(std::count_if(found_.begin(), found_.end(), [](const auto& topic) {
      return topic.error.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    }));
  }

  [[nodiscard]] int input_partitions() const {
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      if (specs_[i].role != TopicSpec::Role::input) continue;
      return found_[i].error ? std::max(1, specs_[i].partitions) : found_[i].partitions;
    }
    return kNewInputPartitions;
  }

  bool make_missing() {
    std::vector<std::pair<const TopicSpec*, int>> wanted;
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      if (found_[i].error.code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
      wanted.emplace_back(&specs_[i], specs_[i].partitions > 0 ? specs_[i].partitions : input_partitions());
    }
    std::vector<std::pair<std::string, Error>> failures;
    if (const Error error = admin_.make(wanted, failures)) {
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

  /// A new topic takes a moment to be known to every broker.
  void wait_until_made() {
    const auto deadline = steady_clock::now() + timeout_;
    while (missing() > refused_.size() && steady_clock::now() < deadline) {
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
    if (const Error error = admin_.read_configs(states)) {
      report_failure(error, Kind::other, "", "cannot read the topics' settings");
      return;
    }
    const TopicState* input = nullptr;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (specs[i]->role == TopicSpec::Role::input) input = &states[i];
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
