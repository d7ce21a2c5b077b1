#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fhir/field_names.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {

/// Fills an Observation from the events of a JSON parser: an iterative state machine over the path, one frame for each
/// object or array that we read from; everything else is skipped by counting. The returned booleans tell the parser to
/// go on.
class ObservationBuilder {
 public:
  /// `max_depth`: of objects and arrays inside each other; deeper stops the parser.
  explicit ObservationBuilder(std::uint32_t max_depth);

  /// Begins a new document, to be read into `out`.
  void start(Observation& out);

  bool key(std::string_view name);
  bool scalar(Scalar::Kind kind, std::string_view text);
  bool null() { return true; }
  bool begin_object();
  bool end_object();
  bool begin_array();
  bool end_array() { return end_object(); }

  [[nodiscard]] bool too_deep() const { return too_deep_; }
  /// The document's root is an object.
  [[nodiscard]] bool root_is_object() const { return root_is_object_; }

 private:
  /// What kind of object a frame stands for; it decides which keys are read.
  enum class Node : std::uint8_t {
    skipped,
    root,
    meta,
    coding,
    concept_,
    category,
    identifier,
    modifier_extension,
    reference,
    period,
    timing,
    quantity,
    range,
    reference_range,
    contained,
    collection,
    condition,
  };
  using Append = void* (*)(void*);
  /// Where the value of a key goes.
  struct Slot {
    enum class Shape : std::uint8_t { none, scalar, object, objects, scalars, marker };
    Shape shape = Shape::none;
    Node node = Node::skipped;  ///< of the object, or of each element
    void* object = nullptr;     ///< the object, or the owner of the list
    Scalar* scalar = nullptr;
    Presence* presence = nullptr;  ///< set when something is there
    Append append = nullptr;       ///< lists: makes room for one more element; none: elements share `object`
  };
  struct Frame {
    Slot slot;  ///< of the key just read, or of the elements of an array
    void* object = nullptr;
    Node node = Node::skipped;
    bool is_array = false;
    std::array<std::uint64_t, 2> seen{};
  };

  static Slot slot_of(Node node, void* object, Field field);
  static Slot root_slot(Observation& observation, Field field);
  static Slot root_value_slot(Observation& observation, Field field);
  static Slot root_time_slot(Observation& observation, Field field);
  static Slot root_mark_slot(Observation& observation, Field field);
  static Slot quantity_slot(Quantity& quantity, Field field);
  static Slot reference_range_slot(ReferenceRange& range, Field field);
  static Slot contained_slot(Contained& contained, Field field);
  static Slot to_scalar(Scalar& scalar);
  static Slot to_object(Node node, void* object, Presence* presence = nullptr);
  static Slot to_objects(Node node, void* owner, Append append, Presence* presence = nullptr);
  static Slot to_marker(Presence& presence);

  bool enter_value();
  void push(Node node, void* object, bool is_array, const Slot& slot);
  void mark_wrong_shape(const Slot& slot);
  void note_version_field(Field field);

  Observation* out_ = nullptr;
  std::vector<Frame> frames_;
  std::uint32_t max_depth_;
  std::uint32_t depth_ = 0;
  std::uint32_t skipped_depth_ = 0;
  bool too_deep_ = false;
  bool root_is_object_ = false;
};

}  // namespace coagwatch::fhir
