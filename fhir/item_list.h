#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/intake.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// The items of one record, in buffers that are kept from record to record. Not thread-safe.
class ItemList {
 public:
  /// Begins a new record.
  void clear() {
    used_ = 0;
    arena_.clear();
    begin_entry(0, {});
  }
  /// What is added from now on stands in that entry.
  void begin_entry(std::uint32_t number, std::string_view bytes) {
    entry_ = number;
    bytes_ = bytes;
  }
  /// One more item, empty but for its place.
  Item& add() {
    if (used_ == items_.size()) items_.emplace_back();
    Item& item = items_[used_++];
    std::string text = std::move(item.text);
    ContextFacts context = std::move(item.context);
    text.clear();
    context.clear();
    item = {};
    item.text = std::move(text);
    item.context = std::move(context);
    item.change.result.at = rules::Timestamp::none();
    item.entry = entry_;
    item.bytes = bytes_;
    return item;
  }
  /// One more item, for what no further check is needed; `field` stands before the verdict's text.
  Item& add(const Verdict& verdict, std::string_view field = {}) {
    Item& item = add();
    item.disposition = verdict.disposition;
    item.reason = verdict.reason;
    item.text.assign(field).append(verdict.text);
    return item;
  }
  /// Makes the texts of the items from that one on independent of the reader's buffer.
  void own_texts(std::size_t first) {
    for (std::size_t i = first; i < used_; ++i) {
      Item& item = items_[i];
      for (std::string_view* text : {&item.resource, &item.patient, &item.specimen, &item.code, &item.change.source,
                                     &item.change.identity, &item.last.identity, &item.last.patient}) {
        *text = arena_.join({*text});
      }
    }
  }
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] Item& back() { return items_[used_ - 1]; }
  [[nodiscard]] std::span<Item> from(std::size_t first) { return {items_.data() + first, used_ - first}; }
  /// Holds the texts that items refer to.
  [[nodiscard]] TextArena& arena() { return arena_; }

 private:
  std::vector<Item> items_;  // the first used_ are of this record
  std::size_t used_ = 0;
  std::uint32_t entry_ = 0;
  std::string_view bytes_;
  TextArena arena_;
};

}  // namespace coagwatch::fhir
