// Records as they come from Kafka: one resource, Bundles and envelopes, context resources.

#include <rapidjson/document.h>

#include <map>
#include <set>
#include <string>

#include "fhir/intake.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/item_promises.h"
#include "tests/fuzz/readings.h"
#include "tests/fuzz/site.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

using fhir::Disposition;
using fhir::Item;
using fhir::Reason;
using Outcome = fhir::JsonReader::Outcome;

/// Headers from a part of the input, `name=value` on each line.
class Headers final : public fhir::RecordHeaders {
 public:
  explicit Headers(std::string_view text) : text_(text) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    for (std::string_view rest = text_; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (line.starts_with(name) && line.substr(name.size()).starts_with('=')) return line.substr(name.size() + 1);
    }
    return std::nullopt;
  }
  void list(std::vector<std::pair<std::string_view, std::string_view>>& /*out*/) const override {}

 private:
  std::string_view text_;
};

/// An input as a record: value, key, headers, and how it is read. `t` in the last part makes it a tombstone, `s` reads
/// it for a site with settings, `n` for a record of no known time.
struct Record {
  explicit Record(std::string_view input) : parts(parts_of(input)), headers(part(parts, 2)) {
    value = parts.front();
    how = part(parts, 3);
    // An empty record is no tombstone.
    if (value.empty()) value = std::string_view("", 0);
    if (how.find('t') != std::string_view::npos) value = {};
    context.key = part(parts, 1);
    context.headers = &headers;
    if (how.find('n') == std::string_view::npos) context.time = kRecordTime;
  }
  std::vector<std::string_view> parts;
  std::string_view value, how;
  Headers headers;
  fhir::RecordContext context;
};

Reason reason_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::malformed:
      return Reason::malformed_json;
    case Outcome::invalid_utf8:
      return Reason::invalid_utf8;
    case Outcome::too_deep:
      return Reason::too_deep;
    case Outcome::number_too_large:
      return Reason::invalid_value;
    case Outcome::not_an_object:
    case Outcome::object:
      break;
  }
  return Reason::none;
}

/// The entries of a Bundle that must have an item of their own, and how many there are.
struct Entries {
  std::set<std::uint32_t> filled;
  std::size_t count = 0;
};
Entries entries_of(std::string_view value) {
  Entries entries;
  rapidjson::Document document;
  const std::string json(value);
  document.Parse<rapidjson::kParseIterativeFlag>(json.c_str());
  if (document.HasParseError() || !document.IsObject()) return entries;
  const rapidjson::Value& root = document;
  std::map<std::string, int> keys;
  for (const auto& member : root.GetObject()) {
    ++keys[std::string(member.name.GetString(), member.name.GetStringLength())];
  }
  if (keys["entry"] != 1 || keys["resourceType"] != 1) return entries;
  if (root["resourceType"] != "Bundle" || !root["entry"].IsArray()) return entries;
  const auto list = root["entry"].GetArray();
  entries.count = list.Size();
  for (std::uint32_t i = 0; i < list.Size(); ++i) {
    if (!list[i].IsObject() || !list[i].HasMember("resource") || !list[i]["resource"].IsObject()) continue;
    const rapidjson::Value& resource = list[i]["resource"];
    if (resource.HasMember("resourceType") && resource["resourceType"] != "Bundle") entries.filled.insert(i);
  }
  return entries;
}

void check_bundle(std::string_view value, std::span<const Item> items, Findings& findings) {
  const Entries entries = entries_of(value);
  if (entries.count == 0) return;
  const bool refused = items.size() == 1 && items.front().disposition == Disposition::dead;
  if (refused) return;
  std::set<std::uint32_t> found;
  for (const Item& item : items) found.insert(item.entry);
  findings.check(*found.rbegin() < entries.count, "an item stands in an entry of the Bundle");
  for (const std::uint32_t filled : entries.filled) {
    if (!findings.check(found.contains(filled), "a resource of a Bundle has an item")) return;
  }
}

/// What holds of every record.
void read_record(std::string_view input, Findings& findings, bool is_bundle) {
  const Record record(input);
  fhir::Intake& intake = record.how.find('s') == std::string_view::npos ? plain_intake() : site_intake();
  std::span<const Item> items = intake.read(record.value, record.context);
  check_items(items, record.context.time, findings);
  const std::string listing = listing_of(items);
  if (record.value.data() != nullptr) {
    const Outcome outcome = compare_readings(record.value, findings);
    if (const Reason reason = reason_of(outcome); reason != Reason::none) {
      // Headers and first bytes may say more of why it is no JSON.
      const bool has_its_reason = items.front().reason == reason || items.front().reason == Reason::malformed_json;
      findings.check(items.size() == 1 && items.front().disposition == Disposition::dead && has_its_reason,
                     "what cannot be read is one dead letter");
    }
    if (is_bundle && outcome == Outcome::object) check_bundle(record.value, items, findings);
  }
  findings.check(listing_of(intake.read(record.value, record.context)) == listing,
                 "the same bytes give the same items");
}

}  // namespace

void run_reader(std::string_view input, Findings& findings) { read_record(input, findings, false); }

void run_bundle(std::string_view input, Findings& findings) { read_record(input, findings, true); }

void run_facts(std::string_view input, Findings& findings) { read_record(input, findings, false); }

}  // namespace coagwatch::fuzz
