#include "rules/episodes/evidence.h"

#include <string>

namespace coagwatch::rules {
namespace {

/// FNV-1a.
class Fingerprint {
 public:
  void byte(std::uint8_t value) { hash_ = (hash_ ^ value) * 0x100000001b3; }
  void number(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i, bits >>= 8) byte(static_cast<std::uint8_t>(bits));
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    for (const char c : value) byte(static_cast<std::uint8_t>(c));
  }
  void interval(const Interval& value) {
    byte(static_cast<std::uint8_t>((value.low_open ? 1 : 0) | (value.high_open ? 2 : 0) |
                                   (value.low_unbounded ? 4 : 0) | (value.high_unbounded ? 8 : 0)));
    if (!value.low_unbounded) text(value.low.to_string());
    if (!value.high_unbounded) text(value.high.to_string());
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

std::uint64_t evidence_of(const Assessment& assessment, const CriterionScore& score) {
  Fingerprint print;
  print.byte(static_cast<std::uint8_t>(score.status));
  print.number(score.min);
  print.number(score.max);
  for (const ItemScore& item : score.items) {
    print.number(item.min);
    print.number(item.max);
    if (!item.by) continue;
    print.byte(static_cast<std::uint8_t>(*item.by));
    print.number(item.at.micros);
    if (assessment.present[index(*item.by)]) print.interval(assessment.values[index(*item.by)].value);
  }
  return print.value();
}

}  // namespace coagwatch::rules
