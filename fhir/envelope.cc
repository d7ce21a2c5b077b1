#include "fhir/envelope.h"

#include <algorithm>

#include "fhir/json_verdict.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

using Kind = JsonSlice::Kind;

constexpr std::string_view expectation(bool text, bool list) {
  if (list) return "expected an object, a list of objects, or either as text";
  return text ? "expected an object, or one as text" : "expected an object";
}

}  // namespace

EnvelopeReader::EnvelopeReader(std::span<const std::string> pointers, std::uint32_t max_depth, std::size_t max_entries)
    : max_entries_(max_entries), reader_(max_depth) {
  for (const std::string& text : pointers) {
    if (auto pointer = JsonPointer::parse(text)) pointers_.push_back(std::move(*pointer));
  }
}

const Envelope& EnvelopeReader::open(std::string_view record) {
  texts_.clear();
  envelope_.kind = Envelope::Kind::none;
  envelope_.parts.clear();
  envelope_.list = false;
  removal_ = false;
  record = without_byte_order_mark(record);
  open_known(record);
  // What a site says about its own messages is more than what they look like, but for what they say was deleted.
  if (!removal_) open_pointers(record);
  return envelope_;
}

void EnvelopeReader::open_pointers(std::string_view record) {
  bool found_one = false;
  for (const JsonPointer& pointer : pointers_) {
    const JsonSlice value = pointer.find(record, max_entries_, slicer_, texts_);
    if (value.twice) {
      refuse(dead(Reason::duplicate_key, "a key on the way stands twice"), pointer.text());
      return;
    }
    if (!value.given()) continue;
    if (!found_one) {
      envelope_.kind = Envelope::Kind::resources;
      envelope_.parts.clear();
      envelope_.list = false;
    }
    // With a second one it is a list of what they hold.
    if (found_one) envelope_.list = true;
    found_one = true;
    add(value, Accept::anything, pointer.text());
    if (envelope_.kind == Envelope::Kind::verdict) return;
  }
}

void EnvelopeReader::add(const JsonSlice& value, Accept accept, std::string_view where) {
  if (value.kind == Kind::object) {
    envelope_.parts.push_back({value.text, {}, where});
  } else if (value.kind == Kind::array && accept == Accept::anything) {
    add_elements(value.text, where);
  } else if (value.kind == Kind::string && accept != Accept::object) {
    add_text(without_byte_order_mark(value.text), accept, where);
  } else {
    const std::string_view text = expectation(accept != Accept::object, accept == Accept::anything);
    envelope_.parts.push_back({{}, dead(Reason::not_fhir, text), where});
  }
}

/// A text that holds JSON.
void EnvelopeReader::add_text(std::string_view text, Accept accept, std::string_view where) {
  const JsonReader::Outcome outcome = reader_.read(text, unused_);
  if (outcome == JsonReader::Outcome::object) {
    envelope_.parts.push_back({text, {}, where});
  } else if (outcome != JsonReader::Outcome::not_an_object) {
    envelope_.parts.push_back({{}, verdict_of(outcome), where});
  } else if (const JsonSlice value = slicer_.whole(text, texts_); value.kind == Kind::array) {
    add(value, accept, where);
  } else {
    // Text within text is not opened.
    add({Kind::other, {}, false}, accept, where);
  }
}

void EnvelopeReader::add_elements(std::string_view array, std::string_view where) {
  envelope_.list = true;
  const std::size_t room = max_entries_ - std::min(max_entries_, envelope_.parts.size());
  if (!slicer_.elements(array, room, elements_)) {
    refuse(dead(Reason::too_large, "more elements than limits.entries"), where);
    return;
  }
  for (const JsonSlice& element : elements_) {
    if (element.kind == Kind::object) {
      envelope_.parts.push_back({element.text, {}, where});
    } else {
      envelope_.parts.push_back({{}, dead(Reason::not_fhir, "expected a list of objects"), where});
    }
  }
}

void EnvelopeReader::refuse(const Verdict& verdict, std::string_view where) {
  envelope_.kind = Envelope::Kind::verdict;
  envelope_.verdict = verdict;
  envelope_.where = where;
}

}  // namespace coagwatch::fhir
