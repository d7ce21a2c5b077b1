#pragma once

#include <cstdint>

#include "fhir/field_names.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {

/// What kind of object stands at a place; it decides which of its keys are read.
enum class Node : std::uint8_t {
  skipped,
  root,
  meta,
  coding,
  concept_,
  category,
  identifier,
  component,
  extension,
  modifier_extension,
  reference,
  related,
  encounter,
  period,
  timing,
  quantity,
  range,
  ratio,
  reference_range,
  contained,
  collection,
  container,
  additive,
};

/// Where the value of a key goes.
struct Slot {
  using Append = void* (*)(void*);
  enum class Shape : std::uint8_t { none, scalar, object, objects, scalars, marker };

  Shape shape = Shape::none;
  Node node = Node::skipped;  ///< of the object, or of each element
  void* object = nullptr;     ///< the object, or the owner of the list
  Scalar* scalar = nullptr;
  Presence* presence = nullptr;  ///< set when something is there
  Append append = nullptr;       ///< lists: makes room for one more element; none: elements share `object`
};

/// The slot of a key in an object of that kind; of shape none if it is not read. `object` is what the node's kind is
/// read into: an Observation for root, meta, category and timing, a ResultPart for component, a Contained for
/// contained, collection, container and additive, else the structure of the same name.
Slot slot_of(Node node, void* object, Field field);

// The parts of slot_of, by object.
Slot root_slot(Observation& observation, Field field);
Slot component_slot(ResultPart& component, Field field);
Slot to_scalar(Scalar& scalar);
Slot to_marker(Presence& presence);
Slot to_object(Node node, void* object, Presence* presence = nullptr);
Slot to_objects(Node node, void* owner, Slot::Append append, Presence* presence = nullptr);

/// Makes room for one more element of a list: `append_to<Observation, &Observation::tags>`.
template <typename Owner, auto kList>
void* append_to(void* owner) {
  return &(static_cast<Owner*>(owner)->*kList).next();
}

}  // namespace coagwatch::fhir
