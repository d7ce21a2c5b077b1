#include "fhir/observation_slots.h"

namespace coagwatch::fhir {
namespace {

Slot meta_slot(Observation& observation, Field field) {
  switch (field) {
    case Field::version_id:
      return to_scalar(observation.meta_version_id);
    case Field::last_updated:
      return to_scalar(observation.meta_last_updated);
    case Field::tag:
      return to_objects(Node::coding, &observation, append_to<Observation, &Observation::tags>);
    default:
      return {};
  }
}

Slot category_slot(Observation& observation, Field field) {
  if (field == Field::text) return to_scalar(observation.category_text);
  if (field != Field::coding) return {};
  return to_objects(Node::coding, &observation, append_to<Observation, &Observation::category_codings>);
}

Slot timing_slot(Observation& observation, Field field) {
  if (field != Field::event) return {};
  Slot slot = to_objects(Node::skipped, &observation, append_to<Observation, &Observation::timing_events>);
  slot.shape = Slot::Shape::scalars;
  return slot;
}

Slot coding_slot(Coding& coding, Field field) {
  switch (field) {
    case Field::system:
      return to_scalar(coding.system);
    case Field::code:
      return to_scalar(coding.code);
    case Field::display:
      return to_scalar(coding.display);
    default:
      return {};
  }
}

Slot concept_slot(Concept& coded, Field field) {
  if (field == Field::text) return to_scalar(coded.text);
  if (field != Field::coding) return {};
  return to_objects(Node::coding, &coded, append_to<Concept, &Concept::codings>);
}

Slot identifier_slot(Identifier& identifier, Field field) {
  if (field == Field::system) return to_scalar(identifier.system);
  if (field == Field::value) return to_scalar(identifier.value);
  return {};
}

Slot extension_slot(Extension& extension, Field field) {
  if (field == Field::url) return to_scalar(extension.url);
  if (field != Field::value_reference) return {};
  return to_object(Node::reference, &extension.value_reference, &extension.value_reference.presence);
}

Slot modifier_extension_slot(ModifierExtension& extension, Field field) {
  if (field == Field::url) return to_scalar(extension.url);
  if (field == Field::value_coding) return to_object(Node::coding, &extension.value_coding);
  return {};
}

Slot reference_slot(Reference& reference, Field field) {
  switch (field) {
    case Field::reference:
      return to_scalar(reference.reference);
    case Field::type:
      return to_scalar(reference.type);
    case Field::display:
      return to_scalar(reference.display);
    case Field::identifier:
      return to_object(Node::identifier, &reference.identifier);
    default:
      return {};
  }
}

Slot encounter_slot(Observation& observation, Field field) {
  return field == Field::reference ? to_scalar(observation.encounter) : Slot();
}

Slot related_slot(Related& related, Field field) {
  if (field == Field::type) return to_scalar(related.type);
  if (field == Field::target) return to_object(Node::reference, &related.target, &related.target.presence);
  return {};
}

Slot period_slot(Period& period, Field field) {
  if (field == Field::start) return to_scalar(period.start);
  if (field == Field::end) return to_scalar(period.end);
  return {};
}

Slot range_slot(Range& range, Field field) {
  if (field == Field::low) return to_object(Node::quantity, &range.low, &range.low.presence);
  if (field == Field::high) return to_object(Node::quantity, &range.high, &range.high.presence);
  return {};
}

Slot ratio_slot(Ratio& ratio, Field field) {
  if (field == Field::numerator) return to_object(Node::quantity, &ratio.numerator, &ratio.numerator.presence);
  if (field == Field::denominator) return to_object(Node::quantity, &ratio.denominator, &ratio.denominator.presence);
  return {};
}

Slot collection_slot(Contained& specimen, Field field) {
  if (field == Field::collected_date_time) return to_scalar(specimen.collected.date_time);
  if (field != Field::collected_period) return {};
  return to_object(Node::period, &specimen.collected.period, &specimen.collected.period.presence);
}

Slot container_slot(Contained& specimen, Field field) {
  return field == Field::additive_codeable_concept ? to_object(Node::additive, &specimen) : Slot();
}

Slot additive_slot(Contained& specimen, Field field) {
  if (field != Field::coding) return {};
  return to_objects(Node::coding, &specimen, append_to<Contained, &Contained::additives>);
}

Slot quantity_slot(Quantity& quantity, Field field) {
  switch (field) {
    case Field::value:
      return to_scalar(quantity.value);
    case Field::comparator:
      return to_scalar(quantity.comparator);
    case Field::unit:
      return to_scalar(quantity.unit);
    case Field::system:
      return to_scalar(quantity.system);
    case Field::code:
      return to_scalar(quantity.code);
    default:
      return {};
  }
}

Slot reference_range_slot(ReferenceRange& range, Field field) {
  switch (field) {
    case Field::low:
      return to_object(Node::quantity, &range.low, &range.low.presence);
    case Field::high:
      return to_object(Node::quantity, &range.high, &range.high.presence);
    case Field::type:
      return to_object(Node::concept_, &range.type, &range.type.presence);
    case Field::age:
      return to_object(Node::range, &range.age, &range.age.presence);
    case Field::text:
      return to_scalar(range.text);
    case Field::applies_to:
      return to_marker(range.applies_to);
    case Field::modifier_extension:
      return to_marker(range.modifier_extension);
    default:
      return {};
  }
}

Slot contained_slot(Contained& contained, Field field) {
  switch (field) {
    case Field::resource_type:
      return to_scalar(contained.resource_type);
    case Field::id:
      return to_scalar(contained.id);
    case Field::identifier:
      return to_objects(Node::identifier, &contained, append_to<Contained, &Contained::identifiers>);
    case Field::type:
      return to_object(Node::concept_, &contained.type, &contained.type.presence);
    case Field::collection:
      return to_object(Node::collection, &contained);
    case Field::condition:
      return to_objects(Node::concept_, &contained, append_to<Contained, &Contained::conditions>);
    case Field::container:
      return to_objects(Node::container, &contained, nullptr);
    default:
      return {};
  }
}

}  // namespace

Slot to_scalar(Scalar& scalar) {
  Slot slot;
  slot.shape = Slot::Shape::scalar;
  slot.scalar = &scalar;
  return slot;
}

Slot to_marker(Presence& presence) {
  Slot slot;
  slot.shape = Slot::Shape::marker;
  slot.presence = &presence;
  return slot;
}

Slot to_object(Node node, void* object, Presence* presence) {
  Slot slot;
  slot.shape = Slot::Shape::object;
  slot.node = node;
  slot.object = object;
  slot.presence = presence;
  return slot;
}

Slot to_objects(Node node, void* owner, Slot::Append append, Presence* presence) {
  Slot slot = to_object(node, owner, presence);
  slot.shape = Slot::Shape::objects;
  slot.append = append;
  return slot;
}

Slot slot_of(Node node, void* object, Field field) {
  if (field == Field::unknown) return {};
  switch (node) {
    case Node::root:
      return root_slot(*static_cast<Observation*>(object), field);
    case Node::meta:
      return meta_slot(*static_cast<Observation*>(object), field);
    case Node::category:
      return category_slot(*static_cast<Observation*>(object), field);
    case Node::timing:
      return timing_slot(*static_cast<Observation*>(object), field);
    case Node::coding:
      return coding_slot(*static_cast<Coding*>(object), field);
    case Node::concept_:
      return concept_slot(*static_cast<Concept*>(object), field);
    case Node::component:
      return component_slot(*static_cast<ResultPart*>(object), field);
    case Node::identifier:
      return identifier_slot(*static_cast<Identifier*>(object), field);
    case Node::extension:
      return extension_slot(*static_cast<Extension*>(object), field);
    case Node::modifier_extension:
      return modifier_extension_slot(*static_cast<ModifierExtension*>(object), field);
    case Node::reference:
      return reference_slot(*static_cast<Reference*>(object), field);
    case Node::encounter:
      return encounter_slot(*static_cast<Observation*>(object), field);
    case Node::related:
      return related_slot(*static_cast<Related*>(object), field);
    case Node::period:
      return period_slot(*static_cast<Period*>(object), field);
    case Node::quantity:
      return quantity_slot(*static_cast<Quantity*>(object), field);
    case Node::range:
      return range_slot(*static_cast<Range*>(object), field);
    case Node::ratio:
      return ratio_slot(*static_cast<Ratio*>(object), field);
    case Node::reference_range:
      return reference_range_slot(*static_cast<ReferenceRange*>(object), field);
    case Node::contained:
      return contained_slot(*static_cast<Contained*>(object), field);
    case Node::collection:
      return collection_slot(*static_cast<Contained*>(object), field);
    case Node::container:
      return container_slot(*static_cast<Contained*>(object), field);
    case Node::additive:
      return additive_slot(*static_cast<Contained*>(object), field);
    case Node::skipped:
      break;
  }
  return {};
}

}  // namespace coagwatch::fhir
