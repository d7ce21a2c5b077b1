#pragma once

#include <bitset>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/fold/fold_sink.h"
#include "fhir/unmapped_codes.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::daemon {

/// What `replay` can print.
enum class EmitKind : std::uint8_t { alerts, assessments, status, intake, dead_letters, unmapped, notifications };
inline constexpr std::size_t kEmitKindCount = 7;
std::optional<EmitKind> emit_kind_named(std::string_view name);
/// All names, for messages.
std::string emit_kind_names();

/// Prints what a replayed fold publishes. One kind: bare records, a line break behind each. Several kinds: one JSON
/// object a line, `{"kind":…,"key":…,"value":…}`, in the order in which they arose; what is not UTF-8 of a key or a
/// dead letter is in base64, as `key-base64`, `value-base64`. The list of unmapped codes is
/// printed by `finish`.
class ReplaySink : public FoldSink {
 public:
  ReplaySink(const rules::RuleSet& rules, const std::vector<EmitKind>& kinds, std::FILE* out);

  void alert(const FoldRecord& record) override;
  void notification(const FoldRecord& record) override;
  void dead_letter(const FoldRecord& record) override;
  void state(const FoldRecord& /*record*/) override {}
  void status(const FoldRecord& record) override;
  void item(const InputRecord& record, const fhir::Item& item) override;
  void assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) override;

  [[nodiscard]] bool shows_statuses() const override { return wants(EmitKind::status); }
  [[nodiscard]] bool shows_assessments() const override { return wants(EmitKind::assessments); }

  /// At the end of the input: prints what is counted over all of it.
  void finish();

  /// The line that the next records come from.
  void set_line(std::uint64_t line) { line_ = line; }
  [[nodiscard]] bool wants(EmitKind kind) const { return wanted_[static_cast<std::size_t>(kind)]; }
  /// Records of a kind seen, printed or not.
  [[nodiscard]] std::uint64_t count(EmitKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  /// False once the output could not be written (a closed pipe, a full disk).
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  void print(EmitKind kind, std::optional<std::string_view> key, std::string_view value);

  const rules::RuleSet& rules_;
  std::FILE* out_;
  std::bitset<kEmitKindCount> wanted_;
  std::array<std::uint64_t, kEmitKindCount> counts_{};
  static constexpr std::size_t kMaxUnmapped = 10'000;
  fhir::UnmappedCodes unmapped_{kMaxUnmapped};
  std::uint64_t line_ = 0;
  std::string buffer_;
  std::string text_;
  bool ok_ = true;
};

}  // namespace coagwatch::daemon
