#include <array>

#include "fhir/intake.h"

namespace coagwatch::fhir {
namespace {

constexpr std::array<std::string_view, 8> kDispositions = {"candidate", "applied", "duplicate", "superseded",
                                                           "retracted", "ignored", "unusable",  "dead"};

constexpr std::array<std::string_view, kReasonCount> kReasons = {"",
                                                                 "invalid-utf8",
                                                                 "malformed-json",
                                                                 "duplicate-key",
                                                                 "too-large",
                                                                 "too-deep",
                                                                 "not-fhir",
                                                                 "unsupported-fhir-version",
                                                                 "no-subject",
                                                                 "ambiguous-subject",
                                                                 "unresolved-reference",
                                                                 "no-code",
                                                                 "no-time",
                                                                 "invalid-time",
                                                                 "invalid-status",
                                                                 "invalid-value",
                                                                 "implausible-value",
                                                                 "unknown-unit",
                                                                 "modifier-extension",
                                                                 "other-resource",
                                                                 "not-a-laboratory-result",
                                                                 "unmapped-code",
                                                                 "other-subject",
                                                                 "own-output",
                                                                 "no-value",
                                                                 "registered",
                                                                 "focus",
                                                                 "specimen",
                                                                 "d-dimer-flavour",
                                                                 "clotted-specimen",
                                                                 "haemolysed",
                                                                 "platelet-clumps",
                                                                 "status-unknown",
                                                                 "preliminary"};

}  // namespace

std::string_view disposition_name(Disposition disposition) {
  return kDispositions.at(static_cast<std::size_t>(disposition));
}

std::string_view reason_name(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }

rules::Unusable unusable_of(Reason reason) {
  switch (reason) {
    case Reason::d_dimer_flavour:
      return rules::Unusable::d_dimer_flavour;
    case Reason::clotted_specimen:
      return rules::Unusable::clotted_specimen;
    case Reason::haemolysed:
      return rules::Unusable::haemolysed;
    case Reason::platelet_clumps:
      return rules::Unusable::platelet_clumps;
    case Reason::status_unknown:
      return rules::Unusable::status_unknown;
    case Reason::preliminary:
      return rules::Unusable::preliminary;
    default:
      return rules::Unusable::none;
  }
}

}  // namespace coagwatch::fhir
