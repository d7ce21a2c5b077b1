#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/partition_fold.h"
#include "rules/criterion/loader.h"

namespace coagwatch::daemon {

/// For tests: a record as the fold published it.
struct Published {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers;

  explicit Published(const FoldRecord& record) {
    if (record.key) key.emplace(*record.key);
    if (record.value) value.emplace(*record.value);
    for (const auto& [name, text] : record.headers) headers.emplace_back(name, text);
  }
  /// The header's text, or empty.
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [known, text] : headers) {
      if (known == name) return text;
    }
    return {};
  }
  friend bool operator==(const Published&, const Published&) = default;
};

/// For tests: keeps everything that a fold publishes.
class RecordingSink : public FoldSink {
 public:
  void alert(const FoldRecord& record) override { alerts.emplace_back(record); }
  void dead_letter(const FoldRecord& record) override { dead_letters.emplace_back(record); }
  void state(const FoldRecord& record) override {
    states.insert_or_assign(std::string(*record.key), Published(record));
  }
  void status(const FoldRecord& record) override {
    statuses.insert_or_assign(std::string(*record.key), Published(record));
    all_statuses.emplace_back(record);
  }
  void item(const InputRecord& /*record*/, const fhir::Item& item) override {
    items.emplace_back(item.disposition, item.reason);
  }
  void assessment(const fhir::WriteContext& /*context*/, const rules::Assessment& /*assessment*/) override {
    ++assessments;
  }

  std::vector<Published> alerts;
  std::vector<Published> dead_letters;
  std::map<std::string, Published> states;    ///< last of each patient
  std::map<std::string, Published> statuses;  ///< last of each patient
  std::vector<Published> all_statuses;
  std::vector<std::pair<fhir::Disposition, fhir::Reason>> items;
  std::size_t assessments = 0;
};

/// For tests: settings over the criteria that are part of the program and a site whose normal PT is 12 s. The rule set
/// and the terminology live as long as the process.
inline FoldSettings test_fold_settings() {
  static const auto terminology = std::make_shared<const fhir::Terminology>();
  static const auto rules = [] {
    rules::RuleSet made;
    std::vector<rules::Problem> problems;
    for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
      auto criterion = rules::load_criterion(builtin.text, std::string(builtin.file), "", problems);
      if (criterion) made.criteria.push_back(std::move(*criterion));
    }
    EXPECT_TRUE(problems.empty());
    made.site.pt_control_seconds = rules::Decimal::of(12);
    made.hash = "0123456789abcdef";
    made.sequence = 3;
    return std::make_shared<const rules::RuleSet>(std::move(made));
  }();
  FoldSettings settings;
  settings.rules = rules;
  settings.terminology = terminology;
  settings.version = "9.9.9";
  settings.input_topic = "in";
  return settings;
}

/// For tests: that rule set with texts of the built-in criterion `id` replaced by others, and another hash. Without any
/// the criterion is not in force.
inline Scoring test_scoring(std::string_view id,
                            const std::vector<std::pair<std::string_view, std::string_view>>& changes,
                            std::string hash) {
  Scoring scoring = test_fold_settings();
  rules::RuleSet made = *scoring.rules;
  made.hash = std::move(hash);
  std::erase_if(made.criteria, [&](const rules::Criterion& each) { return changes.empty() && each.id == id; });
  for (rules::Criterion& criterion : made.criteria) {
    if (criterion.id != id) continue;
    for (const rules::BuiltinCriterion& builtin : rules::builtin_criteria()) {
      if (builtin.id != id) continue;
      std::string text(builtin.text);
      for (const auto& [from, to] : changes) {
        const std::size_t at = text.find(from);
        if (at == std::string::npos) throw std::logic_error("not in the criterion: " + std::string(from));
        text.replace(at, from.size(), to);
      }
      std::vector<rules::Problem> problems;
      auto changed = rules::load_criterion(text, "", "", problems);
      if (!changed) throw std::logic_error(problems.at(0).to_string());
      criterion = std::move(*changed);
    }
  }
  scoring.rules = std::make_shared<const rules::RuleSet>(std::move(made));
  return scoring;
}

/// 2026-01-02T12:00:00Z: four hours after the collection time that ObservationJson gives.
inline constexpr rules::Timestamp kNoon{1'767'355'200'000'000};

}  // namespace coagwatch::daemon
