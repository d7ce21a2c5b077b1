#pragma once

#include <CLI/CLI.hpp>

#include "daemon/cli/commands.h"

namespace coagwatch::daemon {

/// What the command line says of `state` and its commands. Must outlive the parsing.
struct StateArguments {
  StateOptions state;
  RepartitionOptions repartition;
  RebaseOptions rebase;
};

/// Adds `state`; its commands set `code`.
void add_state(CLI::App& app, StateArguments& arguments, int& code);

}  // namespace coagwatch::daemon
