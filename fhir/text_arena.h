#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory_resource>
#include <string_view>

namespace coagwatch::fhir {

/// Holds the texts that a record's reading puts together (`Observation/` and an id) until the next record. Allocates
/// only for what its first block does not hold. Not thread-safe.
class TextArena {
 public:
  /// The parts behind each other. The view is valid until clear().
  std::string_view join(std::initializer_list<std::string_view> parts) {
    std::size_t length = 0;
    for (const std::string_view part : parts) length += part.size();
    if (length == 0) return {};
    char* const begin = static_cast<char*>(memory_.allocate(length, 1));
    char* at = begin;
    for (const std::string_view part : parts) {
      if (!part.empty()) std::memcpy(at, part.data(), part.size());
      at += part.size();
    }
    return {begin, length};
  }
  /// Drops every text.
  void clear() { memory_.release(); }

 private:
  std::array<std::byte, 4096> first_block_{};
  std::pmr::monotonic_buffer_resource memory_{first_block_.data(), first_block_.size()};
};

}  // namespace coagwatch::fhir
