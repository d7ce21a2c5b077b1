#include "tests/simulation/simulated_transactions.h"

#include <algorithm>
#include <iterator>

namespace coagwatch::simulation {
ProducerIdentity SimulatedTransactions::initialise(const std::string& transactional_id, Time timeout, Time now) {
  Entry& entry = entries_[transactional_id];
  if (entry.identity.id < 0) entry.identity.id = next_producer_++;
  if (entry.state == State::ongoing) decide(entry, false, now);
  finish(entry);
  ++entry.identity.epoch;
  entry.state = State::empty;
  entry.timeout = timeout;
  return entry.identity;
}

TransactionError SimulatedTransactions::open(const std::string& transactional_id, const ProducerIdentity& producer,
                                             Time now, Entry*& entry) {
  const auto found = entries_.find(transactional_id);
  if (found == entries_.end() || found->second.identity != producer) return TransactionError::fenced;
  entry = &found->second;
  // The client gets CONCURRENT_TRANSACTIONS and retries until the markers of the one before are written.
  finish(*entry);
  if (entry->state != State::ongoing) {
    entry->state = State::ongoing;
    entry->transaction = next_transaction_++;
    entry->started = now;
  }
  return TransactionError::none;
}

TransactionError SimulatedTransactions::add_partition(const std::string& transactional_id,
                                                      const ProducerIdentity& producer, const TopicPartition& where,
                                                      Time now, TransactionId& transaction) {
  Entry* entry = nullptr;
  if (const auto error = open(transactional_id, producer, now, entry); error != TransactionError::none) return error;
  entry->partitions.insert(where);
  transaction = entry->transaction;
  return TransactionError::none;
}

TransactionError SimulatedTransactions::add_offsets(const std::string& transactional_id,
                                                    const ProducerIdentity& producer, Time now,
                                                    TransactionId& transaction) {
  Entry* entry = nullptr;
  if (const auto error = open(transactional_id, producer, now, entry); error != TransactionError::none) return error;
  entry->offsets = true;
  transaction = entry->transaction;
  return TransactionError::none;
}

TransactionError SimulatedTransactions::end(const std::string& transactional_id, const ProducerIdentity& producer,
                                            bool commit, Time now) {
  const auto found = entries_.find(transactional_id);
  if (found == entries_.end() || found->second.identity != producer) return TransactionError::fenced;
  Entry& entry = found->second;
  if (entry.state == State::ongoing) {
    decide(entry, commit, now);
    return TransactionError::none;
  }
  return entry.state != State::empty && entry.commit == commit ? TransactionError::none
                                                               : TransactionError::invalid_state;
}

void SimulatedTransactions::decide(Entry& entry, bool commit, Time now) {
  entry.state = State::ending;
  entry.commit = commit;
  entry.markers_from =
      random_.chance(slow_markers_) ? now + std::chrono::milliseconds(random_.between(10, 4'000)) : now;
}

void SimulatedTransactions::write_marker(Entry& entry, std::size_t which) {
  if (which < entry.partitions.size()) {
    const auto where = std::next(entry.partitions.begin(), static_cast<std::ptrdiff_t>(which));
    target_.end_in_partition(*where, entry.transaction, entry.commit);
    entry.partitions.erase(where);
  } else {
    target_.end_offsets(entry.transaction, entry.commit);
    entry.offsets = false;
  }
  if (entry.partitions.empty() && !entry.offsets) entry.state = State::ended;
}

void SimulatedTransactions::finish(Entry& entry) {
  while (entry.state == State::ending) {
    const std::size_t left = entry.partitions.size() + (entry.offsets ? 1 : 0);
    if (left == 0) {
      entry.state = State::ended;
      return;
    }
    write_marker(entry, static_cast<std::size_t>(random_.below(left)));
  }
}

void SimulatedTransactions::write_some_markers(Time now) {
  for (auto& [id, entry] : entries_) {
    if (now < entry.markers_from) continue;
    while (entry.state == State::ending && random_.chance(5'000)) {
      const std::size_t left = entry.partitions.size() + (entry.offsets ? 1 : 0);
      write_marker(entry, static_cast<std::size_t>(random_.below(std::max<std::size_t>(left, 1))));
    }
  }
}

void SimulatedTransactions::expire(Time now) {
  for (auto& [id, entry] : entries_) {
    if (entry.state != State::ongoing || now - entry.started < entry.timeout) continue;
    decide(entry, false, now);
    ++entry.identity.epoch;
  }
}

bool SimulatedTransactions::settled() const {
  return std::none_of(entries_.begin(), entries_.end(), [](const auto& item) {
    return item.second.state == State::ongoing || item.second.state == State::ending;
  });
}

bool SimulatedTransactions::ending() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const auto& item) { return item.second.state == State::ending; });
}

bool SimulatedTransactions::ongoing(const std::string& transactional_id) const {
  const auto found = entries_.find(transactional_id);
  return found != entries_.end() && found->second.state == State::ongoing;
}

TransactionId SimulatedTransactions::taking_offsets(const std::string& transactional_id,
                                                    const ProducerIdentity& producer) const {
  const auto found = entries_.find(transactional_id);
  if (found == entries_.end() || found->second.identity != producer) return 0;
  const Entry& entry = found->second;
  return entry.state == State::ongoing && entry.offsets ? entry.transaction : 0;
}

}  // namespace coagwatch::simulation
