#pragma once

#include <cstddef>
#include <string>

namespace coagwatch::fault {

/// Makes a point-to-point device of the calling thread's network namespace and brings it up under an IPv4 address of a
/// /24: what is sent there can be read here, packet by packet, and the other way round. It vanishes when the returned
/// descriptor, which does not block, is closed. Throws std::runtime_error.
int open_tun(const std::string& name, const std::string& address);
/// Brings the namespace's own loopback device up.
void bring_up_loopback();
/// Last byte of an IPv4 packet's destination; -1 for any other packet.
int destination(const char* packet, std::size_t size);

}  // namespace coagwatch::fault
