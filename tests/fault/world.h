#pragma once

#include <functional>

namespace coagwatch::fault {

/// Runs `inside` in a process with namespaces of its own for processes, network, mounts and shared memory, and returns
/// its exit code. Whatever way it ends, by a signal to this process too, the kernel ends what was started in there,
/// unmounts and takes the network down: nothing is left over. Needs root, and a caller without threads.
/// Throws std::runtime_error where namespaces cannot be had.
int in_own_world(const std::function<int()>& inside);

}  // namespace coagwatch::fault
