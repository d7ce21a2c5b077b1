#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {

/// A bare FHIR R4 Observation of a laboratory result.
std::string observation(const std::string& id, const std::string& patient, const std::string& loinc,
                        const std::string& value, const std::string& unit, const std::string& time,
                        const std::string& status = "final");

/// A record with that value for the patient's partition.
Record patient_record(const std::string& patient, std::string value, int partitions);

/// A feed like a hospital's: panels of platelets, PT, fibrinogen and FDP of many patients whose courses get worse and
/// better, with corrections, retractions, repeats and now and then a record that is no result. Deterministic from
/// the seed. Without an end; holds the last few records alone.
class SampleFeed {
 public:
  static constexpr int kMinutes = 28 * 1'440;  ///< of its four weeks, which come again and again

  SampleFeed(int patients, int partitions, std::uint32_t seed);
  Record next();
  /// When its four weeks are.
  struct Clock {
    std::int64_t first = 1'767'225'600;  ///< where they begin, in seconds since 1970: January 2026
    int seconds_of_a_minute = 60;        ///< how long each of their minutes takes
  };
  /// Before the first record.
  void set_clock(Clock clock) { clock_ = clock; }

 private:
  Record make();
  [[nodiscard]] std::string time_of(int minute) const;

  int partitions_;
  Clock clock_;
  std::mt19937 engine_;
  std::vector<int> severity_;  // 0 well to 10 in full-blown DIC
  std::vector<int> minute_;
  std::deque<Record> recent_;
  std::size_t made_ = 0;
};

/// Its first records.
std::vector<Record> sample_feed(std::size_t records, int patients, int partitions, std::uint32_t seed);

}  // namespace coagwatch::test
