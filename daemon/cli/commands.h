#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/engine/worker.h"

namespace coagwatch::daemon {

/// The program's commands. Each takes what the command line said and returns the exit code (setup.h). Results go to
/// stdout, everything else to stderr.

struct RunOptions {
  std::string config;
  bool drain = false;   ///< score what is left, without the router stage, then end
  EngineFaults faults;  ///< planted by tests of the tests; the program itself never sets any
};
/// The daemon: until SIGTERM or SIGINT, then drains.
int run_command(const RunOptions& options);

struct CheckOptions {
  std::string config;
  bool json = false;
};
/// Validates configuration, criteria and maps: every problem in one run.
int check_command(const CheckOptions& options);

struct TestOptions {
  std::vector<std::string> files;
  std::string config;  ///< criteria of a site, too
  bool json = false;
};
/// Runs criterion test files; last line `N passed, N failed`.
int test_command(const TestOptions& options);

struct ReplayOptions {
  std::vector<std::string> files;
  std::string config;
  std::vector<std::string> emit;  ///< what to print; empty: alerts; `none`: nothing
  std::string journal;
  std::string report;                ///< HTML file to write; empty: none
  std::size_t report_patients = 50;  ///< whose time lines it shows, at most
  bool report_keys = false;          ///< it names patients by their keys
  std::string outcomes;              ///< CSV file of patients' outcomes for it; empty: none
};
/// The same fold over files, without a broker.
int replay_command(const ReplayOptions& options);

struct ExplainOptions {
  std::vector<std::string> files;
  std::string patient;                ///< exact patient key
  std::string at;                     ///< RFC 3339; empty: the patient's newest clinical time
  std::vector<std::string> criteria;  ///< ids; empty: all in force
  bool json = false;
  std::string config;
};
/// Why a patient's scores are what they are, at a time, by the records of files.
int explain_command(const ExplainOptions& options);

struct CaptureOptions {
  std::string topic;
  std::string config;
  std::string brokers;  ///< instead of the configuration's
  std::string output;   ///< file; empty: stdout
};
/// Prints a topic's records, exactly, as NDJSON.
int capture_command(const CaptureOptions& options);

struct ForgetOptions {
  std::string patient;  ///< exact patient key
  std::string config;
  std::string brokers;  ///< instead of the configuration's
};
/// Tells the daemons to forget a patient.
int forget_command(const ForgetOptions& options);

struct StateOptions {
  std::vector<std::string> files;  ///< captures of the state topic; empty: the topic itself
  std::string config;
  std::string patient;  ///< dump: of him alone
};
/// Prints what the state topic holds, as NDJSON: the last record of each key.
int state_dump_command(const StateOptions& options);
/// Checks every record of it; last line `N passed, N failed`.
int state_verify_command(const StateOptions& options);

struct RepartitionOptions {
  std::string from;    ///< the configuration of the installation that stands still
  std::string config;  ///< the one with other topics and another group
  int partitions =
      0;  ///< that patients are to be divided among, where that topic is made; 0: as configured topics have
  std::string partitioner = "murmur2";  ///< the site's, where it divides the patients
};
/// Makes the state of another number of partitions.
int state_repartition_command(const RepartitionOptions& options);

struct RebaseOptions {
  std::string config;
  std::int32_t partition = -1;
  std::optional<std::int64_t> offset;  ///< where to go on; nullopt: at the first that is kept
  bool yes = false;                    ///< accept it
};
/// Has a partition go on whose input is not the one that its state is of.
int state_rebase_command(const RebaseOptions& options);

struct CriteriaOptions {
  std::string id;  ///< `jaam`, or in another profile than the one in force `jaam/en`; empty: all
  std::string config;
  bool json = false;
  bool markdown = false;
  bool yaml = false;         ///< the criterion file itself
  bool schema = false;       ///< the JSON Schema of such files
  bool test_schema = false;  ///< that of their test files
};
/// Lists criteria, or prints one as a table with its citation; for machines or as a page.
int criteria_command(const CriteriaOptions& options);

}  // namespace coagwatch::daemon
