#include <cstdio>

#include "daemon/cli/commands.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/fold/command_record.h"
#include "daemon/kafka/command_sender.h"
#include "daemon/log/log.h"

namespace coagwatch::daemon {

int forget_command(const ForgetOptions& options) {
  std::vector<rules::Problem> problems;
  std::optional<Config> config = load_config(options.config, process_environment(), problems);
  if (!config) {
    print_problems(problems);
    return kExitUsage;
  }
  log::configure(LogFormat::text, LogLevel::error);
  if (!options.brokers.empty()) config->kafka.brokers = options.brokers;
  const auto name = kCommandNames[static_cast<std::size_t>(CommandKind::forget)];
  const kafka::SentCommand sent =
      kafka::send_command(client_settings(*config, "coagwatch-forget"), config->output.commands, name, options.patient,
                          COAGWATCH_VERSION, kafka_log());
  if (!sent.error.empty()) {
    std::fprintf(stderr, "coagwatch forget: %s\n", sent.error.c_str());
    return sent.unreachable ? kExitUnreachable : kExitFailed;
  }
  std::printf("%d partitions of %s are told to forget the patient\n", sent.partitions, config->output.commands.c_str());
  return kExitOk;
}

}  // namespace coagwatch::daemon
