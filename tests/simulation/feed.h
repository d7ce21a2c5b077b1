#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rules/values/timestamp.h"
#include "tests/simulation/random.h"
#include "tests/simulation/simulated_log.h"

namespace coagwatch::simulation {

/// The key of the nth patient.
std::string simulated_patient(std::size_t n);

/// What a hospital sends: Observations of several patients who get better and worse, with corrections, retractions,
/// repeats, late versions, other resources and garbage among them, and Patient resources that link patients. Record
/// time runs ahead by some minutes a record, so that a short run covers days.
class Feed {
 public:
  struct Input {
    std::int32_t partition = 0;
    LogRecord record;
  };
  /// `links`: Patient resources say now and then that two patients are one, or are not any more.
  Feed(std::uint64_t seed, std::int32_t partitions, std::size_t patients, bool links = false);

  Input next();

 private:
  struct Sent {
    std::string id;
    std::size_t kind = 0;  // index into the panel
    std::string effective;
    int version = 1;
    std::string body;
  };
  struct Patient {
    std::string reference;
    int severity = 0;  // 0 well to 3 in full DIC
    int version = 0;   // of his Patient resource
    std::vector<Sent> sent;
  };
  std::string observation(const Patient& patient, const Sent& sent, const std::string& status);
  std::string fresh(Patient& patient);
  std::string again(Patient& patient);
  std::string garbage(const Patient& patient);
  std::string links(Patient& patient);
  std::string value_of(std::size_t kind, int severity);

  Random random_;
  std::int32_t partitions_;
  std::vector<Patient> patients_;
  bool links_;
  std::int64_t clock_millis_;
  int next_id_ = 1;
};

}  // namespace coagwatch::simulation
