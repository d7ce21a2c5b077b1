#include "daemon/cli/line_reader.h"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace coagwatch::daemon {
namespace {

// Far above any record that intake takes: a file that is no text must not fill the memory.
constexpr std::size_t kMaxLine = 64 * 1024 * 1024;
constexpr std::size_t kBuffer = 256 * 1024;

}  // namespace

LineReader::~LineReader() {
  if (file_ != nullptr) gzclose(file_);
}

std::string LineReader::place() const {
  const std::string file = opened_ == 0 ? std::string() : files_[opened_ - 1];
  // No line yet: it is about the file.
  return file + (line_in_file_ == 0 ? "" : ":" + std::to_string(line_in_file_)) + ": ";
}

std::uint64_t LineReader::consumed() const {
  const auto offset = file_ == nullptr ? 0 : gzoffset(file_);
  return finished_ + (offset > 0 ? static_cast<std::uint64_t>(offset) : 0);
}

bool LineReader::fail(const std::string& what) {
  error_ = place() + what;
  return false;
}

bool LineReader::open_next() {
  if (opened_ == files_.size()) return false;
  const std::string& path = files_[opened_++];
  line_in_file_ = 0;
  // Standard input is duplicated, since closing the reader closes what it was given.
  file_ = path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");
  if (file_ == nullptr) return fail("cannot be opened: " + std::generic_category().message(errno));
  gzbuffer(file_, kBuffer);
  return true;
}

/// Refills the buffer from the present file; false at its end or on an error.
bool LineReader::fill() {
  buffer_.resize(kBuffer);
  at_ = 0;
  const int got = gzread(file_, buffer_.data(), static_cast<unsigned>(kBuffer));
  int code = Z_OK;
  const char* const why = gzerror(file_, &code);
  if (got < 0) {
    buffer_.clear();
    return fail(std::string("cannot be read: ") + why);
  }
  // What was cut off short ends like a whole file.
  if (got == 0 && code == Z_BUF_ERROR) return fail("is cut off: the compressed data does not end");
  buffer_.resize(static_cast<std::size_t>(got));
  return got > 0;
}

bool LineReader::next() {
  line_.clear();
  bool some = false;
  while (error_.empty()) {
    if (file_ == nullptr && !open_next()) return false;
    if (at_ == buffer_.size() && !fill()) {
      if (!error_.empty()) return false;
      finished_ = consumed();
      gzclose(file_);
      file_ = nullptr;
      if (!some) continue;
      break;  // a last line without line break
    }
    some = true;
    const std::size_t end = buffer_.find('\n', at_);
    const std::size_t stop = end == std::string::npos ? buffer_.size() : end;
    line_.append(buffer_, at_, stop - at_);
    if (line_.size() > kMaxLine) return fail("a line is longer than 64 MiB");
    at_ = end == std::string::npos ? stop : end + 1;
    if (end != std::string::npos) break;
  }
  if (!error_.empty()) return false;
  ++count_;
  ++line_in_file_;
  return true;
}

}  // namespace coagwatch::daemon
