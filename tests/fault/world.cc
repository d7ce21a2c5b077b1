#include "tests/fault/world.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace coagwatch::fault {
namespace {

volatile sig_atomic_t first_process = 0;
volatile sig_atomic_t interrupted = 0;

void end_world(int signal) {
  interrupted = signal;
  if (first_process > 0) kill(first_process, SIGKILL);
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

int call(const std::function<int()>& inside) {
  try {
    return inside();
  } catch (const std::exception& error) {
    std::printf("fault_harness: %s\n", error.what());
    return 2;
  }
}

/// The first process of the world: takes in orphans, and ends, and all with it, when `inside` has.
int be_first(const std::function<int()>& inside) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // What is killed leaves nothing in the machine's /dev/shm.
  if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) != 0 ||
      mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("proc", "/proc", "proc", 0, nullptr) != 0 || mount("tmpfs", "/dev/shm", "tmpfs", 0, nullptr) != 0) {
    std::fprintf(stderr, "fault_harness: namespaces: %s\n", std::strerror(errno));
    return 2;
  }
  const pid_t child = fork();
  if (child == 0) {
    const int code = call(inside);
    std::fflush(nullptr);
    _exit(code);
  }
  for (;;) {
    int status = 0;
    if (waitpid(-1, &status, 0) == child) return exit_code(status);
  }
}

}  // namespace

int in_own_world(const std::function<int()>& inside) {
  if (unshare(CLONE_NEWPID) != 0) {
    throw std::runtime_error(std::string("namespaces, which need root: ") + std::strerror(errno));
  }
  std::fflush(nullptr);
  const pid_t first = fork();
  if (first == 0) _exit(be_first(inside));
  first_process = first;
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) signal(each, end_world);
  int status = 0;
  while (waitpid(first, &status, 0) < 0 && errno == EINTR) {
  }
  return interrupted != 0 ? 128 + interrupted : exit_code(status);
}

}  // namespace coagwatch::fault
