#pragma once

namespace coagwatch::test {

/// A TCP port of 127.0.0.1 that was free a moment ago: any, or the first one from `first` on.
int free_port(int first = 0);

}  // namespace coagwatch::test
