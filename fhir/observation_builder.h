#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fhir/observation.h"
#include "fhir/observation_slots.h"

namespace coagwatch::fhir {

/// Fills an Observation, or what else a Node stands for, from the events of a JSON parser: an iterative state machine
/// over the path, one frame for each object or array that we read from; everything else is skipped by counting. The
/// returned booleans tell the parser to go on.
class ObservationBuilder {
 public:
  /// `max_depth`: of objects and arrays inside each other; deeper stops the parser.
  explicit ObservationBuilder(std::uint32_t max_depth);

  /// Begins a new document, to be read into `root`, an empty structure of that kind.
  void start(Node node, void* root);

  bool key(std::string_view name);
  bool scalar(Scalar::Kind kind, std::string_view text);
  static bool null() { return true; }
  bool begin_object();
  bool end_object();
  bool begin_array();
  bool end_array() { return end_object(); }

  [[nodiscard]] bool too_deep() const { return too_deep_; }
  /// The document's root is an object.
  [[nodiscard]] bool root_is_object() const { return root_is_object_; }
  /// A field that is read and that stands twice in one object; empty if there is none.
  [[nodiscard]] std::string_view duplicate_field() const { return duplicate_field_; }
  /// The root's resourceType does.
  [[nodiscard]] bool duplicate_resource_type() const { return duplicate_resource_type_; }

 private:
  struct Frame {
    Slot slot;  ///< of the key just read, or of the elements of an array
    void* object = nullptr;
    Node node = Node::skipped;
    bool is_array = false;
    std::array<std::uint64_t, 2> seen{};
  };

  bool enter_value();
  void push(Node node, void* object, bool is_array);
  static void mark_wrong_shape(const Slot& slot);

  Node root_node_ = Node::skipped;
  void* root_ = nullptr;
  std::vector<Frame> frames_;
  std::uint32_t max_depth_;
  std::uint32_t depth_ = 0;
  std::uint32_t skipped_depth_ = 0;
  bool too_deep_ = false;
  bool root_is_object_ = false;
  std::string_view duplicate_field_;
  bool duplicate_resource_type_ = false;
};

}  // namespace coagwatch::fhir
