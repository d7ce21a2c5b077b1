#include "tests/fault/disk.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "tests/fault/process.h"

namespace coagwatch::fault {
namespace {

std::string filler(const std::string& place) { return place + "/filler"; }

}  // namespace

Disk::Disk(const std::string& image, const std::string& place, std::uint64_t mebibytes) : place_(place) {
  std::filesystem::create_directories(place);
  const std::string command = "truncate -s " + std::to_string(mebibytes) + "M " + image +
                              " && /sbin/mkfs.ext4 -q -F -m 0 " + image + " && mount -o loop " + image + " " + place +
                              " && rmdir " + place + "/lost+found";
  if (run_shell(command) != 0) throw std::runtime_error("cannot make a file system in " + image);
}

Disk::~Disk() { umount2(place_.c_str(), MNT_DETACH); }

void Disk::fill() const {
  const int fd = open(filler(place_).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  // What another writer takes meanwhile is gone too: then by halves.
  for (std::uintmax_t piece = std::filesystem::space(place_).available; piece >= 4096;) {
    const off_t size = lseek(fd, 0, SEEK_END);
    if (posix_fallocate(fd, size, static_cast<off_t>(piece)) != 0) piece /= 2;
    if (std::filesystem::space(place_).available < piece) piece = std::filesystem::space(place_).available;
  }
  close(fd);
}

void Disk::make_room() const { std::filesystem::remove(filler(place_)); }

}  // namespace coagwatch::fault
