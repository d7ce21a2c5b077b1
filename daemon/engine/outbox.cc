#include "daemon/engine/outbox.h"

namespace coagwatch::daemon {

std::string_view output_topic_name(OutputTopic topic) {
  switch (topic) {
    case OutputTopic::alerts:
      return "alerts";
    case OutputTopic::status:
      return "status";
    case OutputTopic::state:
      return "state";
    case OutputTopic::dead_letter:
      return "dead-letter";
    case OutputTopic::notifications:
      return "notifications";
    case OutputTopic::by_patient:
      return "by-patient";
    case OutputTopic::commands:
      return "commands";
    case OutputTopic::journal:
      break;
  }
  return "journal";
}

}  // namespace coagwatch::daemon
