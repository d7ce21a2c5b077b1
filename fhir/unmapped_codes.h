#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace coagwatch::fhir {

/// Counts results whose code is not mapped: by code, or by name where there is no code. Memory is bounded: where it is
/// full, a new code takes the place of the rarest one, of several the one that came first, unless that was seen more
/// often. So what keeps coming stays.
///
/// Not thread-safe.
class UnmappedCodes {
 public:
  struct Entry {
    std::string code;     ///< `system|code`; empty where a result has a name only
    std::string display;  ///< the first name that was seen with it; may be empty
    std::string why;      ///< why a code that is mapped was not taken; empty for one that is not mapped
    std::uint64_t count = 0;
    std::uint64_t since = 0;  ///< when it came, as a running number
  };

  explicit UnmappedCodes(std::size_t limit) : limit_(limit) {}

  void add(std::string_view code, std::string_view display, std::string_view why, std::uint64_t n = 1);
  /// Adds what another one counted.
  void add(const UnmappedCodes& others);
  void clear();

  [[nodiscard]] bool empty() const { return entries_.empty() && other_ == 0; }
  /// The most frequent first, those of one count by code and name.
  [[nodiscard]] std::vector<const Entry*> sorted() const;
  /// Results whose code had no place.
  [[nodiscard]] std::uint64_t other() const { return other_; }

 private:
  std::size_t limit_;
  /// By code (or name) and reason.
  std::unordered_map<std::string, Entry> entries_;
  std::string key_;  // reused
  std::uint64_t other_ = 0;
  std::uint64_t next_ = 0;
};

/// Appends `{"code":…,"display":…,"why":…,"count":…}`, null for what is empty.
void append_unmapped(const UnmappedCodes::Entry& entry, std::string& out);
/// `{"codes":[…],"other":n}`
std::string unmapped_json(const UnmappedCodes& codes);

}  // namespace coagwatch::fhir
