#include "daemon/fold/patient_store.h"

#include <algorithm>
#include <cassert>

#include "daemon/fold/state_codec.h"
#include "rules/episodes/notices.h"

namespace coagwatch::daemon {
namespace {

// Patients of a transaction whose buffers are always kept for the next.
constexpr std::size_t kKept = 64;

/// The state of a patient of whom nothing is known: such a one came with unusable records only.
const std::string& blank_state() {
  static const std::string blank = [] {
    std::string encoded;
    encode_state({}, encoded);
    return encoded;
  }();
  return blank;
}

}  // namespace

/// Decodes what was decoded before, when it was restored, or encoded by this process: it cannot fail.
void PatientStore::decode_again(std::string_view value, rules::PatientState& state) {
  [[maybe_unused]] const auto problem = decode_state(value, state);
  assert(!problem);
}

std::optional<std::string> PatientStore::restore(std::string_view key, std::optional<std::string_view> value) {
  resource_holders_.drop();
  if (!value) {
    links_.note(key, {});
    if (const PatientTable::Slot slot = committed_.find(key); slot != PatientTable::kNobody) forget(slot);
    return std::nullopt;
  }
  // A compacted topic may hold several of one patient.
  const auto [slot, is_new] = committed_.add(key);
  if (!is_new) forget_results(slot);
  // Decoded here and not only when next touched: a corrupt value must stop the partition before it scores.
  if (auto problem = decode_state(*value, scratch_)) {
    if (is_new) committed_.erase(slot);
    return problem;
  }
  set_committed(slot, *value, scratch_);
  links_.note(key, scratch_);
  dues_.note(slot, committed_[slot].due);
  if (!scratch_.is_copy && result_holders_.add(slot, scratch_)) committed_[slot].holds_results = true;
  return std::nullopt;
}

void PatientStore::set_committed(PatientTable::Slot slot, std::string_view value, const rules::PatientState& state) {
  PatientTable::Entry& entry = committed_[slot];
  bytes_ += value.size() - entry.value().size();
  entry.set_value(value);
  const OpenEpisodes::Set open = open_.of(state);
  open_.replace(entry.open, open);
  entry.open = open;
  entry.due = rules::next_timer(state);
}

/// Before a committed value is replaced or goes.
void PatientStore::forget_results(PatientTable::Slot slot) {
  PatientTable::Entry& entry = committed_[slot];
  if (!entry.holds_results) return;
  decode_again(entry.value(), scratch_);
  result_holders_.remove(slot, scratch_);
  entry.holds_results = false;
}

void PatientStore::note_result(Touched& touched, std::uint64_t fingerprint) {
  touched.fingerprints.push_back(fingerprint);
  result_holders_.note(touched.index, fingerprint);
}

PatientStore::Touched& PatientStore::touch(std::string_view key) {
  if (const auto found = overlay_.find(key); found != overlay_.end()) return *pool_[found->second];
  if (used_ == pool_.size()) pool_.push_back(std::make_unique<Touched>());
  Touched& touched = *pool_[used_];
  touched.key.assign(key);
  touched.index = static_cast<std::uint32_t>(used_);
  touched.fingerprints.clear();
  touched.encoded.clear();
  touched.state.clear();
  touched.assessed = false;
  touched.moved_on = false;
  touched.changed = false;
  touched.retired = false;
  touched.judged = -1;
  touched.by_rules.clear();
  touched.relinked = false;
  touched.listed = true;
  touched.committed = committed_.find(key);
  if (touched.committed != PatientTable::kNobody) decode_again(committed_[touched.committed].value(), touched.state);
  overlay_.emplace(touched.key, used_);
  ++used_;
  unlist(touched);
  return touched;
}

void PatientStore::before_change(Touched& touched) {
  if (touched.assessed && !touched.moved_on) {
    touched.shown = touched.state;
    touched.moved_on = true;
  }
  unlist(touched);
}

/// What he has of resources is to be listed anew before it is next asked for.
void PatientStore::unlist(Touched& touched) {
  if (touched.listed) unlisted_.push_back(touched.index);
  touched.listed = false;
}

std::optional<std::string_view> PatientStore::committed(std::string_view key) const {
  const PatientTable::Slot slot = committed_.find(key);
  if (slot == PatientTable::kNobody) return std::nullopt;
  return committed_[slot].value();
}

void PatientStore::note_timer(const Touched& touched) {
  const rules::Timestamp due = rules::next_timer(touched.state);
  if (touched.committed != PatientTable::kNobody) {
    dues_.note(touched.committed, due);
  } else {
    new_dues_.note(touched.index, due);
  }
}

std::optional<PatientStore::Due> PatientStore::take_due(rules::Timestamp until) {
  const std::optional<DueIndex::Due> known = dues_.first(until);
  const std::optional<DueIndex::Due> fresh = new_dues_.first(until);
  if (!known && !fresh) return std::nullopt;
  const bool takes_known =
      !fresh || (known && std::pair(known->time, known->patient) < std::pair(fresh->time, fresh->patient));
  const DueIndex::Due& first = takes_known ? *known : *fresh;
  Due due{first.time, std::string(first.patient)};
  (takes_known ? dues_ : new_dues_).pop();
  return due;
}

rules::Timestamp PatientStore::next_due() const {
  const rules::Timestamp known = dues_.first_time();
  const rules::Timestamp fresh = new_dues_.first_time();
  if (!known.known() || !fresh.known()) return known.known() ? known : fresh;
  return std::min(known, fresh);
}

void PatientStore::relink(Touched& touched) {
  touched.relinked = true;
  links_.note(touched.key, touched.state);
}

bool PatientStore::encode(Touched& touched) const {
  touched.encoded.clear();
  encode_state(touched.state, touched.encoded);
  const bool is_new = touched.committed == PatientTable::kNobody;
  touched.changed =
      touched.encoded != (is_new ? std::string_view(blank_state()) : committed_[touched.committed].value());
  touched.gone = touched.encoded == blank_state();
  return touched.changed;
}

void PatientStore::commit() {
  for (std::size_t i = 0; i < used_; ++i) {
    Touched& touched = *pool_[i];
    if (!touched.changed) continue;
    touched.relinked = false;
    if (touched.gone) {
      links_.note(touched.key, {});
      forget(touched.committed);
      touched.committed = PatientTable::kNobody;
      continue;
    }
    const PatientTable::Slot slot = touched.committed = committed_.add(touched.key).first;
    set_committed(slot, touched.encoded, touched.state);
    resource_holders_.commit(slot, touched.state);
    if (touched.state.is_copy) continue;
    if (!touched.fingerprints.empty()) committed_[slot].holds_results = true;
    if (committed_[slot].holds_results) result_holders_.commit(slot, touched.fingerprints, touched.state);
  }
  rollback();
}

/// Of whom nothing is left, nothing is kept.
void PatientStore::forget(PatientTable::Slot slot) {
  forget_results(slot);
  const PatientTable::Entry& entry = committed_[slot];
  bytes_ -= entry.value().size();
  open_.replace(entry.open, 0);
  dues_.forget(slot);
  committed_.erase(slot);
}

void PatientStore::rollback() {
  for (std::size_t i = 0; i < used_; ++i) {
    Touched& touched = *pool_[i];
    const bool known = touched.committed != PatientTable::kNobody;
    // What was taken out of the index may be due again.
    if (known) dues_.note(touched.committed, committed_[touched.committed].due);
    if (!touched.relinked) continue;
    touched.state.clear();
    if (known) decode_again(committed_[touched.committed].value(), touched.state);
    links_.note(touched.key, touched.state);
  }
  overlay_.clear();
  new_dues_.clear();
  result_holders_.end_transaction();
  resource_holders_.end_transaction();
  unlisted_.clear();
  // What a large transaction took is given back by and by: the next one may be as large.
  if (pool_.size() > kKept) pool_.resize(std::max({used_, kKept, pool_.size() - pool_.size() / 16}));
  used_ = 0;
}

void PatientStore::change_criteria(std::vector<std::string> criteria) {
  OpenEpisodes open(std::move(criteria));
  // Most changes are inside criteria; others need everybody's state.
  if (open.criteria() == open_.criteria()) return;
  committed_.for_each([&](PatientTable::Slot slot) {
    PatientTable::Entry& entry = committed_[slot];
    decode_again(entry.value(), scratch_);
    entry.open = open.of(scratch_);
    open.replace(0, entry.open);
  });
  open_ = std::move(open);
}

void PatientStore::for_each(const std::function<void(std::string_view, std::string_view)>& visit) const {
  committed_.for_each([&](PatientTable::Slot slot) { visit(committed_[slot].key(), committed_[slot].value()); });
}

}  // namespace coagwatch::daemon
