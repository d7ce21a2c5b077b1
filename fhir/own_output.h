#pragma once

#include <string>

#include "fhir/observation.h"

namespace coagwatch::fhir {

/// Knows the scores that this program publishes, by the systems of its base (`fhir.base`): coming back, they are no
/// results.
class OwnOutput {
 public:
  explicit OwnOutput(const std::string& base);

  [[nodiscard]] bool is(const Observation& observation) const;

 private:
  std::string producer_;
  std::string criteria_;
};

}  // namespace coagwatch::fhir
