#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace coagwatch::fhir {

// The fields of an Observation that intake reads, as found and not yet judged. Every text is a view into the reader's
// buffer. FHIR's names in snake_case.

/// A JSON primitive with the type it was written in: `"5"` and `5` are not the same.
struct Scalar {
  enum class Kind : std::uint8_t { absent, string, number, boolean, structure };
  std::string_view text;
  Kind kind = Kind::absent;

  [[nodiscard]] bool absent() const { return kind == Kind::absent; }
  [[nodiscard]] bool is_string() const { return kind == Kind::string; }
  [[nodiscard]] bool is_number() const { return kind == Kind::number; }
  /// The text of a string; empty for everything else.
  [[nodiscard]] std::string_view string() const { return is_string() ? text : std::string_view(); }
};

/// Whether a structure was there. `wrong_shape`: something else stood in its place, an array for an object.
enum class Presence : std::uint8_t { absent, present, wrong_shape };

/// A list whose elements keep their own buffers when it is emptied for the next record.
template <typename T>
class Pool {
 public:
  T& next() {
    if (used_ == elements_.size()) elements_.emplace_back();
    T& element = elements_[used_++];
    element.reset();
    return element;
  }
  void reset() { used_ = 0; }
  [[nodiscard]] bool empty() const { return used_ == 0; }
  [[nodiscard]] std::size_t size() const { return used_; }
  const T& operator[](std::size_t i) const { return elements_[i]; }
  [[nodiscard]] const T* begin() const { return elements_.data(); }
  [[nodiscard]] const T* end() const { return elements_.data() + used_; }

 private:
  std::vector<T> elements_;
  std::size_t used_ = 0;
};

struct TextElement {
  Scalar scalar;
  void reset() { *this = {}; }
};

struct Coding {
  Scalar system, code, display;
  void reset() { *this = {}; }
};

struct Concept {
  Presence presence = Presence::absent;
  Scalar text;
  Pool<Coding> codings;
  void reset() {
    presence = Presence::absent;
    text = {};
    codings.reset();
  }
};

struct Identifier {
  Scalar system, value;
  void reset() { *this = {}; }
};

struct Reference {
  Presence presence = Presence::absent;
  Scalar reference, type, display;
  Identifier identifier;
  void reset() { *this = {}; }
};

struct Quantity {
  Presence presence = Presence::absent;
  Scalar value, comparator, unit, system, code;
};

struct Range {
  Presence presence = Presence::absent;
  Quantity low, high;
};

struct Ratio {
  Presence presence = Presence::absent;
  Quantity numerator, denominator;
};

struct Period {
  Presence presence = Presence::absent;
  Scalar start, end;
};

struct ReferenceRange {
  Quantity low, high;
  Concept type;
  Range age;
  Scalar text;
  Presence applies_to = Presence::absent;
  Presence modifier_extension = Presence::absent;
  void reset() {
    low = {};
    high = {};
    type.reset();
    age = {};
    text = {};
    applies_to = Presence::absent;
    modifier_extension = Presence::absent;
  }
};

struct ModifierExtension {
  Scalar url;
  Coding value_coding;
  void reset() { *this = {}; }
};

struct Extension {
  Scalar url;
  Reference value_reference;
  void reset() { *this = {}; }
};

/// Observation.related of DSTU2 and STU3.
struct Related {
  Scalar type;
  Reference target;
  void reset() { *this = {}; }
};

/// Specimen.collection.collected[x]
struct Collected {
  Scalar date_time;
  Period period;
};

/// A Patient or a Specimen, in the Observation or beside it: as far as needed.
struct Contained {
  Scalar resource_type, id;
  Collected collected;
  Pool<Identifier> identifiers;
  Concept type;              ///< Specimen.type
  Pool<Concept> conditions;  ///< Specimen.condition
  Pool<Coding> additives;    ///< codings of Specimen.container.additiveCodeableConcept
  void reset() {
    resource_type = {};
    id = {};
    collected = {};
    identifiers.reset();
    type.reset();
    conditions.reset();
    additives.reset();
  }
};

/// The part of a result without lists: value[x] and its marks.
struct ResultFields {
  Scalar value_string, value_integer, value_boolean;
  Quantity value_quantity;
  Range value_range;
  Presence value_other = Presence::absent;  ///< SampledData, time, dateTime, Period, Attachment, Reference
  Presence data_absent_reason = Presence::absent;
  Presence modifier_extension = Presence::absent;
};

/// What an Observation and each of its components have in common: what was measured, and what came out.
struct ResultPart : ResultFields {
  Concept code;
  Concept value_concept;
  Ratio value_ratio;
  Pool<ReferenceRange> reference_ranges;

  void reset() {
    static_cast<ResultFields&>(*this) = {};
    code.reset();
    value_concept.reset();
    if (value_ratio.presence != Presence::absent) value_ratio = {};  // rare, and large
    reference_ranges.reset();
  }
  /// Some value[x] stands there, of whatever type or shape.
  [[nodiscard]] bool has_value() const {
    return value_quantity.presence != Presence::absent || value_range.presence != Presence::absent ||
           value_ratio.presence != Presence::absent || value_concept.presence != Presence::absent ||
           value_other != Presence::absent || !value_string.absent() || !value_integer.absent() ||
           !value_boolean.absent();
  }
};

/// The part of Observation without lists, and without what its components have too.
struct ObservationFields {
  Scalar resource_type, id, implicit_rules, status;
  Scalar meta_version_id, meta_last_updated;
  Scalar effective_date_time, effective_instant, issued;
  Scalar category_text;
  Scalar encounter;  ///< encounter.reference
  Reference subject, specimen;
  Period effective_period;
  Presence effective_timing = Presence::absent;
  Presence focus = Presence::absent;
  Presence category = Presence::absent;
  Presence component = Presence::absent;
  Presence old_version = Presence::absent;  ///< a field that R4 does not have: of STU3 or older
  Scalar applies_date_time, reliability;    ///< before DSTU2
  Period applies_period;                    ///< before DSTU2
  Presence related_presence = Presence::absent;
  std::string_view duplicate_field;  ///< a field that we read and that stands twice in one object
  bool duplicate_resource_type = false;
};

/// Other resources are read into it too, for the fields that they share: DiagnosticReport.
struct Observation : ObservationFields, ResultPart {
  Pool<Coding> tags;
  Pool<Identifier> identifiers;
  Pool<Extension> extensions;
  Pool<ModifierExtension> modifier_extensions;
  Pool<Coding> category_codings;
  Concept method;
  Pool<TextElement> timing_events;
  Pool<ResultPart> components;
  Pool<Reference> results;  ///< DiagnosticReport.result, or Observation.hasMember of a panel
  Pool<Related> related;
  Pool<Contained> contained;

  /// Makes it empty, keeping buffers.
  void reset() {
    static_cast<ObservationFields&>(*this) = {};
    ResultPart::reset();
    tags.reset();
    identifiers.reset();
    extensions.reset();
    modifier_extensions.reset();
    category_codings.reset();
    method.reset();
    timing_events.reset();
    components.reset();
    results.reset();
    related.reset();
    contained.reset();
  }
};

}  // namespace coagwatch::fhir
