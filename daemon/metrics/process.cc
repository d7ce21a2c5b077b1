#include "daemon/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace coagwatch::daemon {
namespace {

/// Boot time in seconds since the epoch, 0 if unknown.
double boot_time() {
  std::ifstream in("/proc/stat");
  std::string word;
  while (in >> word) {
    double seconds = 0;
    if (word == "btime" && in >> seconds) return seconds;
  }
  return 0;
}

std::uint64_t open_fds() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; !error && entry != end;
       entry.increment(error)) {
    ++count;
  }
  // The listing itself holds one.
  return count > 0 ? count - 1 : 0;
}

/// The fields of /proc/self/stat that come after the program's name, which may itself hold blanks and parentheses.
void read_stat(ProcessFigures& figures) {
  std::ifstream in("/proc/self/stat");
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  double user = 0;
  double system = 0;
  double start = 0;
  for (int field = 3; field <= 13; ++field) fields >> skipped;
  fields >> user >> system;
  for (int field = 16; field <= 19; ++field) fields >> skipped;
  fields >> figures.threads >> skipped >> start >> figures.virtual_bytes;
  if (!fields) return;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  figures.cpu_seconds = (user + system) / ticks;
  static const double kBoot = boot_time();
  if (kBoot > 0) figures.start_time_seconds = kBoot + start / ticks;
}

}  // namespace

ProcessFigures process_figures() {
  ProcessFigures figures;
  read_stat(figures);
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  if (statm >> total_pages >> resident_pages) {
    figures.resident_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  figures.open_fds = open_fds();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.max_fds = limit.rlim_cur;
  return figures;
}

}  // namespace coagwatch::daemon
