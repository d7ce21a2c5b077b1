#include "daemon/config/text_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace coagwatch::daemon {

std::optional<std::string> read_text_file(const std::string& path, std::size_t limit, std::string& wrong) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) {
    wrong = "cannot be read: it is a directory";
    return std::nullopt;
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text;
  // One byte more than allowed tells a file that is too long from one that just fits.
  text.resize(limit + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && !in.eof())) {
    wrong = "cannot be read: " + (errno != 0 ? std::generic_category().message(errno) : std::string("input error"));
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > limit) {
    wrong = "is longer than " + std::to_string(limit) + " bytes";
    return std::nullopt;
  }
  return text;
}

std::string resolved_path(const std::string& path, const std::string& directory) {
  const std::filesystem::path given(path);
  if (given.is_absolute() || directory.empty()) return given.lexically_normal().string();
  return (std::filesystem::path(directory) / given).lexically_normal().string();
}

}  // namespace coagwatch::daemon
