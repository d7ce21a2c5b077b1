#include "fhir/context_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fhir/context_input.h"
#include "fhir/datetime.h"
#include "fhir/identity.h"
#include "fhir/patient_links.h"
#include "fhir/servers.h"
#include "fhir/subject.h"
#include "fhir/visit_reading.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kPatient = "Patient";

using Read = ContextReading (*)(const ContextInput&, std::vector<rules::FactSpan>&);
constexpr std::array<std::pair<std::string_view, Read>, 8> kReaders = {{
    {"Condition", read_condition},
    {"MedicationAdministration", read_medication_administration},
    {"MedicationRequest", read_medication_request},
    {"MedicationStatement", read_medication_statement},
    {"Procedure", read_procedure},
    {"Encounter", read_encounter},
    {"Flag", read_flag},
    {kPatient, read_birth_date},
}};

Read reader_of(std::string_view type) {
  const auto* const found = std::ranges::find(kReaders, type, [](const auto& entry) { return entry.first; });
  return found == kReaders.end() ? nullptr : found->second;
}

std::string_view read_source(const ContextNode& root, std::string_view type, TextArena& arena) {
  const std::string_view id = root["id"].text();
  if (is_usable_id(id)) return arena.join({type, "/", id});
  const ContextNode identifiers = root["identifier"];
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    const std::string_view key = identifier_key(identifier_of(identifiers.at(i)), arena);
    if (!key.empty()) return arena.join({type, "?", key});
  }
  return {};
}

/// What two copies of a resource without id and identifier have in common: all that it says.
std::string_view composed_source(std::string_view type, const std::vector<rules::FactSpan>& facts, TextArena& arena) {
  std::string text;
  for (const rules::FactSpan& fact : facts) {
    text.append("|").append(rules::fact_name(fact.fact)).append("=").append(rules::tristate_name(fact.value));
    for (const rules::Timestamp time : {fact.start, fact.end}) {
      text.push_back(' ');
      if (time.known()) append_instant(time, text);
    }
  }
  return arena.join({type, "=", text});
}

void read_contained(const ContextNode& root, Pool<Contained>& out) {
  out.reset();
  const ContextNode resources = root["contained"];
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const ContextNode node = resources.at(i);
    Contained& resource = out.next();
    resource.resource_type = node["resourceType"].scalar();
    resource.id = node["id"].scalar();
    const ContextNode identifiers = node["identifier"];
    for (std::size_t n = 0; n < identifiers.size(); ++n) resource.identifiers.next() = identifier_of(identifiers.at(n));
  }
}

}  // namespace

void ContextFacts::clear() {
  kind = Kind::nothing;
  patient = {};
  base = {};
  source = {};
  version = {};
  facts.clear();
  links.clear();
  place = {};
  place_start = rules::Timestamp::none();
  tells_place = false;
  tells_links = false;
}

bool ContextReader::reads(std::string_view type) { return reader_of(type) != nullptr; }

bool ContextReader::name_deleted(std::string_view url, const rules::Version& version, TextArena& arena,
                                 ContextFacts& out) {
  const Identity named = named_resource(url, arena);
  const std::string_view type = named.source.substr(0, named.source.find('/'));
  if (type == kPatient || !reads(type)) return false;
  out.kind = ContextFacts::Kind::removal;
  out.source = named.source;
  out.version = named.version;
  complete(out.version, version);
  return true;
}

std::string_view ContextReader::read_patient_key(const ContextNode& root, std::string_view type,
                                                 const LocatedResource* entry, BundleContext* bundle, TextArena& arena,
                                                 ContextFacts& out) {
  SubjectReading subject;
  const SubjectScope scope(servers_, bundle, entry);
  if (type == kPatient) {
    const std::string_view id = root["id"].text();
    if (entry != nullptr && bundle != nullptr) {
      subject = bundle->patient_entry(*entry, arena);
    } else if (is_usable_id(id)) {
      subject = servers_.patient(scope.base, arena.join({"Patient/", id}), arena);
    } else {
      contained_.reset();
      Contained& patient = contained_.next();
      const ContextNode identifiers = root["identifier"];
      for (std::size_t i = 0; i < identifiers.size(); ++i)
        patient.identifiers.next() = identifier_of(identifiers.at(i));
      subject.patient = only_identifier_key(patient.identifiers, arena);
    }
  } else {
    read_contained(root, contained_);
    subject = read_subject(reference_of(root["subject"]), contained_, scope, arena);
  }
  if (subject.problem) return subject.problem->text.empty() ? "subject: not a patient" : subject.problem->text;
  if (subject.patient.empty() || subject.patient.size() > kMaxKeyLength) return "Patient: expected an id";
  out.patient = arena.join({subject.patient});
  return {};
}

