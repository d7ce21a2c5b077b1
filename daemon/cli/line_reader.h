#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct gzFile_s;  // NOLINT(readability-identifier-naming): zlib's name

namespace coagwatch::daemon {

/// Reads lines from several files one after the other, gzip or not; `-` is standard input. Lines may hold any bytes.
///
/// Not thread-safe.
class LineReader {
 public:
  explicit LineReader(std::vector<std::string> files) : files_(std::move(files)) {}
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// Reads the next line, without its line break, into line(). False at the end, or on an error: look at error().
  bool next();
  [[nodiscard]] std::string_view line() const { return line_; }
  /// Lines read so far over all files.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Bytes of the files used so far, of compressed ones as they are on disk.
  [[nodiscard]] std::uint64_t consumed() const;
  /// True if the line is the first of its file.
  [[nodiscard]] bool first_of_file() const { return line_in_file_ == 1; }
  /// `file:line: ` of the present line, for messages.
  [[nodiscard]] std::string place() const;
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  bool open_next();
  bool fill();
  bool fail(const std::string& what);

  std::vector<std::string> files_;
  std::size_t opened_ = 0;
  gzFile_s* file_ = nullptr;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string line_;
  std::uint64_t count_ = 0;
  std::uint64_t line_in_file_ = 0;
  std::uint64_t finished_ = 0;  // bytes of the files before the present one
  std::string error_;
};

}  // namespace coagwatch::daemon
