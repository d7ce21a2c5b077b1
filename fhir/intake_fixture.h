#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/datetime.h"
#include "fhir/intake.h"
#include "fhir/json_writer.h"

namespace coagwatch::fhir {

/// For tests: an Observation as a list of members that can be changed one by one.
class ObservationJson {
 public:
  /// A platelet count of 45.
  ObservationJson() {
    set("resourceType", R"("Observation")");
    set("id", R"("a1")");
    set("status", R"("final")");
    set("code", R"({"coding":[{"system":"http://loinc.org","code":"777-3"}]})");
    set("subject", R"({"reference":"Patient/17"})");
    set("effectiveDateTime", R"("2026-01-02T08:00:00Z")");
    quantity("45", "10*9/L");
  }
  ObservationJson& set(std::string name, std::string json) {
    for (auto& [known, value] : members_) {
      if (known == name) {
        value = std::move(json);
        return *this;
      }
    }
    members_.emplace_back(std::move(name), std::move(json));
    return *this;
  }
  ObservationJson& remove(std::string_view name) {
    std::erase_if(members_, [&](const auto& member) { return member.first == name; });
    return *this;
  }
  /// Adds a member even where there is one of this name.
  ObservationJson& repeat(std::string name, std::string json) {
    members_.emplace_back(std::move(name), std::move(json));
    return *this;
  }
  ObservationJson& loinc(const std::string& code) {
    return set("code", R"({"coding":[{"system":"http://loinc.org","code":")" + code + R"("}]})");
  }
  /// valueQuantity with a UCUM code.
  ObservationJson& quantity(const std::string& value, const std::string& ucum) {
    return set("valueQuantity", R"({"value":)" + value + R"(,"system":"http://unitsofmeasure.org","code":")" + ucum +
                                    R"(","unit":")" + ucum + R"("})");
  }
  /// valueQuantity with a unit for people only; none if it is empty.
  ObservationJson& spelled(const std::string& value, const std::string& unit) {
    return set("valueQuantity", R"({"value":)" + value + (unit.empty() ? "" : R"(,"unit":")" + unit + "\"") + "}");
  }
  /// Another value[x] instead of valueQuantity.
  ObservationJson& value(const std::string& name, const std::string& json) {
    return remove("valueQuantity").set(name, json);
  }
  [[nodiscard]] std::string text() const {
    std::string json = "{";
    for (const auto& [name, value] : members_) {
      if (json.size() > 1) json.push_back(',');
      json.append("\"").append(name).append("\":").append(value);
    }
    return json + "}";
  }

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

/// For tests: headers of a record.
class HeaderMap : public RecordHeaders {
 public:
  explicit HeaderMap(std::map<std::string, std::string, std::less<>> values = {}) : values_(std::move(values)) {}
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const override {
    out.insert(out.end(), values_.begin(), values_.end());
  }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// For tests: a text as a JSON string, with its quotes.
inline std::string as_json_text(std::string_view text) {
  std::string json = "\"";
  append_json_escaped(text, json);
  return json + "\"";
}

class IntakeTest : public ::testing::Test {
 protected:
  /// All items of that input.
  std::span<Item> read_all(std::string_view bytes) {
    if (!intake_) intake_ = std::make_unique<Intake>(terminology_, site_, limits_, zone_, "urn:coagwatch", envelopes_);
    return intake_->read(bytes, context_);
  }
  /// The only item of that input.
  const Item& read(std::string_view bytes) {
    const std::span<Item> items = read_all(bytes);
    EXPECT_EQ(items.size(), 1U);
    return items.front();
  }
  const Item& read(const ObservationJson& observation) {
    input_ = observation.text();
    return read(input_);
  }
  /// What was set since the first input counts from now on.
  void start_again() { intake_.reset(); }
  /// `dead/no-code`, `candidate`.
  template <typename Input>
  std::string outcome(const Input& input) {
    const Item& item = read(input);
    std::string text(disposition_name(item.disposition));
    if (item.reason != Reason::none) text.append("/").append(reason_name(item.reason));
    return text;
  }
  /// The value in canonical unit: `45`, `<10`, `<=10`, `>20`, `[5,20]`, `(5,20)`; the outcome if there is none.
  template <typename Input>
  std::string value(const Input& input) {
    const Item item = read(input);
    if (!item.value_known) return outcome(input);
    return describe(item.change.result.value);
  }
  static std::string describe(const rules::Interval& v) {
    if (v.is_point()) return v.low.to_string();
    if (v.low_unbounded && v.high_unbounded) return "anything";
    if (v.low_unbounded) return (v.high_open ? "<" : "<=") + v.high.to_string();
    if (v.high_unbounded) return (v.low_open ? ">" : ">=") + v.low.to_string();
    return (v.low_open ? "(" : "[") + v.low.to_string() + "," + v.high.to_string() + (v.high_open ? ")" : "]");
  }
  std::string upper_limit(const ObservationJson& observation) {
    const Item& item = read(observation);
    const auto& limit = item.change.result.upper_limit;
    return limit ? limit->to_string() : "none";
  }
  std::string measure(const ObservationJson& observation) {
    const Item& item = read(observation);
    return item.measure_known ? std::string(rules::measure_info(item.change.result.measure).name) : "none";
  }
  std::string at(const ObservationJson& observation) {
    const Item& item = read(observation);
    return item.change.result.at.known() ? format_instant(item.change.result.at) : outcome(observation);
  }

  Terminology terminology_;
  rules::SiteProfile site_;
  IntakeLimits limits_;
  TimeZone zone_;
  std::vector<std::string> envelopes_;
  RecordContext context_;

 private:
  std::unique_ptr<Intake> intake_;
  std::string input_;
};

}  // namespace coagwatch::fhir
