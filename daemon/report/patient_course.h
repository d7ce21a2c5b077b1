#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/report/score_history.h"
#include "daemon/report/series.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// The measures whose values a report draws.
inline constexpr std::array kDrawnMeasures = {
    rules::Measure::platelets,  rules::Measure::fibrinogen, rules::Measure::d_dimer,  rules::Measure::fdp,
    rules::Measure::pt_seconds, rules::Measure::inr,        rules::Measure::pt_ratio, rules::Measure::pt_activity,
};

/// Treatments that a report looks before and after.
inline constexpr std::array kTreatments = {
    rules::Fact::platelet_transfusion,
    rules::Fact::plasma_transfusion,
    rules::Fact::red_cell_transfusion,
    rules::Fact::fibrinogen_concentrate,
    rules::Fact::antithrombin_concentrate,
    rules::Fact::thrombomodulin,
    rules::Fact::heparin,
    rules::Fact::anticoagulant,
};

/// What one criterion came to over all assessments of one patient, as each was made.
struct CriterionSummary {
  std::uint32_t assessments = 0;  ///< in which it applied
  rules::Status last = rules::Status::not_applicable;
  rules::Timestamp first_met = rules::Timestamp::none();
  rules::Timestamp first_decided = rules::Timestamp::none();  ///< met or not met
  std::int16_t cut = 0;                                       ///< points from which it is met, as of the last one
  std::uint32_t episodes = 0;                                 ///< begun, retracted ones too
  std::uint32_t retracted = 0;                                ///< of these
  rules::EpisodeState state = rules::EpisodeState::none;      ///< of the latest
  std::uint32_t alerts = 0;                                   ///< records that name it

  [[nodiscard]] bool met() const { return first_met.known(); }
  [[nodiscard]] bool decided() const { return first_decided.known(); }
  [[nodiscard]] bool applied() const { return assessments != 0; }
};

/// An episode as it was seen last.
struct EpisodeSpan {
  std::size_t criterion = 0;  ///< index into the rule set
  std::uint32_t number = 0;
  rules::EpisodeState state = rules::EpisodeState::none;
  rules::Timestamp onset = rules::Timestamp::none();
  rules::Timestamp since = rules::Timestamp::none();  ///< when `state` began
  std::int16_t peak = 0;

  [[nodiscard]] bool running() const {
    return state == rules::EpisodeState::open || state == rules::EpisodeState::resolving;
  }
};

/// An alert record.
struct AlertMark {
  rules::Timestamp at =
      rules::Timestamp::none();  ///< clinical time, of a reminder when it came; none() where there is none
  std::string what;              ///< `retraction isth-2001, sic; amendment jaam`, the leading one first
  std::string priority;          ///< of the loudest change
};

/// That a treatment began.
struct Treatment {
  rules::Fact fact = rules::Fact::heparin;
  rules::Timestamp start;
  friend bool operator==(const Treatment&, const Treatment&) = default;
};

/// All that a report keeps of one patient. Bounded, however long he is followed.
struct PatientCourse {
  static constexpr std::size_t kMostEpisodes = 64;
  static constexpr std::size_t kMostAlerts = 128;
  static constexpr std::size_t kMostTreatments = 256;

  std::string key;
  bool merged = false;                                        ///< scored under another key now
  rules::Timestamp first = rules::Timestamp::none();          ///< clinical time of the first assessment
  rules::Timestamp last = rules::Timestamp::none();           ///< of the latest
  rules::Timestamp complete_from = rules::Timestamp::none();  ///< his state holds all that is newer
  std::uint32_t days = 0;                                     ///< patient-days: UTC days of his stays
  std::array<Series, kDrawnMeasures.size()> series;
  ScoreHistory scores;
  std::vector<CriterionSummary> criteria;  ///< by index into the rule set
  std::vector<EpisodeSpan> episodes;       ///< in order of onset, the latest kMostEpisodes
  std::vector<AlertMark> alerts;           ///< in order of publication, the first kMostAlerts
  std::uint64_t alert_count = 0;
  std::uint64_t interruptive = 0;
  std::vector<Treatment> treatments;  ///< by start, the latest kMostTreatments
};

}  // namespace coagwatch::daemon
