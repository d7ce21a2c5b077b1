#include "fhir/observation_builder.h"

#include <new>
#include <type_traits>

namespace coagwatch::fhir {

ObservationBuilder::ObservationBuilder(std::uint32_t max_depth) : max_depth_(max_depth) {
  frames_.reserve(max_depth + 1U);
}

void ObservationBuilder::start(Node node, void* root) {
  root_node_ = node;
  root_ = root;
  frames_.clear();
  depth_ = 0;
  skipped_depth_ = 0;
  too_deep_ = false;
  root_is_object_ = false;
  duplicate_field_ = {};
  duplicate_resource_type_ = false;
}

bool ObservationBuilder::key(std::string_view name) {
  if (skipped_depth_ > 0) return true;
  Frame& frame = frames_.back();
  const Field field = field_named(name);
  // Made in its place: a copy would wait for the stores of its parts.
  static_assert(std::is_trivially_destructible_v<Slot>);
  new (&frame.slot) Slot(slot_of(frame.node, frame.object, field));
  if (frame.slot.shape == Slot::Shape::none) return true;
  const auto index = static_cast<std::size_t>(field);
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  std::uint64_t& seen = frame.seen[index / 64];
  if ((seen & bit) != 0) {
    if (duplicate_field_.empty()) duplicate_field_ = field_name(field);
    if (field == Field::resource_type && frame.node == root_node_) duplicate_resource_type_ = true;
  }
  seen |= bit;
  return true;
}

bool ObservationBuilder::scalar(Scalar::Kind kind, std::string_view text) {
  if (skipped_depth_ > 0 || frames_.empty()) return true;
  const Frame& frame = frames_.back();
  const Slot& slot = frame.slot;
  if (slot.shape == Slot::Shape::marker) {
    *slot.presence = Presence::present;
  } else if (!frame.is_array && slot.shape == Slot::Shape::scalar) {
    *slot.scalar = {text, kind};
  } else if (frame.is_array && slot.shape == Slot::Shape::scalars) {
    static_cast<TextElement*>(slot.append(slot.object))->scalar = {text, kind};
  } else {
    mark_wrong_shape(slot);
  }
  return true;
}

bool ObservationBuilder::enter_value() {
  if (depth_ == max_depth_) {
    too_deep_ = true;
    return false;
  }
  ++depth_;
  return true;
}

bool ObservationBuilder::begin_object() {
  if (!enter_value()) return false;
  if (skipped_depth_ > 0) {
    ++skipped_depth_;
    return true;
  }
  if (frames_.empty()) {
    root_is_object_ = true;
    push(root_node_, root_, false);
    return true;
  }
  const Frame& frame = frames_.back();
  const Slot& slot = frame.slot;
  if (slot.shape != (frame.is_array ? Slot::Shape::objects : Slot::Shape::object)) {
    mark_wrong_shape(slot);
    skipped_depth_ = 1;
    return true;
  }
  // Of a list, one element of another shape spoils the whole.
  if (slot.presence != nullptr && *slot.presence == Presence::absent) *slot.presence = Presence::present;
  push(slot.node, slot.append != nullptr ? slot.append(slot.object) : slot.object, false);
  return true;
}

bool ObservationBuilder::begin_array() {
  if (!enter_value()) return false;
  if (skipped_depth_ > 0) {
    ++skipped_depth_;
    return true;
  }
  const bool list =
      !frames_.empty() && !frames_.back().is_array &&
      (frames_.back().slot.shape == Slot::Shape::objects || frames_.back().slot.shape == Slot::Shape::scalars ||
       frames_.back().slot.shape == Slot::Shape::marker);
  if (!list) {
    if (!frames_.empty()) mark_wrong_shape(frames_.back().slot);
    skipped_depth_ = 1;
    return true;
  }
  // There is room for every frame, so none moves.
  const Slot& slot = frames_.back().slot;
  push(Node::skipped, nullptr, true);
  frames_.back().slot = slot;
  return true;
}

bool ObservationBuilder::end_object() {
  --depth_;
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else {
    frames_.pop_back();
  }
  return true;
}

void ObservationBuilder::push(Node node, void* object, bool is_array) {
  Frame& frame = frames_.emplace_back();
  frame.object = object;
  frame.node = node;
  frame.is_array = is_array;
}

void ObservationBuilder::mark_wrong_shape(const Slot& slot) {
  if (slot.shape == Slot::Shape::scalar) {
    *slot.scalar = {{}, Scalar::Kind::structure};
  } else if (slot.presence != nullptr) {
    *slot.presence = slot.shape == Slot::Shape::marker ? Presence::present : Presence::wrong_shape;
  }
}

}  // namespace coagwatch::fhir
