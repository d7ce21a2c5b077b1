#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/fault/run_setup.h"

namespace coagwatch::fault {

/// An alert, as digests of its patient and of the whole.
struct AlertDigest {
  std::uint64_t patient;
  std::uint64_t whole;
  bool operator==(const AlertDigest&) const = default;
};

/// What the topics hold, or should hold, as digests: so that millions of records can be compared.
struct Outputs {
  std::vector<AlertDigest> alerts;              ///< by partition, in order
  std::vector<std::uint64_t> dead_letters;      ///< likewise; of the scoring stage
  std::map<std::string, std::uint64_t> status;  ///< the last of each patient
  std::uint64_t statuses = 0;                   ///< all of them
  std::map<std::string, std::uint64_t> state;   ///< the last of each patient who has one
};

/// What offline_outputs() needs to know.
struct OfflineRun {
  std::string coagwatch;
  std::string config_file;
  Names names;
  std::string directory;   ///< for its files
  bool journaled = false;  ///< the journal is played too
};
/// What an undisturbed run would have published for all that the scoring stage read: by `coagwatch capture` and
/// `replay`, and of the state, which `replay` does not tell, by the same folds over the same capture. Throws
/// std::runtime_error where a command fails.
Outputs offline_outputs(const OfflineRun& run);
/// What was committed.
Outputs committed_outputs(const Names& names);

/// In the order of each patient alone: `replay` plays what the journal has behind a partition's last record at the end
/// of all.
void sort_by_patient(std::vector<AlertDigest>& alerts);

}  // namespace coagwatch::fault
