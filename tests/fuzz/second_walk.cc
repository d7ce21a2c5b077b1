#include "tests/fuzz/second_walk.h"

namespace coagwatch::fuzz {
namespace {

/// Walks through a resource and fills the structures. One function per kind of object.
class Walk : public JsonWalk {
 public:
  explicit Walk(Duplicates& duplicates) : JsonWalk(duplicates) {}

  void observation(Json json, fhir::Observation& out) {
    const auto member = [&](std::string_view key, Json value) { return observation_member(key, value, out); };
    members(json, member, true);
  }
  void contained(Json json, fhir::Contained& out, bool is_root) {
    const auto member = [&](std::string_view key, Json value) { return contained_member(key, value, out); };
    members(json, member, is_root);
  }

 private:
  bool coding(Json value, fhir::Coding& out) {
    return object(value, nullptr, [&](std::string_view key, Json member) {
      if (key == "system") return scalar(member, out.system);
      if (key == "code") return scalar(member, out.code);
      if (key == "display") return scalar(member, out.display);
      return false;
    });
  }
  bool codings(Json value, fhir::Pool<fhir::Coding>& out) {
    return objects(value, nullptr, [&](Json json) { coding(json, out.next()); });
  }
  bool coded(Json value, fhir::Concept& out) {
    return object(value, &out.presence, [&](std::string_view key, Json member) {
      if (key == "text") return scalar(member, out.text);
      if (key == "coding") return codings(member, out.codings);
      return false;
    });
  }
  /// A concept in a list: it is there.
  void listed(Json value, fhir::Concept& out) {
    coded(value, out);
    out.presence = fhir::Presence::absent;
  }
  bool identifier(Json value, fhir::Identifier& out) {
    return object(value, nullptr, [&](std::string_view key, Json member) {
      if (key == "system") return scalar(member, out.system);
      if (key == "value") return scalar(member, out.value);
      return false;
    });
  }
  bool identifiers(Json value, fhir::Pool<fhir::Identifier>& out) {
    return objects(value, nullptr, [&](Json json) { identifier(json, out.next()); });
  }
  bool reference(Json value, fhir::Reference& out, fhir::Presence* presence) {
    return object(value, presence, [&](std::string_view key, Json member) {
      if (key == "reference") return scalar(member, out.reference);
      if (key == "type") return scalar(member, out.type);
      if (key == "display") return scalar(member, out.display);
      if (key == "identifier") return identifier(member, out.identifier);
      return false;
    });
  }
  bool related(Json value, fhir::Related& out) {
    return object(value, nullptr, [&](std::string_view key, Json member) {
      if (key == "type") return scalar(member, out.type);
      if (key == "target") return reference(member, out.target, &out.target.presence);
      return false;
    });
  }
  bool quantity(Json value, fhir::Quantity& out) {
    return object(value, &out.presence, [&](std::string_view key, Json member) {
      if (key == "value") return scalar(member, out.value);
      if (key == "comparator") return scalar(member, out.comparator);
      if (key == "unit") return scalar(member, out.unit);
      if (key == "system") return scalar(member, out.system);
      if (key == "code") return scalar(member, out.code);
      return false;
    });
  }
  bool range(Json value, fhir::Range& out) {
    return object(value, &out.presence, [&](std::string_view key, Json member) {
      if (key == "low") return quantity(member, out.low);
      if (key == "high") return quantity(member, out.high);
      return false;
    });
  }
  bool period(Json value, fhir::Period& out) {
    return object(value, &out.presence, [&](std::string_view key, Json member) {
      if (key == "start") return scalar(member, out.start);
      if (key == "end") return scalar(member, out.end);
      return false;
    });
  }
  bool reference_range(Json value, fhir::ReferenceRange& out) {
    return object(value, nullptr, [&](std::string_view key, Json member) {
      if (key == "low") return quantity(member, out.low);
      if (key == "high") return quantity(member, out.high);
      if (key == "type") return coded(member, out.type);
      if (key == "age") return range(member, out.age);
      if (key == "text") return scalar(member, out.text);
      if (key == "appliesTo") return marker(member, out.applies_to);
      if (key == "modifierExtension") return marker(member, out.modifier_extension);
      return false;
    });
  }
  bool value_member(std::string_view key, Json value, fhir::ResultPart& out) {
    if (key == "valueQuantity") return quantity(value, out.value_quantity);
    if (key == "valueRange") return range(value, out.value_range);
    if (key == "valueString") return scalar(value, out.value_string);
    if (key == "valueInteger") return scalar(value, out.value_integer);
    if (key == "valueBoolean") return scalar(value, out.value_boolean);
    if (key == "valueCodeableConcept") return coded(value, out.value_concept);
    if (key == "valueRatio") {
      return object(value, &out.value_ratio.presence, [&](std::string_view name, Json member) {
        if (name == "numerator") return quantity(member, out.value_ratio.numerator);
        if (name == "denominator") return quantity(member, out.value_ratio.denominator);
        return false;
      });
    }
    if (key == "valueSampledData" || key == "valueTime" || key == "valueDateTime" || key == "valuePeriod" ||
        key == "valueAttachment" || key == "valueReference") {
      return marker(value, out.value_other);
    }
    return false;
  }
  bool part_member(std::string_view key, Json value, fhir::ResultPart& out) {
    if (key == "code") return coded(value, out.code);
    if (key == "dataAbsentReason") return marker(value, out.data_absent_reason);
    if (key == "referenceRange") {
      return objects(value, nullptr, [&](Json json) { reference_range(json, out.reference_ranges.next()); });
    }
    return value_member(key, value, out);
  }
  bool component(Json json, fhir::ResultPart& out) {
    return object(json, nullptr, [&](std::string_view key, Json value) {
      if (key == "modifierExtension") return marker(value, out.modifier_extension);
      return part_member(key, value, out);
    });
  }
  bool meta(Json json, fhir::Observation& out) {
    return object(json, nullptr, [&](std::string_view key, Json value) {
      if (key == "versionId") return scalar(value, out.meta_version_id);
      if (key == "lastUpdated") return scalar(value, out.meta_last_updated);
      if (key == "tag") return codings(value, out.tags);
      return false;
    });
  }
  bool timing(Json json, fhir::Observation& out) {
    return object(json, &out.effective_timing, [&](std::string_view key, Json value) {
      if (key != "event") return false;
      for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
        const Json event = value.element(i);
        if (!event.is_null() && !event.is_array() && !event.is_object())
          out.timing_events.next().scalar = event.scalar();
      }
      return true;
    });
  }
  bool category(Json json, fhir::Observation& out) {
    return object(json, nullptr, [&](std::string_view key, Json value) {
      if (key == "text") return scalar(value, out.category_text);
      if (key == "coding") return codings(value, out.category_codings);
      return false;
    });
  }
  bool extension(Json json, fhir::Extension& out) {
    return object(json, nullptr, [&](std::string_view key, Json value) {
      if (key == "url") return scalar(value, out.url);
      if (key == "valueReference") return reference(value, out.value_reference, &out.value_reference.presence);
      return false;
    });
  }
  bool modifier_extension(Json json, fhir::ModifierExtension& out) {
    return object(json, nullptr, [&](std::string_view key, Json value) {
      if (key == "url") return scalar(value, out.url);
      if (key == "valueCoding") return coding(value, out.value_coding);
      return false;
    });
  }

