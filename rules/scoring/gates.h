#pragma once

#include "rules/criterion/criterion.h"
#include "rules/patient/known_facts.h"
#include "rules/scoring/assessment.h"

namespace coagwatch::rules {

/// Whether the fact counts: it is yes, and what takes its effect away is not.
bool holds(const FactTest& test, const KnownFacts& facts);
/// Whether the sign is there.
Tristate is_so(const Sign& sign, const KnownFacts& facts, const ValueTable& table);
/// Whether nothing that nobody recorded could make the column the one in force.
bool is_surely_inactive(const Column& column, const KnownFacts& facts);

/// The population column that is in force by what is recorded: the first that is active, else nullptr, the general
/// population.
const Column* active_column(const Criterion& criterion, const KnownFacts& facts);
/// Where none is: the first that is in force by how results fell (Column::or_after), else nullptr.
const Column* derived_column(const Criterion& criterion, const ValueTable& table);

/// Whether the criterion is for this patient (decisions.md 7).
///
/// Excluded: a child or newborn in an adult criterion; any excluding fact; an explicit `no` where that excludes; the
/// first required fact explicitly `no` with none of the others yes; anything but yes of a fact that it is only for.
///
/// Confirmed: not excluded, and all is known that chooses the population: a required fact is yes; one of the signs that
/// are needed is sure; the columns up to the one in force; the facts of adjustments in the general table, where there
/// are such of other populations too, that are not adjusted; and for an adult criterion the age (`child: no`).
/// Excluding facts exclude by being yes; unknown they do not keep the gate unconfirmed.
///
/// None: the criterion asks nothing.
Gate gate_of(const Criterion& criterion, const KnownFacts& facts, const ValueTable& table);

}  // namespace coagwatch::rules
