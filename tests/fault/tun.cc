#include "tests/fault/tun.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace coagwatch::fault {
namespace {

// Larger than Ethernet's: what is moved in a test is bytes, and each packet costs the same.
constexpr int kLargestPacket = 16'000;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

/// A request to one device.
struct Device {
  explicit Device(const std::string& name) : socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    name.copy(request.ifr_name, IFNAMSIZ - 1);
  }
  ~Device() { close(socket); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  void ask(unsigned long what, const char* name) {
    if (ioctl(socket, what, &request) != 0) fail(name);
  }
  void ask_address(unsigned long what, const std::string& text) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, text.c_str(), &address.sin_addr);
    std::memcpy(&request.ifr_addr, &address, sizeof address);
    ask(what, "device address");
  }
  void bring_up() {
    ask(SIOCGIFFLAGS, "device flags");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
    ask(SIOCSIFFLAGS, "device up");
  }

  int socket;
  ifreq request{};
};

}  // namespace

int open_tun(const std::string& name, const std::string& address) {
  const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) fail("/dev/net/tun");
  Device device(name);
  device.request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(fd, TUNSETIFF, &device.request) != 0) fail("TUN device");
  device.request.ifr_mtu = kLargestPacket;
  device.ask(SIOCSIFMTU, "device MTU");
  device.request.ifr_qlen = 5'000;
  device.ask(SIOCSIFTXQLEN, "device queue");
  device.ask_address(SIOCSIFADDR, address);
  device.ask_address(SIOCSIFNETMASK, "255.255.255.0");
  device.bring_up();
  return fd;
}

void bring_up_loopback() { Device("lo").bring_up(); }

int destination(const char* packet, std::size_t size) {
  constexpr std::size_t kHeader = 20;
  constexpr std::size_t kLastOfDestination = 19;
  if (size < kHeader || (static_cast<unsigned char>(packet[0]) >> 4) != 4) return -1;
  return static_cast<unsigned char>(packet[kLastOfDestination]);
}

}  // namespace coagwatch::fault
