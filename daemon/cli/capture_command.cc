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
  const kafka::CaptureOutcome outcome = kafka::capture_topic(
      client_settings(*config, "coagwatch-capture"), options.topic,
      [out](std::string_view line) {
        return std::fwrite(line.data(), 1, line.size(), out) == line.size() && std::fputc('\n', out) == '\n';
      },
      kafka_log());
  const bool written = (out == stdout ? std::fflush(out) : std::fclose(out)) == 0;
  if (!outcome.unreachable.empty()) {
    std::fprintf(stderr, "coagwatch capture: %s: %s\n", config->kafka.brokers.c_str(), outcome.unreachable.c_str());
    return kExitUnreachable;
  }
  if (!outcome.error.empty() || !written) {
    std::fprintf(stderr, "coagwatch capture: %s\n",
                 outcome.error.empty() ? "the output could not be written" : outcome.error.c_str());
    return kExitFailed;
  }
  std::fprintf(stderr, "%llu records\n", static_cast<unsigned long long>(outcome.records));
  return kExitOk;
}

}  // namespace coagwatch::daemon
