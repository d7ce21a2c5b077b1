#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace coagwatch::daemon {

/// What a FileWatch looks at. Nothing of it needs to exist.
struct WatchedPaths {
  std::vector<std::string> files;
  std::vector<std::string> directories;  ///< the `*.yaml` and `*.yml` in them
  friend bool operator==(const WatchedPaths&, const WatchedPaths&) = default;
};

/// Notices that files have changed, by inotify: written in place, replaced by a rename, made, deleted, or behind a
/// symbolic link that was swapped, as Kubernetes does with the `..data` of a volume. What happens to a path is an event
/// of the directory that holds it, so every directory on the way to a file is watched, for the one name that matters.
///
/// Changes that another host makes on a shared file system are not seen. Not thread-safe.
class FileWatch {
 public:
  using Clock = std::chrono::steady_clock;

  /// A change counts once nothing more has happened for `settle`, so that half of a change is no change.
  explicit FileWatch(std::chrono::milliseconds settle = std::chrono::seconds(1)) : settle_(settle) {}
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// From now on these are watched, and no others. False if they were already.
  bool watch(WatchedPaths paths);
  /// True once after something has changed and settled. What changes from here on counts as another change, so whoever
  /// reads the files now misses nothing. Does not wait.
  bool changed(Clock::time_point now = Clock::now());
  /// Why something is not watched, or empty.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  /// Which names of a directory matter.
  struct Names {
    std::set<std::string> names;
    bool criteria = false;  ///< those of criteria too
  };

  void add_path(const std::filesystem::path& path, int links = 0);
  void add_directory(const std::filesystem::path& path);
  void add(const std::filesystem::path& directory, const std::string& name, bool criteria);
  void arm();
  [[nodiscard]] bool read_events() const;

  const std::chrono::milliseconds settle_;
  WatchedPaths paths_;
  int inotify_ = -1;
  std::map<int, Names> watched_;  ///< by inotify's number
  std::string problem_;
  std::optional<Clock::time_point> event_;  ///< the last one that mattered
};

}  // namespace coagwatch::daemon
