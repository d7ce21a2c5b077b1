#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// What the project's founding papers ask for beside scores. Names and points only: no diagnosis, no advice on therapy.
struct PatientContext {
  /// Of coagulopathy in malignancy (paper 000): `tumour`, `infection`, `indistinguishable`; empty where it is not
  /// known. Tumour: it progresses, and there is explicitly no infection. Indistinguishable: both.
  std::string_view cause;
  /// `sepsis-dic-high-severity` (paper 002): sepsis, overt DIC or JAAM met, and SOFA surely at least 13; else empty.
  std::string_view stratum;
  /// What a reader is pointed to: `dic-work-up` (paper 003: thrombocytopenia in advanced lung cancer),
  /// `heparin-induced-thrombocytopenia` (4Ts: platelets fall by more than 30 %, heparin begun 5 to 10 days ago),
  /// `thrombotic-microangiopathy` (PLASMIC, as far as it is known: platelets below 30, INR below 1.5, no malignancy;
  /// haemolysis is for the reader), both with normal PT and fibrinogen; `antithrombin-surrogate-low` (albumin below
  /// 25 g/L where antithrombin is missing). Pointers to a differential, in this order.
  std::vector<std::string_view> prompts;
  /// What raises the baseline risk (paper 004), as least and most points: `sofa`, and the scores of JAAM and ISTH 2001.
  std::vector<std::pair<std::string_view, PointRange>> risk;
  std::optional<int> group;  ///< of platelets and antithrombin, part of the same
  /// Why the group's stratum is not validated for this patient (paper 001), in a fixed order; empty where it is, or
  /// where there is no group.
  std::vector<std::string_view> validity;

  [[nodiscard]] bool empty() const;
};

/// Describes the patient of an assessment. `out` is overwritten and keeps its buffers. Pure.
void describe_context(const Assessment& assessment, PatientContext& out);

/// Whether heparin was begun when it may have raised antibodies by `at`. Whether it still counts as given is another
/// matter: they outlast it.
bool was_exposed_to_heparin(const PatientState& state, Timestamp at);

}  // namespace coagwatch::rules
