#include "daemon/fold/patient_store.h"

#include <cassert>

#include "daemon/fold/state_codec.h"

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

}  // namespace

std::optional<std::string> PatientStore::restore(std::string_view key, std::optional<std::string_view> value) {
  const auto found = committed_.find(key);
  const OpenEpisodes::Set open_before = found == committed_.end() ? 0 : found->second.open;
  if (found != committed_.end()) bytes_ -= found->second.value.size();
  if (!value) {
    open_.replace(open_before, 0);
    if (found != committed_.end()) committed_.erase(found);
    return std::nullopt;
  }
  // Decoded here and not only when next touched: a corrupt value must stop the partition before it scores.
  if (auto problem = decode_state(*value, scratch_)) return problem;
  bytes_ += value->size();
  const OpenEpisodes::Set open = open_.of(scratch_);
  open_.replace(open_before, open);
  if (found != committed_.end()) {
    found->second.value.assign(*value);
    found->second.open = open;
  } else {
    committed_.emplace(key, Committed{std::string(*value), open});
  }
  return std::nullopt;
}

PatientStore::Touched& PatientStore::touch(std::string_view key) {
  if (const auto found = overlay_.find(key); found != overlay_.end()) return *pool_[found->second];
  if (used_ == pool_.size()) pool_.push_back(std::make_unique<Touched>());
  Touched& touched = *pool_[used_];
  touched.key.assign(key);
  touched.encoded.clear();
  touched.state.clear();
  touched.assessed = false;
  touched.moved_on = false;
  touched.changed = false;
  const auto found = committed_.find(key);
  touched.committed = found == committed_.end() ? nullptr : &found->second;
  if (touched.committed != nullptr) {
    [[maybe_unused]] const auto problem = decode_state(touched.committed->value, touched.state);
    assert(!problem);  // it was decoded when restored, or encoded by this process
  }
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

std::vector<std::string_view> PatientStore::holders(std::string_view identity) {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < used_ && found.size() < 2; ++i) {
    if (rules::knows(pool_[i]->state, identity)) found.emplace_back(pool_[i]->key);
  }
  for (const auto& [key, committed] : committed_) {
    if (found.size() == 2) break;
    if (overlay_.contains(key) || committed.value.find(identity) == std::string::npos) continue;
    [[maybe_unused]] const auto problem = decode_state(committed.value, scratch_);
    assert(!problem);
    if (rules::knows(scratch_, identity)) found.emplace_back(key);
  }
  return found;
}

bool PatientStore::encode(Touched& touched) {
  touched.encoded.clear();
  encode_state(touched.state, touched.encoded);
  touched.changed = touched.encoded != (touched.committed == nullptr ? blank_state() : touched.committed->value);
  return touched.changed;
}

void PatientStore::commit() {
  for (std::size_t i = 0; i < used_; ++i) {
    Touched& touched = *pool_[i];
    if (!touched.changed) continue;
    if (touched.committed == nullptr) touched.committed = &committed_.try_emplace(touched.key).first->second;
    Committed& committed = *touched.committed;
    bytes_ += touched.encoded.size() - committed.value.size();
    committed.value.assign(touched.encoded);
    const OpenEpisodes::Set open = open_.of(touched.state);
    open_.replace(committed.open, open);
    committed.open = open;
  }
  rollback();
}

void PatientStore::rollback() {
  overlay_.clear();
  used_ = 0;
}

void PatientStore::for_each(const std::function<void(std::string_view, std::string_view)>& visit) const {
  for (const auto& [key, committed] : committed_) visit(key, committed.value);
}

}  // namespace coagwatch::daemon
