#pragma once

namespace coagwatch::test {

/// The first TCP port of 127.0.0.1 from `first` on that was free a moment ago.
int free_port(int first);

}  // namespace coagwatch::test
