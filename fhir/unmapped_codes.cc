#include "fhir/unmapped_codes.h"

#include <algorithm>
#include <tuple>

#include "fhir/json_writer.h"

namespace coagwatch::fhir {
namespace {

void append_member(std::string_view name, std::string_view text, JsonWriter& json) {
  json.member(name);
  if (text.empty()) {
    json.null();
  } else {
    json.text(text);
  }
}

}  // namespace

void UnmappedCodes::add(std::string_view code, std::string_view display, std::string_view why, std::uint64_t n) {
  key_.assign(code.empty() ? display : code);
  key_.push_back(code.empty() ? '\0' : '\1');
  key_.append(why);
  auto found = entries_.find(key_);
  if (found == entries_.end()) {
    if (entries_.size() >= limit_) {
      const auto rarest = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.count, a.second.since) < std::tie(b.second.count, b.second.since);
      });
      if (rarest == entries_.end() || rarest->second.count > n) {
        other_ += n;
        return;
      }
      other_ += rarest->second.count;
      entries_.erase(rarest);
    }
    found = entries_.emplace(key_, Entry{std::string(code), "", std::string(why), 0, next_++}).first;
  }
  Entry& entry = found->second;
  if (entry.display.empty()) entry.display = display;
  entry.count += n;
}

void UnmappedCodes::add(const UnmappedCodes& others) {
  for (const auto& [key, entry] : others.entries_) add(entry.code, entry.display, entry.why, entry.count);
  other_ += others.other_;
}

void UnmappedCodes::clear() {
  entries_.clear();
  other_ = 0;
}

std::vector<const UnmappedCodes::Entry*> UnmappedCodes::sorted() const {
  std::vector<const Entry*> list;
  list.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) list.push_back(&entry);
  std::sort(list.begin(), list.end(), [](const Entry* a, const Entry* b) {
    return std::tie(b->count, a->code, a->display, a->why) < std::tie(a->count, b->code, b->display, b->why);
  });
  return list;
}

void append_unmapped(const UnmappedCodes::Entry& entry, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  append_member("code", entry.code, json);
  append_member("display", entry.display, json);
  append_member("why", entry.why, json);
  json.integer("count", static_cast<std::int64_t>(entry.count));
  json.end_object();
}

std::string unmapped_json(const UnmappedCodes& codes) {
  std::string json = "{\"codes\":[";
  for (const UnmappedCodes::Entry* entry : codes.sorted()) {
    if (json.back() == '}') json.push_back(',');
    append_unmapped(*entry, json);
  }
  return json + "],\"other\":" + std::to_string(codes.other()) + "}";
}

}  // namespace coagwatch::fhir
