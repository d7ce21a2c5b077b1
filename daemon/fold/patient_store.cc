#include "daemon/fold/patient_store.h"

#include <algorithm>
#include <cassert>

#include "daemon/fold/state_codec.h"
#include "rules/episodes/notices.h"

namespace coagwatch::daemon {
namespace {

/// The state of a patient of whom nothing is known: such a one came with unusable records only.
const std::string& blank_state() {
  static const std::string blank = [] {
    std::string encoded;
    encode_state({}, encoded);
    return encoded;
  }();
  return blank;
}

/// Decodes what was decoded before, when it was restored, or encoded by this process: it cannot fail.
void decode_again(const std::string& value, rules::PatientState& state) {
  [[maybe_unused]] const auto problem = decode_state(value, state);
  assert(!problem);
}

}  // namespace

std::optional<std::string> PatientStore::restore(std::string_view key, std::optional<std::string_view> value) {
  const auto found = committed_.find(key);
  const OpenEpisodes::Set open_before = found == committed_.end() ? 0 : found->second.open;
  if (found != committed_.end()) {
    bytes_ -= found->second.value.size();
    forget_results(found->second);
  }
  if (!value) {
    open_.replace(open_before, 0);
    links_.note(key, {});
    if (found != committed_.end()) committed_.erase(found);
    return std::nullopt;
  }
  // Decoded here and not only when next touched: a corrupt value must stop the partition before it scores.
  if (auto problem = decode_state(*value, scratch_)) return problem;
  bytes_ += value->size();
  const OpenEpisodes::Set open = open_.of(scratch_);
  open_.replace(open_before, open);
  links_.note(key, scratch_);
  const rules::Timestamp due = rules::next_timer(scratch_);
  dues_.note(key, due);
  if (found != committed_.end()) {
    found->second.value.assign(*value);
    found->second.open = open;
    found->second.due = due;
    result_holders_.add(found->second.number, found->first, scratch_);
  } else {
    const auto made = committed_.emplace(key, Committed{std::string(*value), open}).first;
    made->second.due = due;
    result_holders_.add(made->second.number, made->first, scratch_);
  }
  return std::nullopt;
}

/// Before a committed value is replaced: a compacted topic may hold several of one patient.
void PatientStore::forget_results(const Committed& committed) {
  if (committed.number == ResultHolders::kNoNumber) return;
  decode_again(committed.value, scratch_);
  result_holders_.remove(committed.number, scratch_);
}

void PatientStore::note_result(Touched& touched, std::uint64_t fingerprint) {
  touched.fingerprints.push_back(fingerprint);
  result_holders_.note(touched.index, fingerprint);
}

std::vector<std::string> PatientStore::may_hold_result(std::uint64_t fingerprint) const {
  std::vector<std::string> found;
  const auto add = [&](std::string_view key) {
    if (std::ranges::find(found, key) == found.end()) found.emplace_back(key);
  };
  result_holders_.for_each(fingerprint, add, [&](std::uint32_t index) { add(pool_[index]->key); });
  // The same order in every transaction and after every restore.
  std::ranges::sort(found);
  return found;
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
  const auto found = committed_.find(key);
  touched.committed = found == committed_.end() ? nullptr : &found->second;
  if (touched.committed != nullptr) decode_again(touched.committed->value, touched.state);
  overlay_.emplace(touched.key, used_);
  ++used_;
  return touched;
}

bool PatientStore::may_hold(std::string_view key, std::string_view identity) const {
  if (overlay_.contains(key)) return true;
  const auto found = committed_.find(key);
  // The changelog keeps texts as they are.
  return found != committed_.end() && std::string_view(found->second.value).find(identity) != std::string_view::npos;
}

std::vector<std::string_view> PatientStore::holders(std::string_view identity, const Filter& may_be) {
  constexpr std::size_t kEnough = 4;
  std::vector<std::string_view> holding;
  std::vector<std::string_view> remembering;
  const auto look_at = [&](const rules::PatientState& state, std::string_view key) {
    if (!may_be(key)) return;
    if (rules::holds(state, identity)) {
      holding.push_back(key);
    } else if (rules::knows(state, identity)) {
      remembering.push_back(key);
    }
  };
  for (std::size_t i = 0; i < used_; ++i) look_at(pool_[i]->state, pool_[i]->key);
  for (const auto& [key, committed] : committed_) {
    if (holding.size() >= kEnough) break;
    if (overlay_.contains(key) || committed.value.find(identity) == std::string::npos) continue;
    decode_again(committed.value, scratch_);
    look_at(scratch_, key);
  }
  std::vector<std::string_view>& found = holding.empty() ? remembering : holding;
  // The same order in every transaction and after every restore.
  std::ranges::sort(found);
  return std::move(found);
}

bool PatientStore::knows(std::string_view key) {
  const rules::PatientState* state = &scratch_;
  if (const auto touched = overlay_.find(key); touched != overlay_.end()) {
    state = &pool_[touched->second]->state;
  } else if (const auto found = committed_.find(key); found != committed_.end()) {
    decode_again(found->second.value, scratch_);
  } else {
    return false;
  }
  return !state->results.empty() || !state->retractions.empty() || !state->fact_sources.empty();
}

void PatientStore::note_timer(const Touched& touched) { dues_.note(touched.key, rules::next_timer(touched.state)); }

void PatientStore::relink(Touched& touched) {
  touched.relinked = true;
  links_.note(touched.key, touched.state);
}

bool PatientStore::encode(Touched& touched) {
  touched.encoded.clear();
  encode_state(touched.state, touched.encoded);
  touched.changed = touched.encoded != (touched.committed == nullptr ? blank_state() : touched.committed->value);
  touched.gone = touched.encoded == blank_state();
  return touched.changed;
}

void PatientStore::commit() {
  for (std::size_t i = 0; i < used_; ++i) {
    Touched& touched = *pool_[i];
    if (!touched.changed) continue;
    if (touched.gone) {
      forget(touched);
      continue;
    }
    const auto place = committed_.try_emplace(touched.key).first;
    Committed& committed = place->second;
    touched.committed = &committed;
    bytes_ += touched.encoded.size() - committed.value.size();
    committed.value.assign(touched.encoded);
    const OpenEpisodes::Set open = open_.of(touched.state);
    open_.replace(committed.open, open);
    committed.open = open;
    committed.due = rules::next_timer(touched.state);
    touched.relinked = false;
    if (!touched.fingerprints.empty() || !touched.state.gone.empty()) {
      result_holders_.commit(committed.number, place->first, touched.fingerprints, touched.state);
    }
  }
  rollback();
}

/// Of whom nothing is left, nothing is kept.
void PatientStore::forget(Touched& touched) {
  bytes_ -= touched.committed->value.size();
  forget_results(*touched.committed);
  open_.replace(touched.committed->open, 0);
  links_.note(touched.key, {});
  committed_.erase(touched.key);
  touched.committed = nullptr;
}

void PatientStore::rollback() {
  for (std::size_t i = 0; i < used_; ++i) {
    Touched& touched = *pool_[i];
    // What was taken out of the index may be due again.
    if (touched.committed != nullptr) dues_.note(touched.key, touched.committed->due);
    if (!touched.relinked) continue;
    touched.state.clear();
    if (touched.committed != nullptr) decode_again(touched.committed->value, touched.state);
    links_.note(touched.key, touched.state);
  }
  overlay_.clear();
  result_holders_.end_transaction();
  used_ = 0;
}

void PatientStore::change_criteria(std::vector<std::string> criteria) {
  OpenEpisodes open(std::move(criteria));
  // Most changes are inside criteria; others need everybody's state.
  if (open.criteria() == open_.criteria()) return;
  for (auto& [key, committed] : committed_) {
    decode_again(committed.value, scratch_);
    committed.open = open.of(scratch_);
    open.replace(0, committed.open);
  }
  open_ = std::move(open);
}

void PatientStore::for_each(const std::function<void(std::string_view, std::string_view)>& visit) const {
  for (const auto& [key, committed] : committed_) visit(key, committed.value);
}

}  // namespace coagwatch::daemon
