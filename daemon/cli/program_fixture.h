#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/test_directory.h"

namespace coagwatch::daemon {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Runs the built program, without a shell, in a directory of its own.
class ProgramTest : public testing::Test {
 protected:
  struct Outcome {
    int code = -1;  ///< exit code; -1 if a signal ended it
    std::string out;
    std::string err;
  };

  /// Runs it to its end with those arguments. `input` is its standard input; standard output goes to `out_file`, where
  /// one is named.
  Outcome run(std::vector<std::string> arguments, std::string_view input = "", std::string out_file = "") {
    const std::string in_file = directory_.write("stdin", input);
    const std::string err_file = directory_.path() + "/stderr";
    const bool keep_out = out_file.empty();
    if (keep_out) out_file = directory_.path() + "/stdout";
    arguments.insert(arguments.begin(), "coagwatch");
    std::vector<char*> raw;
    raw.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      redirect(in_file, O_RDONLY, STDIN_FILENO);
      redirect(out_file, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
      redirect(err_file, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
      if (chdir(directory_.path().c_str()) == 0) execv(TEST_PROGRAM, raw.data());
      _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    Outcome outcome;
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (keep_out) outcome.out = read(out_file);
    outcome.err = read(err_file);
    return outcome;
  }

  const TestDirectory directory_;

 private:
  static void redirect(const std::string& file, int flags, int to) {
    const int fd = open(file.c_str(), flags, 0600);
    if (fd < 0 || dup2(fd, to) < 0) _exit(126);
  }
  static std::string read(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
};

}  // namespace coagwatch::daemon
