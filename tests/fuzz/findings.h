#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::fuzz {

/// What a target found broken. Empty: every promise held.
class Findings {
 public:
  /// Notes `promise` where it does not hold. Returns whether it does.
  bool check(bool holds, std::string_view promise) {
    if (!holds) list_.emplace_back(promise);
    return holds;
  }
  void add(std::string finding) { list_.push_back(std::move(finding)); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

 private:
  std::vector<std::string> list_;
};

}  // namespace coagwatch::fuzz
