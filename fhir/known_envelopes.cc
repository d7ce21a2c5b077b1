// Messages that are recognised by their shape.

#include <algorithm>
#include <array>

#include "fhir/base64.h"
#include "fhir/envelope.h"
#include "fhir/media_type.h"

namespace coagwatch::fhir {
namespace {

using Kind = JsonSlice::Kind;

// Members of a record that tell what it is.
enum class Member : std::uint8_t {
  // CloudEvents, JSON format 1.0.2
  specversion,
  type,
  subject,
  datacontenttype,
  data,
  data_base64,
  // HAPI FHIR's ResourceModifiedMessage, which on a topic stands in another `payload`; that is Kafka Connect's word too
  payload,
  payload_id,
  resource_id,
  operation_type,
  // Debezium
  op,
  before,
  after,
};
constexpr std::size_t kMemberCount = static_cast<std::size_t>(Member::after) + 1;
constexpr std::array<std::string_view, kMemberCount> kNames = {
    "specversion", "type",          "subject", "datacontenttype", "data", "data_base64", "payload", "payloadId",
    "resourceId",  "operationType", "op",      "before",          "after"};

constexpr std::array kOfCloudEvent = {Member::specversion, Member::type, Member::datacontenttype, Member::data,
                                      Member::data_base64};
constexpr std::array kOfHapi = {Member::payload, Member::payload_id, Member::resource_id, Member::operation_type};
constexpr std::array kOfDebezium = {Member::op, Member::before, Member::after};

constexpr std::string_view kStandsTwice = "stands twice in one object";

// Azure's FHIR service tells what was changed and not how; `subject` is the resource's URL.
constexpr std::string_view kAzureFhir = "Microsoft.HealthcareApis.Fhir";
constexpr std::string_view kAzureDeleted = "Microsoft.HealthcareApis.FhirResourceDeleted";

std::string_view name_of(Member member) { return kNames[static_cast<std::size_t>(member)]; }

// What stands twice may have been anything.
bool is_text(const JsonSlice& value) { return value.kind == Kind::string || value.twice; }
bool is_given(const JsonSlice& value) { return value.given() || value.twice; }

}  // namespace

struct EnvelopeReader::Members {
  std::array<JsonSlice, kMemberCount> slices;

