#pragma once

#include "rules/episodes/alert.h"
#include "rules/episodes/publication.h"

// Notices are what is told of a patient who is in no primary episode: that one is probable or near, that one missing
// test would decide, or that values get worse. They wait until the panel has settled and come once a day. Reminders are
// told of a patient who is in one. Both come from timers on the partition's time.
namespace coagwatch::rules {

/// Looks at what there is to say after a change at the patient's newest collection time, and sets the timers. What is
/// withheld is added to `plan.withheld`; nothing is sent. A notice that was sent and whose ground a correction has
/// taken away is taken back: that is added to `plan.events`.
void set_notices(const Occasion& occasion, AlertPlan& plan);

/// The earliest timer of a patient; none() if there is none.
Timestamp next_timer(const PatientState& state);

/// What the timers that are due at `occasion.now` say. Adds to `plan`, and sets the next ones.
/// REQUIRES: next_timer() is known and not after `occasion.now`.
void run_timers(const Occasion& occasion, AlertPlan& plan);

}  // namespace coagwatch::rules
