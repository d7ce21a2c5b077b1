#include "tests/fuzz/readings.h"

#include <string>

#include "tests/fuzz/difference.h"
#include "tests/fuzz/second_reader.h"

namespace coagwatch::fuzz {
namespace {

using Outcome = fhir::JsonReader::Outcome;

constexpr std::uint32_t kDepth = 64;

}  // namespace

Outcome compare_readings(std::string_view record, Findings& findings) {
  static fhir::JsonReader reader(kDepth);
  static SecondReader second(kDepth);
  static fhir::Observation by_reader, by_second;
  static fhir::Contained contained_by_reader, contained_by_second;
  const Outcome outcome = second.read(record, by_second);
  if (findings.check(reader.read(record, by_reader) == outcome, "both readers come to the same end") &&
      outcome == Outcome::object) {
    const std::string differs = difference(by_reader, by_second);
    if (!differs.empty()) findings.add("both readers find the same fields, but " + differs);
  }
  if (findings.check(reader.read(record, contained_by_reader) == second.read(record, contained_by_second),
                     "both readers come to the same end in a contained resource") &&
      outcome == Outcome::object) {
    const std::string differs = difference(contained_by_reader, contained_by_second);
    if (!differs.empty()) findings.add("both readers find the same fields of a contained resource, but " + differs);
  }
  return outcome;
}

}  // namespace coagwatch::fuzz
