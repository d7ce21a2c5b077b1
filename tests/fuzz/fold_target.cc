// A sequence of records through the whole fold: what is published does not depend on transactions and restores. Parts:
// the values of the records; one that begins with `#` is a tombstone under the key that follows.

#include <rapidjson/document.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/fold/partition_fold.h"
#include "rules/criterion/loader.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/item_promises.h"
#include "tests/fuzz/second_reader.h"
#include "tests/fuzz/site.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

constexpr std::size_t kMostRecords = 12;

const rules::RuleSet& rule_set() {
  static const rules::RuleSet kRules = [] {
    rules::RuleSet made;
    std::vector<rules::Problem> problems;
    for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
      auto criterion = rules::load_criterion(builtin.text, std::string(builtin.file), "", problems);
      if (criterion) made.criteria.push_back(std::move(*criterion));
    }
    made.site.pt_control_seconds = rules::Decimal::of(12);
    made.site.upper_limits[rules::index(rules::Measure::d_dimer)] = rules::Decimal(5, -1);
    made.hash = "fuzz";
    made.sequence = 1;
    return made;
  }();
  return kRules;
}

const daemon::FoldSettings& settings() {
  static const daemon::FoldSettings kSettings = [] {
    daemon::FoldSettings made;
    made.rules = {std::shared_ptr<void>(), &rule_set()};
    made.terminology = {std::shared_ptr<void>(), &terminology()};
    made.version = "fuzz";
    made.input_topic = "in";
    return made;
  }();
  return kSettings;
}

bool is_json(std::string_view text) {
  rapidjson::Document document;
  return is_utf8_slowly(text) && !document.Parse(std::string(text).c_str()).HasParseError() && document.IsObject();
}

/// Keeps what a fold publishes, and checks each record of it.
class Sink final : public daemon::FoldSink {
 public:
  explicit Sink(Findings& findings) : findings_(&findings) {}

  void alert(const daemon::FoldRecord& record) override {
    keep(record, alerts);
    findings_->check(record.key && !record.key->empty(), "an alert has a patient");
    findings_->check(record.value && is_json(*record.value), "an alert is JSON");
  }
  void dead_letter(const daemon::FoldRecord& record) override {
    keep(record, dead_letters);
    for (const auto& [name, text] : record.headers) {
      if (name == "coagwatch-text") {
        findings_->check(text.find(kCanary) == std::string_view::npos, "a dead letter's text holds no value");
      }
    }
  }
  void state(const daemon::FoldRecord& record) override {
    findings_->check(record.key && !record.key->empty(), "a state has a patient");
    states[std::string(*record.key)] = record.value ? std::optional<std::string>(*record.value) : std::nullopt;
  }
  void status(const daemon::FoldRecord& record) override {
    if (record.value) findings_->check(is_json(*record.value), "a status is JSON");
    statuses[std::string(*record.key)] = std::string(record.value.value_or("-"));
  }
  void item(const daemon::InputRecord& /*record*/, const fhir::Item& item) override {
    ++items;
    findings_->check(item.disposition != fhir::Disposition::candidate, "every result has a final disposition");
  }

  std::vector<std::string> alerts, dead_letters;
  std::map<std::string, std::optional<std::string>> states;
  std::map<std::string, std::string> statuses;
  std::size_t items = 0;

 private:
  static void keep(const daemon::FoldRecord& record, std::vector<std::string>& list) {
    std::string& text = list.emplace_back(record.key.value_or("-"));
    text.append("\n").append(record.value.value_or("-"));
    for (const auto& [name, value] : record.headers) text.append("\n").append(name).append("=").append(value);
  }
  Findings* findings_;
};

struct Fold {
  explicit Fold(Findings& findings) : sink(findings), fold(settings()) {}

  void apply(std::string_view part, std::int64_t offset, Findings& findings) {
    daemon::InputRecord record;
    record.offset = offset;
    record.time = kRecordTime + rules::Duration::minutes(offset);
    record.key = "Patient/17";
    if (part.starts_with('#')) {
      record.key = part.substr(1);
    } else {
      record.value = part.empty() ? std::string_view("", 0) : part;
    }
    const std::size_t before = sink.items;
    findings.check(fold.apply(record, sink), "a new record is applied");
    findings.check(sink.items > before, "every record has a disposition");
    findings.check(!fold.apply(record, sink), "a record is applied once");
  }
  void commit() {
    fold.flush(sink);
    fold.commit();
  }

  Sink sink;
  daemon::PartitionFold fold;
};

void check_counters(Fold& fold, std::size_t records, Findings& findings) {
  std::size_t counted = 0;
  for (const auto& row : fold.fold.counters().results) {
    for (const std::uint32_t count : row) counted += count;
  }
  findings.check(counted == fold.sink.items, "dispositions add up to the results found");
  findings.check(fold.fold.counters().records == records, "every record is counted");
}

/// Goes on from what was published, as another process would.
void restore(const Fold& from, Fold& to, Findings& findings) {
  for (const auto& [key, value] : from.sink.states) {
    std::optional<std::string_view> view;
    if (value) view = *value;
    findings.check(!to.fold.restore(key, view), "what was published is restored");
  }
  std::string record;
  daemon::encode_partition_record(from.fold.record(), record);
  findings.check(!to.fold.restore(daemon::kPartitionRecordKey, record), "the partition record is restored");
  to.sink = from.sink;
}

}  // namespace

void run_fold(std::string_view input, Findings& findings) {
  std::vector<std::string_view> records = parts_of(input);
  if (records.size() > kMostRecords) records.resize(kMostRecords);
  Fold at_once(findings);
  std::int64_t offset = 0;
  for (const std::string_view record : records) at_once.apply(record, offset++, findings);
  at_once.commit();
  check_counters(at_once, records.size(), findings);

  Fold first(findings);
  const std::size_t half = records.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    first.apply(records[i], static_cast<std::int64_t>(i), findings);
    first.commit();
  }
  Fold second(findings);
  restore(first, second, findings);
  // A transaction that is aborted, and the same records again.
  const auto apply_rest = [&] {
    for (std::size_t i = half; i < records.size(); ++i) {
      second.apply(records[i], static_cast<std::int64_t>(i), findings);
    }
  };
  apply_rest();
  second.fold.flush(second.sink);
  second.fold.rollback();
  second.sink = first.sink;
  apply_rest();
  second.commit();
  findings.check(at_once.sink.alerts == second.sink.alerts, "alerts do not depend on transactions and restores");
  findings.check(at_once.sink.dead_letters == second.sink.dead_letters,
                 "dead letters do not depend on transactions and restores");
  findings.check(at_once.sink.states == second.sink.states, "states do not depend on transactions and restores");
  findings.check(at_once.sink.statuses == second.sink.statuses, "statuses do not depend on transactions and restores");
  findings.check(at_once.sink.items == second.sink.items, "dispositions do not depend on transactions and restores");
}

}  // namespace coagwatch::fuzz
