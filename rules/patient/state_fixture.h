#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rules/patient/fact_sources.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::rules {

/// `hours` after a fixed midnight, for tests.
inline Timestamp hour(std::int64_t hours, std::int64_t minutes = 0) {
  constexpr Timestamp kMidnight = Timestamp::from_millis(1'767'225'600'000);  // 2026-01-01T00:00:00Z
  return kMidnight + Duration::hours(hours) + Duration::minutes(minutes);
}

/// A value as a person writes it: `40`, `<10`, `>=20`, `5-20`.
inline Interval interval_of(std::string_view text) {
  const auto number = [](std::string_view digits) { return Decimal::parse(digits).value(); };
  if (text.starts_with("<=")) return Interval::below(number(text.substr(2)), true);
  if (text.starts_with(">=")) return Interval::above(number(text.substr(2)), true);
  if (text.starts_with("<")) return Interval::below(number(text.substr(1)), false);
  if (text.starts_with(">")) return Interval::above(number(text.substr(1)), false);
  const auto dash = text.find('-', 1);
  if (dash == std::string_view::npos) return Interval::point(number(text));
  return Interval::between(number(text.substr(0, dash)), number(text.substr(dash + 1)));
}

/// A patient whose results a test applies one by one.
struct TestPatient {
  PatientState state;
  WindowLimits limits;

  static LabResult lab(Measure measure, std::string_view value, Timestamp at) {
    LabResult result;
    result.measure = measure;
    result.value = interval_of(value);
    result.at = at;
    return result;
  }

  ApplyResult put(std::string_view identity, const LabResult& lab, Version version = {}) {
    return apply(state, {Change::Kind::result, identity, identity, version, lab}, limits);
  }
  ApplyResult put(std::string_view identity, Measure measure, std::string_view value, Timestamp at,
                  Version version = {}) {
    return put(identity, lab(measure, value, at), version);
  }
  /// A result under an identity of its own.
  ApplyResult add(Measure measure, std::string_view value, Timestamp at) {
    return put("Observation/" + std::to_string(next_++), measure, value, at);
  }
  ApplyResult retract(std::string_view identity, Version version = {}) {
    return apply(state, {Change::Kind::retraction, identity, identity, version, {}}, limits);
  }
  ApplyResult withdraw(std::string_view identity, Version version = {}) {
    return apply(state, {Change::Kind::withdrawal, identity, identity, version, {}}, limits);
  }
  void know(Fact fact, Tristate value, Timestamp start = Timestamp::none(), Timestamp end = Timestamp::none()) {
    put_fact(state, {fact, value, start, end, {}});
  }

  /// The identities in force, in the state's order.
  [[nodiscard]] std::vector<std::string> identities() const {
    std::vector<std::string> result;
    for (const StoredResult& stored : state.results) result.emplace_back(state.view(stored.identity));
    return result;
  }
  /// The stored result of that identity. Fails if there is none.
  [[nodiscard]] const StoredResult& stored(std::string_view identity) const {
    for (const StoredResult& result : state.results) {
      if (state.view(result.identity) == identity) return result;
    }
    throw std::out_of_range("no result of that identity");
  }

 private:
  int next_ = 1;
};

inline Version numbered(std::uint64_t number) { return {number, Timestamp::none()}; }
inline Version updated(Timestamp time) { return {std::nullopt, time}; }

}  // namespace coagwatch::rules
