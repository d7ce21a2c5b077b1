#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/subject.h"

namespace coagwatch::fhir {

/// The FHIR servers whose resources are read (`input.bases`). Where none is listed, all references are taken to be of
/// one server, whatever their base; where one is, others are refused; of several, each has its own patients.
class Servers {
 public:
  /// Bases without a `/` at the end.
  explicit Servers(std::span<const std::string> bases = {}) : bases_(bases.begin(), bases.end()) {}

  /// The listed base of the resource that an absolute URL names; empty if it is relative, or its base is not listed.
  [[nodiscard]] std::string_view base_of(std::string_view url) const;
  /// The same of the first of two that has one.
  [[nodiscard]] std::string_view base_of(std::string_view url, std::string_view full_url) const {
    const std::string_view base = base_of(url);
    return base.empty() ? base_of(full_url) : base;
  }
  /// Whether an absolute URL names a resource of a server that is not among those listed.
  [[nodiscard]] bool is_foreign(std::string_view url) const;

  /// Whether several are listed, and `base` does not say which one is meant.
  [[nodiscard]] bool leaves_open(std::string_view base) const { return bases_.size() > 1 && base.empty(); }

  /// The patient of `name` (`Patient/17`) on the server `base`, which is empty where nothing says which one:
  /// ambiguous-subject, unresolved-reference.
  [[nodiscard]] SubjectReading patient(std::string_view base, std::string_view name, TextArena& arena) const;

 private:
  std::vector<std::string> bases_;
};

}  // namespace coagwatch::fhir
