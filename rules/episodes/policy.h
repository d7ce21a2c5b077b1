#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/values/timestamp.h"

namespace coagwatch::rules {

/// A total that makes a notice of kind `pre`.
struct PreRule {
  std::string criterion;
  std::int16_t from = 0;     ///< from this least total, while the criterion is not met
  bool needs_trend = false;  ///< only with an adverse trend
};

/// When what is sent, to whom (`alerts.*`). The defaults are those of rules/episodes/README.md, which says why.
struct AlertPolicy {
  /// Whose episodes are alerts rather than status only. A list is in order of precedence: where two criteria of a tier
  /// start in one record, the first one leads.
  std::vector<std::string> early_tier = {"jaam", "sic"};
  std::vector<std::string> overt_tier = {"isth-2001"};
  /// Overt tier for malignancy or marrow suppression only.
  std::vector<std::string> malignancy_tier = {"jmhw"};
  std::vector<std::string> pregnancy_tier = {"erez"};
  /// Never interrupt while their gate is unconfirmed.
  std::vector<std::string> passive_unconfirmed = {"jaam-2", "sac", "sic"};

  /// An onset within this of the end of another published episode belongs to the same course.
  Duration course_gap = Duration::hours(48);
  /// Met again within this of the end, an episode goes on under its number.
  Duration relapse = Duration::hours(48);
  /// A second evaluation below the cut ends an episode when it comes so long after the first.
  Duration confirmation = Duration::hours(12);
  /// Values that score and lie further apart do not make an onset.
  Duration apart = Duration::hours(12);
  /// Vital signs alone open an episode when it is still met after this.
  Duration vital_signs = Duration::minutes(30);
  /// What improves within this of a transfusion does not count.
  Duration transfusion = Duration::hours(24);
  /// So many points above what was told before are worse.
  std::int16_t worsening = 2;
  /// An onset that is older when it becomes known is a task, and
  Duration live = Duration::hours(24);
  /// beyond this told in the status only.
  Duration late = Duration::hours(72);
  /// Alerts whose clinical times lie within this belong together; only the first may be loud.
  Duration bundle = Duration::minutes(60);

  /// Notices wait so long, so that a panel that comes in pieces makes no noise,
  Duration settling = Duration::hours(2);
  /// and come once in this.
  Duration notice_gap = Duration::hours(24);
  std::vector<PreRule> pre = {{"possible-dic", 3, false}, {"sic", 4, false}, {"jaam", 3, true}, {"isth-2001", 4, true}};
  /// Confirms the gate of notices where it is met.
  std::string screen = "possible-dic";
  /// The criterion whose group 4 is an extreme.
  std::string grouped = "plt-at";
  /// The look-back of the platelet trend (the score's own stays 24 h), and of the others.
  Duration platelet_trend = Duration::hours(28);
  Duration trend = Duration::hours(48);

  /// A patient is watched so long after death or discharge,
  Duration departure = Duration::hours(24);
  /// and after anything was last heard or told of him (`retention`).
  Duration retention = Duration::hours(30 * 24);

  /// Re-evaluation is due so long after the last full panel, and again after as long,
  Duration re_evaluation = Duration::hours(24);
  /// so often without a new result.
  std::uint8_t reminders = 3;
};

}  // namespace coagwatch::rules
