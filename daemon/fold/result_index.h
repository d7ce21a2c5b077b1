#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace coagwatch::daemon {

/// Which patients hold results of the resource with a fingerprint (rules::Change::fingerprint). Eight bytes an entry,
/// so that it can know every result of a million patients; it keeps half of the fingerprint and may name a patient too
/// many, never one too few.
///
/// Not thread-safe.
class ResultIndex {
 public:
  /// Adds the pair, if it is not there. REQUIRES: `patient` is less than 2^32 - 1.
  void add(std::uint64_t fingerprint, std::uint32_t patient);
  /// Removes the pair, if it is there.
  void remove(std::uint64_t fingerprint, std::uint32_t patient);
  /// Whether it takes two fingerprints for one.
  static bool same(std::uint64_t a, std::uint64_t b) { return tag_of(a) == tag_of(b); }
  /// Forgets everything and keeps the memory.
  void clear();
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `visit(patient)` for each patient who may hold it.
  template <typename Visit>
  void for_each(std::uint64_t fingerprint, const Visit& visit) const {
    if (size_ == 0) return;
    const std::uint32_t tag = tag_of(fingerprint);
    for (std::size_t at = home_of(tag); slots_[at].patient != kNobody; at = next(at)) {
      if (slots_[at].tag == tag) visit(slots_[at].patient);
    }
  }

 private:
  static constexpr std::uint32_t kNobody = 0xFFFF'FFFF;
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t patient = kNobody;
  };
  static std::uint32_t tag_of(std::uint64_t fingerprint) { return static_cast<std::uint32_t>(fingerprint >> 32U); }
  [[nodiscard]] std::size_t home_of(std::uint32_t tag) const;
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
  void grow();

  std::vector<Slot> slots_;  // a power of two, never full
  std::size_t size_ = 0;
};

}  // namespace coagwatch::daemon
