#include "daemon/config/alert_keys.h"

#include "daemon/config/key_types.h"
#include "daemon/config/values.h"

namespace coagwatch::daemon {
namespace {

using std::chrono::microseconds;

void add_primary(std::vector<Key>& keys) {
  keys.push_back(list_key("alerts.primary.early", "criterion id", "[jaam, sic]",
                          "Criteria whose onset warns early; they alert, others go to the status only.", is_plain_name,
                          [](Config& c) -> std::vector<std::string>& { return c.alerts.early_tier; }));
  keys.push_back(list_key("alerts.primary.overt", "criterion id", "[isth-2001]", "Criteria of overt DIC that alert.",
                          is_plain_name, [](Config& c) -> std::vector<std::string>& { return c.alerts.overt_tier; }));
  keys.push_back(list_key("alerts.primary.malignancy", "criterion id", "[jmhw]",
                          "As overt, for patients with malignancy or marrow suppression.", is_plain_name,
                          [](Config& c) -> std::vector<std::string>& { return c.alerts.malignancy_tier; }));
  keys.push_back(list_key("alerts.primary.pregnancy", "criterion id", "[erez]", "As overt, in pregnancy.",
                          is_plain_name,
                          [](Config& c) -> std::vector<std::string>& { return c.alerts.pregnancy_tier; }));
}

void add_durations(std::vector<Key>& keys) {
  keys.push_back(duration_key("alerts.live", {"1h", "7d"}, "24h",
                              "An onset that is older when it becomes known interrupts nobody: it is a task.",
                              [](Config& c, microseconds t) { c.alerts.live = {t.count()}; }));
  keys.push_back(duration_key("alerts.late", {"1h", "72h"}, "72h",
                              "An onset that is older than this when it becomes known is shown in the status only.",
                              [](Config& c, microseconds t) { c.alerts.late = {t.count()}; }));
  keys.push_back(duration_key("alerts.confirmation", {"1h", "7d"}, "12h",
                              "An episode ends by a second evaluation below the cut so long after the first.",
                              [](Config& c, microseconds t) { c.alerts.confirmation = {t.count()}; }));
  keys.push_back(duration_key("alerts.relapse", {"0h", "31d"}, "48h",
                              "Met again within this of its end, an episode goes on under its number, as worsening.",
                              [](Config& c, microseconds t) { c.alerts.relapse = {t.count()}; }));
  keys.push_back(duration_key(
      "alerts.course-gap", {"0h", "31d"}, "48h",
      "An onset within this of the end of another episode is of the same course: its tier does not interrupt again.",
      [](Config& c, microseconds t) { c.alerts.course_gap = {t.count()}; }));
  keys.push_back(duration_key(
      "alerts.panel", {"1h", "24h"}, "12h",
      "Values that score and were collected further apart make a probable onset, until a panel confirms it.",
      [](Config& c, microseconds t) { c.alerts.apart = {t.count()}; }));
  keys.push_back(duration_key("alerts.vital-signs", {"0min", "24h"}, "30min",
                              "Vital signs alone open an episode when it is still met after this.",
                              [](Config& c, microseconds t) { c.alerts.vital_signs = {t.count()}; }));
  keys.push_back(duration_key("alerts.transfusion", {"0h", "7d"}, "24h",
                              "What improves within this after platelets, plasma or a concentrate ends no episode.",
                              [](Config& c, microseconds t) { c.alerts.transfusion = {t.count()}; }));
  keys.push_back(duration_key(
      "alerts.bundle", {"0min", "24h"}, "60min",
      "Alerts whose clinical times lie within this belong together; what is no louder than the first is passive.",
      [](Config& c, microseconds t) { c.alerts.bundle = {t.count()}; }));
  keys.push_back(
      duration_key("alerts.settling", {"0min", "24h"}, "2h",
                   "Notices (`probable`, `pre`, `missing-test`, `trend`) wait so long for the rest of a panel,",
                   [](Config& c, microseconds t) { c.alerts.settling = {t.count()}; }));
  keys.push_back(duration_key("alerts.notice-gap", {"0h", "31d"}, "24h", "and come once in this for each patient.",
                              [](Config& c, microseconds t) { c.alerts.notice_gap = {t.count()}; }));
  keys.push_back(duration_key("alerts.platelet-trend", {"1h", "72h"}, "28h",
                              "Look-back of the platelet trend; the score stays at 24 h.",
                              [](Config& c, microseconds t) { c.alerts.platelet_trend = {t.count()}; }));
  keys.push_back(duration_key("alerts.trend", {"1h", "72h"}, "48h",
                              "Look-back of the trends of fibrinogen, D-dimer and FDP.",
                              [](Config& c, microseconds t) { c.alerts.trend = {t.count()}; }));
  keys.push_back(duration_key(
      "alerts.re-evaluation", {"1h", "7d"}, "24h",
      "Re-evaluation is due so long after the last full panel of an open episode, and again after as long.",
      [](Config& c, microseconds t) { c.alerts.re_evaluation = {t.count()}; }));
  keys.push_back(duration_key("alerts.departure", {"0h", "31d"}, "24h",
                              "A patient is watched so long after death or discharge.",
                              [](Config& c, microseconds t) { c.alerts.departure = {t.count()}; }));
  keys.push_back(duration_key("retention", {"7d", "365d"}, "30d",
                              "A patient of whom nothing was heard or told for so long is forgotten but for his facts.",
                              [](Config& c, microseconds t) { c.alerts.retention = {t.count()}; }));
}

}  // namespace

void add_alert_keys(std::vector<Key>& keys) {
  add_primary(keys);
  add_durations(keys);
  keys.push_back(number_key("alerts.worsening", number("1", "8"), "2",
                            "So many points above the highest told before are worse.",
                            [](Config& c, std::uint64_t n) { c.alerts.worsening = static_cast<std::int16_t>(n); }));
  keys.push_back(number_key("alerts.reminders", number("0", "100"), "3",
                            "Re-evaluation is recalled so often without a new result; 0 is never.",
                            [](Config& c, std::uint64_t n) { c.alerts.reminders = static_cast<std::uint8_t>(n); }));
}

}  // namespace coagwatch::daemon
