#include "fhir/patient_links.h"

#include <algorithm>

#include "fhir/subject.h"

namespace coagwatch::fhir {
namespace {

std::string_view read_links(const ContextNode& root, std::string_view patient, const SubjectScope& scope,
                            TextArena& arena, std::vector<PatientLink>& out) {
  const ContextNode links = root["link"];
  if (links.size() > kMaxPatientLinks) return "link: more than are read";
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ContextNode link = links.at(i);
    const std::string_view type = link["type"].text();
    if (type == "seealso" || type == "refer") continue;
    if (type != "replaced-by" && type != "replaces")
      return "link.type: expected replaced-by, replaces, refer or seealso";
    if (link["modifierExtension"].present()) return "link.modifierExtension: not understood";
    const SubjectReading other = read_subject(reference_of(link["other"]), {}, scope, arena);
    if (other.problem || other.patient.empty() || other.patient.size() > kMaxKeyLength) {
      return "link.other: expected the reference of a Patient";
    }
    if (other.patient == patient) return "link.other: the patient himself";
    const PatientLink read{arena.join({other.patient}), type == "replaces"};
    const auto contradicts = [&](const PatientLink& known) {
      return read.other == known.other ? read.replaces != known.replaces : !read.replaces && !known.replaces;
    };
    if (std::ranges::any_of(out, contradicts)) return "link: replaced by several, or by whom it replaces";
    if (std::ranges::find(out, read) == out.end()) out.push_back(read);
  }
  return {};
}

}  // namespace

std::string_view read_patient_links(const ContextNode& root, std::string_view patient, const SubjectScope& scope,
                                    TextArena& arena, std::vector<PatientLink>& out) {
  const std::string_view problem = read_links(root, patient, scope, arena, out);
  if (!problem.empty()) out.clear();
  return problem;
}

}  // namespace coagwatch::fhir
