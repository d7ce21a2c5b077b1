#include "tests/fault/report.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sstream>

namespace coagwatch::fault {
namespace {

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

}  // namespace

int faults_done(const Injected& injected) {
  int all = 0;
  for (const auto& each : injected.done) all += each;
  return all;
}

std::string report_text(const HarnessOptions& options, const Injected& injected, const RunNumbers& numbers,
                        const std::vector<Check>& checks) {
  std::ostringstream out;
  const auto failed = std::count_if(checks.begin(), checks.end(), [](const Check& each) { return !each.good; });
  out << today() << ", Kafka " << options.kafka << ", " << options.brokers << " broker(s), " << options.daemons
      << " daemons and one that joins and leaves, " << text_of(options.setup) << ", seed " << options.seed << ": "
      << faults_done(injected) << " faults over " << numbers.records << " records in "
      << rounded(numbers.fault_seconds / 60) << " minutes (" << rounded(numbers.seconds / 60)
      << " with start and checks); " << checks.size() - static_cast<std::size_t>(failed) << " checks passed, " << failed
      << " failed.\n\n`" << command_line(options) << "`\n\n| injected | times |\n|---|---|\n";
  for (int i = 0; i < kKinds; ++i) {
    const int times = injected.done[static_cast<std::size_t>(i)];
    if (times > 0) out << "| " << name_of(static_cast<Kind>(i)) << " | " << times << " |\n";
  }
  out << "\n| besides | |\n|---|---|\n| pauses of daemons longer than a transaction's timeout | "
      << injected.long_pauses << " |\n| brokers that died of a full disk | " << injected.died_of_full_disk
      << " |\n| daemons that drained in order | " << injected.drained << " |\n| with another exit code than 0 | "
      << injected.drained_with_error << " |\n| not in time, since the brokers were away: killed | "
      << injected.killed_stopping << " |\n| ended by themselves and were started again | " << numbers.ended_by_itself
      << " |\n| faults that a client could not play, since it found no broker | " << injected.not_done
      << " |\n| packets forwarded | " << numbers.packets << " |\n| packets lost | " << numbers.packets_lost
      << " |\n| packets late | " << numbers.packets_late << " |\n| records that the reader saw | "
      << numbers.reader_records << " |\n| ticks of the wall clock | " << numbers.ticks << " |\n| largest daemon | "
      << numbers.largest_mebibytes << " MiB |\n\n"
      << "| checked | seen | |\n|---|---|---|\n";
  for (const Check& each : checks) {
    out << "| " << each.what << " | " << each.seen << " | " << (each.good ? "ok" : "**failed**") << " |\n";
  }
  return out.str();
}

}  // namespace coagwatch::fault
