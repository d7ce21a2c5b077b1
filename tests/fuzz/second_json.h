#pragma once

#include <rapidjson/document.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "fhir/observation.h"

namespace coagwatch::fuzz {

/// One value of the record. RapidJSON keeps either a number's type or its text, so there are two trees.
struct Json {
  const rapidjson::Value* typed = nullptr;
  const rapidjson::Value* text = nullptr;

  [[nodiscard]] bool is_null() const { return typed->IsNull(); }
  [[nodiscard]] bool is_object() const { return typed->IsObject(); }
  [[nodiscard]] bool is_array() const { return typed->IsArray(); }
  [[nodiscard]] std::size_t size() const { return is_array() ? typed->Size() : typed->MemberCount(); }
  [[nodiscard]] Json element(std::size_t i) const {
    const auto index = static_cast<rapidjson::SizeType>(i);
    return {&(*typed)[index], &(*text)[index]};
  }
  [[nodiscard]] std::string_view name(std::size_t i) const { return text_of((typed->MemberBegin() + offset(i))->name); }
  [[nodiscard]] Json member(std::size_t i) const {
    return {&(typed->MemberBegin() + offset(i))->value, &(text->MemberBegin() + offset(i))->value};
  }
  [[nodiscard]] fhir::Scalar scalar() const {
    if (typed->IsBool()) return {typed->GetBool() ? "true" : "false", fhir::Scalar::Kind::boolean};
    return {text_of(*text), typed->IsNumber() ? fhir::Scalar::Kind::number : fhir::Scalar::Kind::string};
  }

 private:
  static std::ptrdiff_t offset(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }
  static std::string_view text_of(const rapidjson::Value& string) {
    return {string.GetString(), string.GetStringLength()};
  }
};

/// Keys that are read and stand twice in one object.
struct Duplicates {
  std::string_view first;
  bool resource_type = false;  ///< the root's resourceType
};

/// What all kinds of objects have in common.
class JsonWalk {
 protected:
  explicit JsonWalk(Duplicates& duplicates) : duplicates_(duplicates) {}

  /// Calls `read` for each member; it says whether it reads that key. Notes the first key that is read twice.
  template <typename Read>
  void members(Json object, Read read, bool is_root = false) {
    std::vector<std::string_view> seen;
    for (std::size_t i = 0; i < object.size(); ++i) {
      const std::string_view key = object.name(i);
      const bool is_first = duplicates_.first.empty();
      if (!read(key, object.member(i))) continue;
      if (std::ranges::find(seen, key) == seen.end()) {
        seen.push_back(key);
        continue;
      }
      if (is_first) duplicates_.first = key;  // in front of what stands twice inside
      if (is_root && key == "resourceType") duplicates_.resource_type = true;
    }
  }

  static bool scalar(Json value, fhir::Scalar& out) {
    if (value.is_object() || value.is_array()) {
      out = {{}, fhir::Scalar::Kind::structure};
    } else if (!value.is_null()) {
      out = value.scalar();
    }
    return true;
  }
  /// Something stands there, whatever it is; null and lists of nothing are nothing.
  static bool marker(Json value, fhir::Presence& out) {
    if (!value.is_array()) {
      if (!value.is_null()) out = fhir::Presence::present;
      return true;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (!value.element(i).is_null()) out = fhir::Presence::present;
    }
    return true;
  }
  template <typename Read>
  void one_object(Json value, fhir::Presence* presence, Read read) {
    if (value.is_null()) return;
    if (!value.is_object()) {
      if (presence != nullptr) *presence = fhir::Presence::wrong_shape;
      return;
    }
    if (presence != nullptr && *presence == fhir::Presence::absent) *presence = fhir::Presence::present;
    read(value);
  }
  template <typename Read>
  bool object(Json value, fhir::Presence* presence, Read read) {
    one_object(value, presence,
               [&](Json json) { members(json, [&](std::string_view key, Json member) { return read(key, member); }); });
    return true;
  }
  /// `read` takes each object of a list.
  template <typename Read>
  bool objects(Json value, fhir::Presence* presence, Read read) {
    if (!value.is_array()) {
      if (!value.is_null() && presence != nullptr) *presence = fhir::Presence::wrong_shape;
      return true;
    }
    for (std::size_t i = 0; i < value.size(); ++i) one_object(value.element(i), presence, read);
    return true;
  }

 private:
  Duplicates& duplicates_;
};

}  // namespace coagwatch::fuzz
