#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/open_episodes.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// The committed patients of a partition by key. Each has a slot: a number that is his as long as he is here, and may
/// be another's afterwards.
///
/// Not thread-safe.
class PatientTable {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNobody = 0xFFFF'FFFF;

  /// A committed patient. What is his lies in one piece of memory.
  class Entry {
   public:
    [[nodiscard]] std::string_view key() const { return std::string_view(record_).substr(0, key_size_); }
    /// As in the changelog. The view is valid until it is set again.
    [[nodiscard]] std::string_view value() const { return std::string_view(record_).substr(key_size_); }
    void set_value(std::string_view value);

    OpenEpisodes::Set open = 0;                       ///< his running episodes
    rules::Timestamp due = rules::Timestamp::none();  ///< his next timer
    bool holds_results = false;                       ///< with fingerprints, or did once

   private:
    friend class PatientTable;
    std::uint32_t key_size_ = 0;
    std::string record_;  // key, then value
  };

  PatientTable() = default;
  PatientTable(const PatientTable&) = delete;
  PatientTable& operator=(const PatientTable&) = delete;

  /// kNobody if he is not here.
  [[nodiscard]] Slot find(std::string_view key) const {
    const auto found = slots_.find(key);
    return found == slots_.end() ? kNobody : found->slot;
  }
  [[nodiscard]] bool contains(std::string_view key) const { return slots_.contains(key); }
  /// His slot, and whether he is new: then his value is empty.
  std::pair<Slot, bool> add(std::string_view key);
  void erase(Slot slot);
  /// The reference is valid until erase().
  Entry& operator[](Slot slot) { return entries_[slot]; }
  const Entry& operator[](Slot slot) const { return entries_[slot]; }

  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  /// Calls `visit(slot)` for each patient, in no order.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (const Place& place : slots_) visit(place.slot);
  }

 private:
  // With its hash a table grows without a look at the keys.
  struct Place {
    std::uint32_t hash = 0;
    Slot slot = kNobody;
  };
  static std::uint32_t hash_of(std::string_view key) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(key));
  }
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Place& place) const { return place.hash; }
    std::size_t operator()(std::string_view key) const { return hash_of(key); }
  };
  struct Equal {
    using is_transparent = void;
    const std::deque<Entry>* entries;
    bool operator()(const Place& a, const Place& b) const { return a.slot == b.slot; }
    bool operator()(std::string_view key, const Place& place) const { return (*entries)[place.slot].key() == key; }
    bool operator()(const Place& place, std::string_view key) const { return (*entries)[place.slot].key() == key; }
  };

  std::deque<Entry> entries_;  // by slot
  std::vector<Slot> free_;
  boost::unordered_flat_set<Place, Hash, Equal> slots_{0, Hash{}, Equal{&entries_}};
};

}  // namespace coagwatch::daemon
