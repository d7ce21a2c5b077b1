#include "tests/fuzz/site.h"

#include <array>
#include <string>

namespace coagwatch::fuzz {
namespace {

using rules::Decimal;
using rules::Measure;

constexpr const char* kBase = "urn:coagwatch";

rules::SiteProfile site_profile() {
  rules::SiteProfile site;
  site.pt_control_seconds = Decimal::of(12);
  site.isi = Decimal(11, -1);
  site.decimal_comma = true;
  site.d_dimer_flavour = rules::SiteProfile::DDimerFlavour::ddu;
  site.caps[rules::index(Measure::d_dimer)] = Decimal::of(21);
  site.floors[rules::index(Measure::fibrinogen)] = Decimal(5, -1);
  site.upper_limits[rules::index(Measure::d_dimer)] = Decimal(5, -1);
  site.upper_limits[rules::index(Measure::tat_uln)] = Decimal::of(4);
  return site;
}

}  // namespace

const fhir::Terminology& terminology() {
  static const fhir::Terminology kTerminology;
  return kTerminology;
}

const fhir::TimeZone& site_zone() {
  static const fhir::TimeZone kZone = fhir::TimeZone::named("Europe/Berlin").value();
  return kZone;
}

fhir::Intake& plain_intake() {
  static fhir::Intake intake(terminology(), {}, {}, {}, kBase);
  return intake;
}

fhir::Intake& site_intake() {
  static const std::array<std::string, 2> kEnvelopes = {"/fhir", "/list/0/x"};
  static fhir::Intake intake(terminology(), site_profile(), {}, site_zone(), kBase, kEnvelopes);
  return intake;
}

}  // namespace coagwatch::fuzz
