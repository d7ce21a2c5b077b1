#include "fhir/observation_slots.h"

namespace coagwatch::fhir {
namespace {

Slot root_time_slot(Observation& observation, Field field) {
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

Slot value_slot(ResultPart& part, Field field) {
  switch (field) {
    case Field::value_quantity:
      return to_object(Node::quantity, &part.value_quantity, &part.value_quantity.presence);
    case Field::value_range:
      return to_object(Node::range, &part.value_range, &part.value_range.presence);
    case Field::value_string:
      return to_scalar(part.value_string);
    case Field::value_integer:
      return to_scalar(part.value_integer);
    case Field::value_boolean:
      return to_scalar(part.value_boolean);
    case Field::value_codeable_concept:
      return to_object(Node::concept_, &part.value_concept, &part.value_concept.presence);
    case Field::value_ratio:
      return to_object(Node::ratio, &part.value_ratio, &part.value_ratio.presence);
    case Field::value_sampled_data:
    case Field::value_time:
    case Field::value_date_time:
    case Field::value_period:
    case Field::value_attachment:
    case Field::value_reference:
      return to_marker(part.value_other);
    default:
      return {};
  }
}

Slot part_slot(ResultPart& part, Field field) {
  switch (field) {
    case Field::code:
      return to_object(Node::concept_, &part.code, &part.code.presence);
    case Field::reference_range:
      return to_objects(Node::reference_range, &part, append_to<ResultPart, &ResultPart::reference_ranges>);
    case Field::data_absent_reason:
      return to_marker(part.data_absent_reason);
    default:
      return value_slot(part, field);
  }
}

/// What R4 does not have.
Slot old_slot(Observation& observation, Field field) {
  switch (field) {
    case Field::applies_date_time:
      return to_scalar(observation.applies_date_time);
    case Field::applies_period:
      return to_object(Node::period, &observation.applies_period, &observation.applies_period.presence);
    case Field::reliability:
      return to_scalar(observation.reliability);
    case Field::related:
      return to_objects(Node::related, &observation, append_to<Observation, &Observation::related>,
                        &observation.related_presence);
    case Field::comments:
    case Field::comment:
    case Field::context:
      return to_marker(observation.old_version);
    default:
      return {};
  }
}

}  // namespace

Slot root_slot(Observation& observation, Field field) {
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
      return to_objects(Node::identifier, &observation, append_to<Observation, &Observation::identifiers>);
    case Field::extension:
      return to_objects(Node::extension, &observation, append_to<Observation, &Observation::extensions>);
    case Field::modifier_extension:
      return to_objects(Node::modifier_extension, &observation,
                        append_to<Observation, &Observation::modifier_extensions>, &observation.modifier_extension);
    case Field::category:
      return to_objects(Node::category, &observation, nullptr, &observation.category);
    case Field::method:
      return to_object(Node::concept_, &observation.method, &observation.method.presence);
    case Field::encounter:
      return to_object(Node::encounter, &observation);
    case Field::subject:
      return to_object(Node::reference, &observation.subject, &observation.subject.presence);
    case Field::specimen:
      return to_object(Node::reference, &observation.specimen, &observation.specimen.presence);
    case Field::component:
      return to_objects(Node::component, &observation, append_to<Observation, &Observation::components>,
                        &observation.component);
    case Field::result:
    case Field::has_member:
      return to_objects(Node::reference, &observation, append_to<Observation, &Observation::results>);
    case Field::focus:
      return to_marker(observation.focus);
    case Field::contained:
      return to_objects(Node::contained, &observation, append_to<Observation, &Observation::contained>);
    default:
      break;
  }
  const Slot time = root_time_slot(observation, field);
  if (time.shape != Slot::Shape::none) return time;
  const Slot part = part_slot(observation, field);
  return part.shape != Slot::Shape::none ? part : old_slot(observation, field);
}

Slot component_slot(ResultPart& component, Field field) {
  return field == Field::modifier_extension ? to_marker(component.modifier_extension) : part_slot(component, field);
}

}  // namespace coagwatch::fhir