  const JsonSlice& operator[](Member member) const { return slices[static_cast<std::size_t>(member)]; }
  /// The first of these keys that stands twice; empty if none does.
  template <std::size_t N>
  [[nodiscard]] std::string_view twice(const std::array<Member, N>& members) const {
    for (const Member member : members) {
      if ((*this)[member].twice) return name_of(member);
    }
    return {};
  }
};

void EnvelopeReader::open_known(std::string_view record) {
  Members root;
  if (slicer_.whole(record, texts_).kind != Kind::object || !slicer_.members(record, kNames, root.slices, texts_))
    return;
  if (is_text(root[Member::specversion])) return open_cloud_event(root);
  // With their schema (Kafka Connect) or headers (HAPI) around them, messages are one level deeper.
  Members inner;
  const bool direct = is_given(root[Member::operation_type]) || is_given(root[Member::op]);
  if (!direct && root[Member::payload].twice) {
    removal_ = true;  // perhaps
    return refuse(dead(Reason::duplicate_key, kStandsTwice), name_of(Member::payload));
  }
  if (!direct && root[Member::payload].kind == Kind::object) {
    if (!slicer_.members(root[Member::payload].text, kNames, inner.slices, texts_)) return;
  }
  const Members& change = direct ? root : inner;
  const bool hapi = is_text(change[Member::operation_type]) &&
                    (change[Member::payload].present() || change[Member::payload_id].present() ||
                     change[Member::resource_id].present());
  const bool debezium =
      is_text(change[Member::op]) && (change[Member::before].present() || change[Member::after].present());
  if (!hapi && !debezium) return;
  const std::string_view twofold = hapi ? change.twice(kOfHapi) : change.twice(kOfDebezium);
  if (!twofold.empty()) {
    removal_ = true;  // perhaps
    refuse(dead(Reason::duplicate_key, kStandsTwice), twofold);
  } else if (hapi) {
    open_hapi(change);
  } else {
    open_debezium(change);
  }
}

void EnvelopeReader::open_cloud_event(const Members& found) {
  const std::string_view twofold = found.twice(kOfCloudEvent);
  if (!twofold.empty()) {
    removal_ = true;  // perhaps
    return refuse(dead(Reason::duplicate_key, kStandsTwice), twofold);
  }
  if (found[Member::type].string() == kAzureDeleted) {
    removal_ = true;
    envelope_.kind = Envelope::Kind::deletion_of_url;
    envelope_.text = found[Member::subject].string();
    return;
  }
  if (found[Member::type].string().starts_with(kAzureFhir)) {
    return refuse(ignored(Reason::other_resource, "an event that names a resource without its content"));
  }
  const bool has_data = found[Member::data].given();
  const bool has_base64 = found[Member::data_base64].given();
  if (!has_data && !has_base64) return refuse(ignored(Reason::other_resource, "an event without data"));
  if (has_data && has_base64) return refuse(dead(Reason::not_fhir, "data and data_base64: expected one of them"));
  const JsonSlice& content = found[Member::datacontenttype];
  if (content.given() && !is_json_media_type(content.string())) {
    return refuse(dead(Reason::not_fhir, "datacontenttype: expected JSON"));
  }
  envelope_.kind = Envelope::Kind::resources;
  // The format forbids to look into a text that stands in `data`.
  if (has_data) return add(found[Member::data], Accept::object, name_of(Member::data));
  const auto bytes =
      found[Member::data_base64].kind == Kind::string ? from_base64(found[Member::data_base64].text) : std::nullopt;
  if (!bytes) return refuse(dead(Reason::malformed_json, "data_base64: expected base64"));
  add({Kind::string, texts_.join({*bytes}), false}, Accept::object_or_text, name_of(Member::data_base64));
}

void EnvelopeReader::open_hapi(const Members& change) {
  constexpr std::array<std::string_view, 4> kWithPayload = {"CREATE", "UPDATE", "MANUALLY_TRIGGERED", "TRANSACTION"};
  const std::string_view operation = change[Member::operation_type].text;
  if (operation == "DELETE") {
    // Newer versions send along what was deleted.
    removal_ = true;
    const bool has_id = !change[Member::payload_id].string().empty();
    envelope_.kind = Envelope::Kind::deletion_of_url;
    envelope_.text = change[has_id ? Member::payload_id : Member::resource_id].string();
    if (envelope_.text.empty())
      refuse(dead(Reason::not_fhir, "payloadId: missing, so that nothing names what was deleted"));
  } else if (std::ranges::find(kWithPayload, operation) == kWithPayload.end()) {
    removal_ = true;  // perhaps
    refuse(dead(Reason::not_fhir, "operationType: expected CREATE, UPDATE, DELETE, MANUALLY_TRIGGERED or TRANSACTION"));
  } else if (!change[Member::payload].given() ||
             (change[Member::payload].kind == Kind::string && change[Member::payload].text.empty())) {
    refuse(ignored(Reason::other_resource, "a message that names a resource without its content"));
  } else {
    envelope_.kind = Envelope::Kind::resources;
    add(change[Member::payload], Accept::object_or_text, name_of(Member::payload));
  }
}

void EnvelopeReader::open_debezium(const Members& change) {
  const std::string_view operation = change[Member::op].text;
  if (operation == "c" || operation == "u" || operation == "r") {
    envelope_.kind = Envelope::Kind::resources;
    add(change[Member::after], Accept::object_or_text, name_of(Member::after));
    return;
  }
  if (operation == "t" || operation == "m") {
    return refuse(ignored(Reason::other_resource, "a change of no row"));
  }
  removal_ = true;  // for every other one: perhaps
  if (operation != "d") return refuse(dead(Reason::not_fhir, "op: expected c, u, r, d, t or m"));
  if (!change[Member::before].given()) {
    return refuse(dead(Reason::not_fhir, "before: missing, so that nothing names what was deleted"));
  }
  add(change[Member::before], Accept::object_or_text, name_of(Member::before));
  const Envelope::Part& part = envelope_.parts.front();
  if (part.problem) return refuse(*part.problem, part.where);
  envelope_.kind = Envelope::Kind::deletion_of_resource;
  envelope_.text = part.bytes;
}

}  // namespace coagwatch::fhir
