#include "daemon/config/file_watch.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/config/test_directory.h"

namespace coagwatch::daemon {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// A watch over `criteria/` and `map.json` of a directory, on a clock of the test's.
class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    write("criteria/a.yaml");
    write("map.json");
  }
  void begin() {
    watch_.watch({{path("map.json")}, {path("criteria")}});
    EXPECT_EQ(watch_.problem(), "");
    EXPECT_FALSE(settles());
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void write(const std::string& name) const { directory_.write(name, "x"); }
  void link(const std::string& target, const std::string& name) const { fs::create_symlink(target, path(name)); }
  void rename(const std::string& from, const std::string& to) const { fs::rename(path(from), path(to)); }

  /// Whether a change is told, once, and after the pause only.
  bool settles() {
    now_ += milliseconds(5000);
    EXPECT_FALSE(watch_.changed(now_)) << "too early";
    EXPECT_FALSE(watch_.changed(now_ + milliseconds(999))) << "too early";
    const bool told = watch_.changed(now_ + milliseconds(1000));
    EXPECT_FALSE(watch_.changed(now_ + milliseconds(2500))) << "twice";
    return told;
  }

  TestDirectory directory_;
  FileWatch watch_;
  FileWatch::Clock::time_point now_ = FileWatch::Clock::now();
};

TEST_F(FileWatchTest, NothingHappensUntilAFileIsWritten) {
  begin();
  write("criteria/a.yaml");
  EXPECT_TRUE(settles());
  EXPECT_FALSE(settles());
  write("criteria/b.yaml");
  EXPECT_TRUE(settles());
  write("criteria/c.yml");
  EXPECT_TRUE(settles());
  write("map.json");
  EXPECT_TRUE(settles());
}

TEST_F(FileWatchTest, OtherFilesDoNotMatter) {
  begin();
  write("criteria/a.yaml~");
  write("criteria/notes.txt");
  write("other.json");
  fs::create_directory(path("other"));
  EXPECT_FALSE(settles());
}

TEST_F(FileWatchTest, EachEventBeginsThePauseAnew) {
  begin();
  for (int i = 0; i < 5; ++i) {
    write("map.json");
    EXPECT_FALSE(watch_.changed(now_ + milliseconds(900 * i)));
  }
  EXPECT_FALSE(watch_.changed(now_ + milliseconds(900 * 4 + 999)));
  EXPECT_TRUE(watch_.changed(now_ + milliseconds(900 * 4 + 1000)));
}

TEST_F(FileWatchTest, AFileThatIsReplacedByARename) {
  begin();
  for (int i = 0; i < 3; ++i) {
    write("map.json.new");
    EXPECT_FALSE(settles());
    rename("map.json.new", "map.json");
    EXPECT_TRUE(settles());
    write("criteria/.a.yaml.tmp");
    rename("criteria/.a.yaml.tmp", "criteria/a.yaml");
    EXPECT_TRUE(settles());
  }
}

TEST_F(FileWatchTest, AFileThatGoesAndComesBack) {
  begin();
  fs::remove(path("map.json"));
  EXPECT_TRUE(settles());
  write("map.json");
  EXPECT_TRUE(settles());
  fs::remove(path("criteria/a.yaml"));
  EXPECT_TRUE(settles());
}

TEST_F(FileWatchTest, AFileThatBecomesReadable) {
  begin();
  fs::permissions(path("map.json"), fs::perms::none);
  EXPECT_TRUE(settles());
  fs::permissions(path("map.json"), fs::perms::owner_read);
  EXPECT_TRUE(settles());
}

TEST_F(FileWatchTest, ADirectoryThatIsReplaced) {
  begin();
  write("next/a.yaml");
  EXPECT_FALSE(settles());
  rename("criteria", "old");
  rename("next", "criteria");
  EXPECT_TRUE(settles());
  write("old/a.yaml");
  EXPECT_FALSE(settles());
  write("criteria/a.yaml");
  EXPECT_TRUE(settles());
  fs::remove_all(path("criteria"));
  EXPECT_TRUE(settles());
  write("criteria/c.yaml");
  EXPECT_TRUE(settles());
  write("criteria/c.yaml");
  EXPECT_TRUE(settles());
}

TEST_F(FileWatchTest, ADirectoryThatDoesNotExistYet) {
  watch_.watch({{}, {path("later/on/criteria")}});
  EXPECT_EQ(watch_.problem(), "");
  fs::create_directory(path("later"));
  EXPECT_TRUE(settles());
  write("later/on/criteria/a.yaml");
  EXPECT_TRUE(settles());
  write("later/on/criteria/a.yaml");
  EXPECT_TRUE(settles());
}

TEST_F(FileWatchTest, AVolumeOfKubernetes) {
  // As kubelet does it: names are links into `..data`, itself a link that is replaced.
  write("volume/..1/a.yaml");
  write("volume/..1/map.json");
  link("..1", "volume/..data");
  link("..data/a.yaml", "volume/a.yaml");
  link("..data/map.json", "volume/map.json");
  watch_.watch({{path("volume/map.json")}, {path("volume")}});
  EXPECT_EQ(watch_.problem(), "");
  for (int i = 2; i < 5; ++i) {
    const std::string next = "..";
    write("volume/" + next + std::to_string(i) + "/a.yaml");
    write("volume/" + next + std::to_string(i) + "/map.json");
    link(next + std::to_string(i), "volume/..data_tmp");
    EXPECT_FALSE(settles()) << i;
    rename("volume/..data_tmp", "volume/..data");
    fs::remove_all(path("volume/" + next + std::to_string(i - 1)));
    EXPECT_TRUE(settles()) << i;
  }
}

TEST_F(FileWatchTest, ALinkOnTheWayIsSwapped) {
  write("releases/1/criteria/a.yaml");
  write("releases/2/criteria/a.yaml");
  link("releases/1", "current");
  watch_.watch({{}, {path("current/criteria")}});
  write("releases/2/criteria/a.yaml");
  EXPECT_FALSE(settles());
  link("releases/2", "next");
  rename("next", "current");
  EXPECT_TRUE(settles());
  write("releases/2/criteria/a.yaml");
  EXPECT_TRUE(settles());
  write("releases/1/criteria/a.yaml");
  EXPECT_FALSE(settles());
}

TEST_F(FileWatchTest, LinksInACircleEnd) {
  link("b", "a");
  link("a", "b");
  watch_.watch({{path("a")}, {path("b")}});
  EXPECT_FALSE(settles());
  fs::remove(path("a"));
  EXPECT_TRUE(settles());
}

TEST_F(FileWatchTest, OtherPathsTakeThePlaceOfTheFirst) {
  begin();
  write("other.json");
  EXPECT_FALSE(watch_.watch({{path("map.json")}, {path("criteria")}}));
  EXPECT_TRUE(watch_.watch({{path("other.json")}, {}}));
  write("map.json");
  EXPECT_FALSE(settles());
  write("other.json");
  EXPECT_TRUE(settles());
  EXPECT_TRUE(watch_.watch({}));
  write("other.json");
  EXPECT_FALSE(settles());
}

}  // namespace
}  // namespace coagwatch::daemon
