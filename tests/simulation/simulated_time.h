#pragma once

#include <chrono>

namespace coagwatch::simulation {

/// Virtual time since the simulation began. Nothing in here reads a real clock.
using Time = std::chrono::microseconds;

}  // namespace coagwatch::simulation
