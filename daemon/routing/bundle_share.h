#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/intake.h"

namespace coagwatch::daemon {

/// A record that is about several patients, and what of it each of them needs.
///
/// Not thread-safe. Keeps its buffers from record to record.
class BundleShare {
 public:
  /// Takes what intake found in `value`. The views must outlive the use of this.
  void set(std::string_view value, std::span<const fhir::Item> items);
  /// The value with the resources of all others but `patient` replaced by `{}`. Whatever names no patient stays, and
  /// where one resource is said to be of two patients, everything does. Valid until the next call.
  std::string_view of(std::string_view patient);

 private:
  struct Part {
    std::string_view bytes;  ///< of a resource, within the value
    std::string_view owner;
    std::string_view resource;
  };
  [[nodiscard]] bool is_contradictory();

  std::string_view value_;
  std::vector<Part> parts_;  ///< in the order of their places
  bool whole_ = false;       ///< it cannot be divided
  std::vector<std::pair<std::string_view, std::string_view>> names_;
  std::string buffer_;
};

}  // namespace coagwatch::daemon
