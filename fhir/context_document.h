#pragma once

#include <memory>
#include <string_view>

#include "fhir/guarded_rapidjson.h"
#include "fhir/observation.h"

namespace coagwatch::fhir {

/// A value inside of a context resource, or the absence of one: looking into what is not there gives what is not there.
/// A key that is looked for and stands twice is noted in the document. Views live as long as the document's text.
class ContextNode {
 public:
  using Value = guarded_rapidjson::Value;

  ContextNode(const Value* value, bool* duplicate) : value_(value), duplicate_(duplicate) {}

  [[nodiscard]] bool present() const { return value_ != nullptr; }
  [[nodiscard]] bool is_object() const { return value_ != nullptr && value_->IsObject(); }
  [[nodiscard]] bool is_string() const { return value_ != nullptr && value_->IsString(); }
  [[nodiscard]] bool is_true() const { return value_ != nullptr && value_->IsTrue(); }
  /// The text of a string; empty for everything else.
  [[nodiscard]] std::string_view text() const {
    return is_string() ? std::string_view(value_->GetString(), value_->GetStringLength()) : std::string_view();
  }
  /// The same as the fields of an Observation have it; only strings are told apart from the rest.
  [[nodiscard]] Scalar scalar() const {
    if (value_ == nullptr) return {};
    return {text(), is_string() ? Scalar::Kind::string : Scalar::Kind::structure};
  }
  /// The member of an object.
  [[nodiscard]] ContextNode operator[](const char* name) const;
  /// How many elements a list has; 0 for everything else.
  [[nodiscard]] std::size_t size() const { return value_ != nullptr && value_->IsArray() ? value_->Size() : 0; }
  /// An element of a list; of what has no such element, nothing.
  [[nodiscard]] ContextNode at(std::size_t i) const {
    if (i >= size()) return {nullptr, duplicate_};
    return {&(*value_)[static_cast<guarded_rapidjson::SizeType>(i)], duplicate_};
  }

 private:
  const Value* value_;
  bool* duplicate_;
};

/// An Identifier or a Reference as the fields of an Observation have it.
Identifier identifier_of(const ContextNode& node);
Reference reference_of(const ContextNode& node);

/// A context resource as a tree. These are few beside results and are looked at from many sides, so that a tree costs
/// less than a state machine would in code. It needs text that JsonReader has found well-formed and not too deep.
///
/// Not thread-safe.
class ContextDocument {
 public:
  /// Parses `json`. False if it is no JSON object.
  bool parse(std::string_view json);
  void clear() {
    document_.reset();
    duplicate_ = false;
  }
  [[nodiscard]] ContextNode root() { return {document_.get(), &duplicate_}; }
  /// A key that was looked for stands twice in its object.
  [[nodiscard]] bool has_duplicate() const { return duplicate_; }

 private:
  std::unique_ptr<guarded_rapidjson::Document> document_;
  bool duplicate_ = false;
};

}  // namespace coagwatch::fhir
