#include "rules/episodes/alert.h"

#include <array>

namespace coagwatch::rules {
namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 11> kAlertKinds = {
    "onset",      "probable",  "pre",        "worsening", "trend", "missing-test", "re-evaluation-due",
    "resolution", "amendment", "retraction", "closure",
};
constexpr std::array<std::string_view, 3> kPriorities = {
    "passive",
    "task",
    "interruptive",
};
constexpr std::array<std::string_view, 13> kCauses = {
    "",        "relapse",  "points",   "extreme", "gate-confirmed", "onset-moved", "numbers",
    "resumed", "excluded", "departed", "merged",  "gate-lost",      "forgotten",
};
constexpr std::array<std::string_view, 17> kQuiets = {
    "",
    "not-primary",
    "retrospective",
    "settling",
    "episode-open",
    "told-today",
    "gate-unconfirmed",
    "charted",
    "tier-spent",
    "bundled",
    "rule-set",
    "late",
    "not-new",
    "no-panel",
    "transfusion",
    "unconfirmed",
    "deceased",
};
constexpr std::array<std::string_view, 17> kQuietTexts = {
    "",
    "the criterion alerts nobody about this patient",
    "more than 72 h old, or the newest evaluation is below the cut",
    "waits 2 h for the rest of the panel",
    "an episode of a primary criterion is open",
    "the same was told less than a day ago",
    "the gate is not confirmed",
    "DIC is charted already",
    "its tier has interrupted in this course",
    "belongs to an alert that was as loud",
    "only the rule set has changed",
    "a day old or older",
    "below the cut, but only vital signs or facts are new",
    "below the cut without a count, PT or fibrin marker of its own",
    "below the cut after platelets, plasma or a concentrate",
    "the first evaluation below the cut",
    "the patient has died",
};

}  // namespace

std::string_view alert_kind_name(AlertKind kind) { return kAlertKinds.at(static_cast<std::size_t>(kind)); }
std::string_view priority_name(Priority priority) { return kPriorities.at(static_cast<std::size_t>(priority)); }
std::string_view cause_name(Cause cause) { return kCauses.at(static_cast<std::size_t>(cause)); }
std::string_view quiet_name(Quiet quiet) { return kQuiets.at(static_cast<std::size_t>(quiet)); }

std::string_view quiet_text(Quiet quiet) { return kQuietTexts.at(static_cast<std::size_t>(quiet)); }

}  // namespace coagwatch::rules
