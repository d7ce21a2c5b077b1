#include <atomic>
#include <cstdio>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/kafka/capture.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {

int capture_command(const CaptureOptions& options) {
  std::vector<rules::Problem> problems;
  std::optional<Config> config = load_config(options.config, process_environment(), problems);
  if (!config) {
    print_problems(problems);
    return kExitUsage;
  }
  log::configure(LogFormat::text, LogLevel::warning);
  if (!options.brokers.empty()) config->kafka.brokers = options.brokers;
  std::FILE* out = options.output.empty() ? stdout : std::fopen(options.output.c_str(), "wb");
  if (out == nullptr) {
    std::fprintf(stderr, "coagwatch capture: %s cannot be written\n", options.output.c_str());
    return kExitUsage;
  }
  kafka::CaptureOptions how = capture_options(*config, "coagwatch-capture");
  std::atomic<bool> refused{false};
  how.stop = &refused;
  const kafka::CaptureResult result = kafka::capture_topic(how, options.topic, [&](std::string_view line) {
    if (std::fwrite(line.data(), 1, line.size(), out) != line.size()) refused = true;
  });
  const bool written = (out == stdout ? std::fflush(out) : std::fclose(out)) == 0 && !refused;
  if (!written) {
    std::fprintf(stderr, "coagwatch capture: the output could not be written\n");
    return kExitFailed;
  }
  if (!result.error.empty()) {
    std::fprintf(stderr, "coagwatch capture: %s\n", result.error.c_str());
    return result.unreachable ? kExitUnreachable : kExitFailed;
  }
  std::fprintf(stderr, "%llu records\n", static_cast<unsigned long long>(result.records));
  return kExitOk;
}

}  // namespace coagwatch::daemon