  bool observation_list(std::string_view key, Json value, fhir::Observation& out) {
    if (key == "identifier") return identifiers(value, out.identifiers);
    if (key == "extension") return objects(value, nullptr, [&](Json each) { extension(each, out.extensions.next()); });
    if (key == "modifierExtension") {
      return objects(value, &out.modifier_extension,
                     [&](Json each) { modifier_extension(each, out.modifier_extensions.next()); });
    }
    if (key == "category") return objects(value, &out.category, [&](Json each) { category(each, out); });
    if (key == "component") {
      return objects(value, &out.ObservationFields::component,
                     [&](Json each) { component(each, out.components.next()); });
    }
    if (key == "related") {
      return objects(value, &out.related_presence, [&](Json each) { related(each, out.related.next()); });
    }
    if (key == "result" || key == "hasMember") {
      return objects(value, nullptr, [&](Json each) { reference(each, out.results.next(), nullptr); });
    }
    if (key == "contained") {
      return objects(value, nullptr, [&](Json each) { contained(each, out.contained.next(), false); });
    }
    return false;
  }
  bool observation_member(std::string_view key, Json value, fhir::Observation& out) {
    if (key == "resourceType") return scalar(value, out.resource_type);
    if (key == "id") return scalar(value, out.id);
    if (key == "status") return scalar(value, out.status);
    if (key == "implicitRules") return scalar(value, out.implicit_rules);
    if (key == "effectiveDateTime") return scalar(value, out.effective_date_time);
    if (key == "effectiveInstant") return scalar(value, out.effective_instant);
    if (key == "issued") return scalar(value, out.issued);
    if (key == "effectivePeriod") return period(value, out.effective_period);
    if (key == "effectiveTiming") return timing(value, out);
    if (key == "meta") return meta(value, out);
    if (key == "method") return coded(value, out.method);
    if (key == "subject") return reference(value, out.subject, &out.subject.presence);
    if (key == "specimen") return reference(value, out.specimen, &out.specimen.presence);
    if (key == "encounter") {
      return object(value, nullptr, [&](std::string_view name, Json member) {
        return name == "reference" && scalar(member, out.encounter);
      });
    }
    if (key == "focus") return marker(value, out.focus);
    // Before R4.
    if (key == "appliesDateTime") return scalar(value, out.applies_date_time);
    if (key == "appliesPeriod") return period(value, out.applies_period);
    if (key == "reliability") return scalar(value, out.reliability);
    if (key == "comments" || key == "comment" || key == "context") return marker(value, out.old_version);
    return observation_list(key, value, out) || part_member(key, value, out);
  }

  bool contained_member(std::string_view key, Json value, fhir::Contained& out) {
    if (key == "resourceType") return scalar(value, out.resource_type);
    if (key == "id") return scalar(value, out.id);
    if (key == "identifier") return identifiers(value, out.identifiers);
    if (key == "type") return coded(value, out.type);
    if (key == "collection") {
      return object(value, nullptr, [&](std::string_view name, Json member) {
        if (name == "collectedDateTime") return scalar(member, out.collected.date_time);
        if (name == "collectedPeriod") return period(member, out.collected.period);
        return false;
      });
    }
    if (key == "condition") return objects(value, nullptr, [&](Json each) { listed(each, out.conditions.next()); });
    if (key == "container") {
      return objects(value, nullptr, [&](Json each) {
        object(each, nullptr, [&](std::string_view name, Json member) {
          return name == "additiveCodeableConcept" && only_codings(member, out.additives);
        });
      });
    }
    return false;
  }
  /// The codings of a concept, without its text.
  bool only_codings(Json value, fhir::Pool<fhir::Coding>& out) {
    return object(value, nullptr,
                  [&](std::string_view key, Json member) { return key == "coding" && codings(member, out); });
  }
};

}  // namespace

void walk(Json json, fhir::Observation& out, Duplicates& duplicates) { Walk(duplicates).observation(json, out); }

void walk(Json json, fhir::Contained& out, Duplicates& duplicates) { Walk(duplicates).contained(json, out, true); }

}  // namespace coagwatch::fuzz