ContextNode ContextReader::find_medication(const ContextNode& root, BundleContext* bundle) {
  medication_.clear();
  ContextNode reference = root["medicationReference"]["reference"];
  if (!reference.present()) reference = root["medication"]["reference"]["reference"];  // R5
  const std::string_view text = reference.text();
  const ContextNode resources = root["contained"];
  for (std::size_t i = 0; text.starts_with('#') && i < resources.size(); ++i) {
    const ContextNode node = resources.at(i);
    if (node["resourceType"].text() == "Medication" && node["id"].text() == text.substr(1)) return node;
  }
  if (bundle != nullptr && !text.empty() && !text.starts_with('#')) {
    const LocatedResource* found = bundle->entry(text);
    if (found != nullptr && found->type == "Medication" && medication_.parse(found->bytes)) return medication_.root();
  }
  return {nullptr, nullptr};
}

std::string_view ContextReader::read(std::string_view bytes, std::string_view type, const LocatedResource* entry,
                                     BundleContext* bundle, TextArena& arena, ContextFacts& out) {
  const std::string_view text = read_resource(bytes, type, entry, bundle, arena, out);
  // Read before it was known that nothing could ever replace it, or that it takes itself back.
  if (out.kind == ContextFacts::Kind::nothing) out.clear();
  if (out.kind == ContextFacts::Kind::removal) out.facts.clear();
  document_.clear();
  medication_.clear();
  return text;
}

std::string_view ContextReader::read_resource(std::string_view bytes, std::string_view type,
                                              const LocatedResource* entry, BundleContext* bundle, TextArena& arena,
                                              ContextFacts& out) {
  const Read reader = reader_of(type);
  if (reader == nullptr || !document_.parse(bytes)) return "not a resource that is read";
  const ContextNode root = document_.root();
  if (const auto wrong = read_patient_key(root, type, entry, bundle, arena, out); !wrong.empty()) return wrong;
  out.source = read_source(root, type, arena);
  const ContextNode meta = root["meta"];
  out.version = version_of_meta(meta["versionId"].text(), meta["lastUpdated"].text(), zone_);
  if (entry != nullptr) complete(out.version, version_of(entry->etag, entry->last_modified, zone_));

  const ContextInput input{root, table_, out.version.last_updated, zone_, find_medication(root, bundle)};
  ContextReading reading = reader(input, out.facts);
  if (entry != nullptr && entry->method == "DELETE") reading.removal = true;
  if (type == "Encounter") read_place(root, zone_, arena, out);
  if (type == kPatient) {
    out.tells_links = true;
    const std::string_view wrong =
        read_patient_links(root, out.patient, SubjectScope(servers_, bundle, entry), arena, out.links);
    if (!wrong.empty()) reading.text = wrong;
    if (reading.removal) out.links.clear();
  }
  if (document_.has_duplicate() || medication_.has_duplicate()) {
    reading = {false, "a key stands twice in one object"};
    out.facts.clear();
    out.links.clear();
    out.place = {};
  } else if (!reading.removal && (root["modifierExtension"].present() || root["implicitRules"].present())) {
    reading.text = "modifierExtension, implicitRules: not understood";
    out.facts.clear();
    out.links.clear();
    out.place = {};
  }
  if (out.source.empty()) {
    // Nothing could ever replace or remove it but itself.
    if (reading.removal || (out.facts.empty() && out.links.empty())) return reading.text;
    out.source = composed_source(type, out.facts, arena);
  }
  if (out.source.size() > kMaxSourceLength) return "identifier: longer than may be kept";
  out.kind = reading.removal ? ContextFacts::Kind::removal : ContextFacts::Kind::statement;
  return reading.text;
}

}  // namespace coagwatch::fhir
