#include "fhir/observation_builder.h"

namespace coagwatch::fhir {

// Which keys of which object are read, and where to: the part of FHIR's grammar that we use.

ObservationBuilder::Slot ObservationBuilder::to_scalar(Scalar& scalar) {
  Slot slot;
  slot.shape = Slot::Shape::scalar;
  slot.scalar = &scalar;
  return slot;
}

ObservationBuilder::Slot ObservationBuilder::to_object(Node node, void* object, Presence* presence) {
  Slot slot;
  slot.shape = Slot::Shape::object;
  slot.node = node;
  slot.object = object;
  slot.presence = presence;
  return slot;
}

ObservationBuilder::Slot ObservationBuilder::to_objects(Node node, void* owner, Append append, Presence* presence) {
  Slot slot = to_object(node, owner, presence);
  slot.shape = Slot::Shape::objects;
  slot.append = append;
  return slot;
}

ObservationBuilder::Slot ObservationBuilder::to_marker(Presence& presence) {
  Slot slot;
  slot.shape = Slot::Shape::marker;
  slot.presence = &presence;
  return slot;
}

ObservationBuilder::Slot ObservationBuilder::slot_of(Node node, void* object, Field field) {
  if (field == Field::unknown) return {};
  switch (node) {
    case Node::root:
      return root_slot(*static_cast<Observation*>(object), field);
    case Node::meta: {
      auto& observation = *static_cast<Observation*>(object);
      if (field == Field::version_id) return to_scalar(observation.meta_version_id);
      if (field == Field::last_updated) return to_scalar(observation.meta_last_updated);
      if (field == Field::tag) {
        return to_objects(Node::coding, object,
                          [](void* owner) -> void* { return &static_cast<Observation*>(owner)->tags.next(); });
      }
      return {};
    }
    case Node::coding: {
      auto& coding = *static_cast<Coding*>(object);
      if (field == Field::system) return to_scalar(coding.system);
      if (field == Field::code) return to_scalar(coding.code);
      if (field == Field::display) return to_scalar(coding.display);
      return {};
    }
    case Node::concept_: {
      if (field == Field::text) return to_scalar(static_cast<Concept*>(object)->text);
      if (field == Field::coding) {
        return to_objects(Node::coding, object,
                          [](void* owner) -> void* { return &static_cast<Concept*>(owner)->codings.next(); });
      }
      return {};
    }
    case Node::category: {
      if (field == Field::text) return to_scalar(static_cast<Observation*>(object)->category_text);
      if (field == Field::coding) {
        return to_objects(Node::coding, object, [](void* owner) -> void* {
          return &static_cast<Observation*>(owner)->category_codings.next();
        });
      }
      return {};
    }
    case Node::identifier: {
      auto& identifier = *static_cast<Identifier*>(object);
      if (field == Field::system) return to_scalar(identifier.system);
      if (field == Field::value) return to_scalar(identifier.value);
      return {};
    }
    case Node::modifier_extension: {
      auto& extension = *static_cast<ModifierExtension*>(object);
      if (field == Field::url) return to_scalar(extension.url);
      if (field == Field::value_coding) return to_object(Node::coding, &extension.value_coding);
      return {};
    }
    case Node::reference: {
      auto& reference = *static_cast<Reference*>(object);
      if (field == Field::reference) return to_scalar(reference.reference);
      if (field == Field::type) return to_scalar(reference.type);
      if (field == Field::identifier) return to_object(Node::identifier, &reference.identifier);
      return {};
    }
    case Node::period: {
      auto& period = *static_cast<Period*>(object);
      if (field == Field::start) return to_scalar(period.start);
      if (field == Field::end) return to_scalar(period.end);
      return {};
    }
    case Node::timing:
      if (field == Field::event) {
        Slot slot = to_objects(Node::skipped, object, [](void* owner) -> void* {
          return &static_cast<Observation*>(owner)->timing_events.next();
        });
        slot.shape = Slot::Shape::scalars;
        return slot;
      }
      return {};
    case Node::quantity:
      return quantity_slot(*static_cast<Quantity*>(object), field);
    case Node::range: {
      auto& range = *static_cast<Range*>(object);
      if (field == Field::low) return to_object(Node::quantity, &range.low, &range.low.presence);
      if (field == Field::high) return to_object(Node::quantity, &range.high, &range.high.presence);
      return {};
    }
    case Node::reference_range:
      return reference_range_slot(*static_cast<ReferenceRange*>(object), field);
    case Node::contained:
      return contained_slot(*static_cast<Contained*>(object), field);
    case Node::collection: {
      auto& contained = *static_cast<Contained*>(object);
      if (field == Field::collected_date_time) return to_scalar(contained.collected_date_time);
      if (field == Field::collected_period) {
        return to_object(Node::period, &contained.collected_period, &contained.collected_period.presence);
      }
      return {};
    }
    case Node::condition:
      if (field == Field::coding) {
        return to_objects(Node::coding, object,
                          [](void* owner) -> void* { return &static_cast<Contained*>(owner)->conditions.next(); });
      }
      return {};
    case Node::skipped:
      break;
  }
  return {};
}

ObservationBuilder::Slot ObservationBuilder::root_slot(Observation& observation, Field field) {
  switch (field) {
    case Field::resource_type:
      return to_scalar(observation.resource_type);
    case Field::id:
      return to_scalar(observation.id);
    case Field::status:
      return to_scalar(observation.status);
    case Field::meta:
      return to_object(Node::meta, &observation);
    case Field::implicit_rules:
      return to_scalar(observation.implicit_rules);
    case Field::identifier:
      return to_objects(Node::identifier, &observation,
                        [](void* owner) -> void* { return &static_cast<Observation*>(owner)->identifiers.next(); });
    case Field::modifier_extension:
      return to_objects(
          Node::modifier_extension, &observation,
          [](void* owner) -> void* { return &static_cast<Observation*>(owner)->modifier_extensions.next(); },
          &observation.modifier_extension);
    case Field::category:
      return to_objects(Node::category, &observation, nullptr, &observation.category);
    case Field::code:
      return to_object(Node::concept_, &observation.code, &observation.code.presence);
    case Field::method:
      return to_object(Node::concept_, &observation.method, &observation.method.presence);
    case Field::subject:
      return to_object(Node::reference, &observation.subject, &observation.subject.presence);
    case Field::specimen:
      return to_object(Node::reference, &observation.specimen, &observation.specimen.presence);
    case Field::reference_range:
      return to_objects(Node::reference_range, &observation, [](void* owner) -> void* {
        return &static_cast<Observation*>(owner)->reference_ranges.next();
      });
    case Field::contained:
      return to_objects(Node::contained, &observation,
                        [](void* owner) -> void* { return &static_cast<Observation*>(owner)->contained.next(); });
    default:
      break;
  }
  const Slot time = root_time_slot(observation, field);
  if (time.shape != Slot::Shape::none) return time;
  const Slot value = root_value_slot(observation, field);
  return value.shape != Slot::Shape::none ? value : root_mark_slot(observation, field);
}

ObservationBuilder::Slot ObservationBuilder::root_time_slot(Observation& observation, Field field) {
  switch (field) {
    case Field::effective_date_time:
      return to_scalar(observation.effective_date_time);
    case Field::effective_instant:
      return to_scalar(observation.effective_instant);
    case Field::effective_period:
      return to_object(Node::period, &observation.effective_period, &observation.effective_period.presence);
    case Field::effective_timing:
      return to_object(Node::timing, &observation, &observation.effective_timing);
    case Field::issued:
      return to_scalar(observation.issued);
    default:
      return {};
  }
}

ObservationBuilder::Slot ObservationBuilder::root_value_slot(Observation& observation, Field field) {
  switch (field) {
    case Field::value_quantity:
      return to_object(Node::quantity, &observation.value_quantity, &observation.value_quantity.presence);
    case Field::value_range:
      return to_object(Node::range, &observation.value_range, &observation.value_range.presence);
    case Field::value_string:
      return to_scalar(observation.value_string);
    case Field::value_integer:
      return to_scalar(observation.value_integer);
    case Field::value_boolean:
      return to_scalar(observation.value_boolean);
    case Field::value_codeable_concept:
      return to_marker(observation.value_concept);
    case Field::value_ratio:
    case Field::value_sampled_data:
    case Field::value_time:
    case Field::value_date_time:
    case Field::value_period:
    case Field::value_attachment:
    case Field::value_reference:
      return to_marker(observation.value_other);
    default:
      return {};
  }
}

ObservationBuilder::Slot ObservationBuilder::root_mark_slot(Observation& observation, Field field) {
  switch (field) {
    case Field::data_absent_reason:
      return to_marker(observation.data_absent_reason);
    case Field::focus:
      return to_marker(observation.focus);
    case Field::component:
      return to_marker(observation.component);
    case Field::applies_date_time:
    case Field::applies_period:
    case Field::reliability:
    case Field::comments:
    case Field::related:
    case Field::comment:
    case Field::context:
      return to_marker(observation.old_version);
    default:
      return {};
  }
}

ObservationBuilder::Slot ObservationBuilder::quantity_slot(Quantity& quantity, Field field) {
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

ObservationBuilder::Slot ObservationBuilder::reference_range_slot(ReferenceRange& range, Field field) {
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

ObservationBuilder::Slot ObservationBuilder::contained_slot(Contained& contained, Field field) {
  switch (field) {
    case Field::resource_type:
      return to_scalar(contained.resource_type);
    case Field::id:
      return to_scalar(contained.id);
    case Field::identifier:
      return to_objects(Node::identifier, &contained,
                        [](void* owner) -> void* { return &static_cast<Contained*>(owner)->identifiers.next(); });
    case Field::type:
      return to_object(Node::concept_, &contained.type, &contained.type.presence);
    case Field::collection:
      return to_object(Node::collection, &contained);
    case Field::condition:
      return to_objects(Node::condition, &contained, nullptr);
    default:
      return {};
  }
}

}  // namespace coagwatch::fhir
