#pragma once

#include "daemon/fold/fold_sink.h"

namespace coagwatch::daemon {

/// Passes what a fold publishes to one sink, and then to another one.
class BothSinks : public FoldSink {
 public:
  /// `second` may be null: then only the first one is told. Both must outlive this.
  BothSinks(FoldSink& first, FoldSink* second) : first_(first), second_(second) {}

  void alert(const FoldRecord& record) override { tell(&FoldSink::alert, record); }
  void notification(const FoldRecord& record) override { tell(&FoldSink::notification, record); }
  void dead_letter(const FoldRecord& record) override { tell(&FoldSink::dead_letter, record); }
  void state(const FoldRecord& record) override { tell(&FoldSink::state, record); }
  void status(const FoldRecord& record) override { tell(&FoldSink::status, record); }
  [[nodiscard]] bool shows_statuses() const override {
    return first_.shows_statuses() || (second_ != nullptr && second_->shows_statuses());
  }
  [[nodiscard]] bool shows_assessments() const override {
    return first_.shows_assessments() || (second_ != nullptr && second_->shows_assessments());
  }
  void item(const InputRecord& record, const fhir::Item& item) override {
    first_.item(record, item);
    if (second_ != nullptr) second_->item(record, item);
  }
  void assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) override {
    first_.assessment(context, assessment);
    if (second_ != nullptr) second_->assessment(context, assessment);
  }
  void decided(const fhir::WriteContext& context, const rules::RuleSet& rules, const rules::AlertPlan& plan) override {
    first_.decided(context, rules, plan);
    if (second_ != nullptr) second_->decided(context, rules, plan);
  }

 private:
  void tell(void (FoldSink::*what)(const FoldRecord&), const FoldRecord& record) {
    (first_.*what)(record);
    if (second_ != nullptr) (second_->*what)(record);
  }

  FoldSink& first_;
  FoldSink* second_;
};

}  // namespace coagwatch::daemon
