#include "daemon/config/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/config/criterion_file_name.h"

namespace coagwatch::daemon {
namespace {

namespace fs = std::filesystem;

// IN_ATTRIB: a file may become readable. Whatever else follows is the end of a write, or a change of names.
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// As many as the kernel follows.
constexpr int kMostLinks = 40;

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

FileWatch::~FileWatch() {
  if (inotify_ >= 0) close(inotify_);
}

bool FileWatch::watch(WatchedPaths paths) {
  if (paths == paths_) return false;
  paths_ = std::move(paths);
  event_.reset();
  arm();
  return true;
}

/// Begins anew, since what stood for a path may have been replaced.
void FileWatch::arm() {
  if (inotify_ >= 0) close(std::exchange(inotify_, -1));
  watched_.clear();
  problem_.clear();
  if (paths_.files.empty() && paths_.directories.empty()) return;
  inotify_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_ < 0) {
    problem_ = "inotify: " + reason();
    return;
  }
  for (const std::string& file : paths_.files) add_path(file);
  for (const std::string& directory : paths_.directories) add_directory(directory);
}

void FileWatch::add_directory(const fs::path& path) {
  add_path(path);
  add(path, "", true);
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (is_yaml_file(entry->path().filename().string()) && entry->is_symlink(unknown)) add_path(entry->path());
  }
}

/// Watches each name on the way to `path`, and where it is a link, on the way to what it stands for.
void FileWatch::add_path(const fs::path& path, int links) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  fs::path here = whole.root_path();
  for (const fs::path& name : whole.relative_path()) {
    if (name.empty() || name == ".") continue;
    if (name != "..") add(here, name.string(), false);
    here /= name;
    const fs::file_status status = fs::symlink_status(here, error);
    if (!fs::exists(status)) return;
    if (!fs::is_symlink(status) || links >= kMostLinks) continue;
    const fs::path target = fs::read_symlink(here, error);
    if (!error) add_path(here.parent_path() / target, links + 1);
  }
}

void FileWatch::add(const fs::path& directory, const std::string& name, bool criteria) {
  const int number = inotify_add_watch(inotify_, directory.c_str(), kEvents);
  if (number < 0) {
    // What is not there, or not ours to see, is seen from above once that changes.
    const bool expected = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    if (!expected && problem_.empty()) problem_ = directory.string() + ": " + reason();
    return;
  }
  Names& names = watched_[number];
  if (!name.empty()) names.names.insert(name);
  names.criteria = names.criteria || criteria;
}

/// Takes what has happened. True if something of it matters.
bool FileWatch::read_events() const {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
  bool matters = false;
  for (;;) {
    const ssize_t length = read(inotify_, buffer.data(), buffer.size());
    if (length <= 0) return matters;
    for (std::size_t at = 0; at < static_cast<std::size_t>(length);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string_view name = event.len == 0 ? "" : buffer.data() + at + sizeof event;
      at += sizeof event + event.len;
      // Of events that were lost nobody knows what they were.
      if ((event.mask & IN_Q_OVERFLOW) != 0) matters = true;
      const auto found = watched_.find(event.wd);
      if (found == watched_.end()) continue;
      const Names& names = found->second;
      // Without a name it is about the directory, which those above tell of by its name, except where it holds
      // criteria.
      matters = matters || names.names.contains(std::string(name)) ||
                (names.criteria && (name.empty() || is_yaml_file(name)));
    }
  }
}

bool FileWatch::changed(Clock::time_point now) {
  if (inotify_ < 0) return false;
  if (read_events()) event_ = now;
  if (!event_ || now - *event_ < settle_) return false;
  event_.reset();
  arm();
  return true;
}

}  // namespace coagwatch::daemon
