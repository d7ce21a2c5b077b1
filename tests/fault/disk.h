#pragma once

#include <cstdint>
#include <string>

namespace coagwatch::fault {

/// A file system of its own in an image file, which can be filled up to its last block.
class Disk {
 public:
  /// Makes it and mounts it at `place`. Throws std::runtime_error.
  Disk(const std::string& image, const std::string& place, std::uint64_t mebibytes);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  void fill() const;
  void make_room() const;

 private:
  std::string place_;
};

}  // namespace coagwatch::fault
