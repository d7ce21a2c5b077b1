#include "daemon/cli/progress.h"

#include <gmock/gmock.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>
#include <sstream>

#include "daemon/cli/line_reader.h"
#include "daemon/config/test_directory.h"

namespace coagwatch::daemon {
namespace {

TEST(Progress, SaysHowFarAndHowLong) {
  EXPECT_EQ(progress_line({250'000, 50, 200, 10}),
            "[######..................] 25 %  250.0 k records  25.0 k/s  0:30 left");
  EXPECT_EQ(progress_line({1'200, 200, 200, 2}), "[########################] 100 %  1200 records  600/s  0:00 left");
  EXPECT_EQ(progress_line({3'000'000, 1, 10'000, 4}),
            "[........................] 0 %  3.0 M records  750.0 k/s  11:06:36 left");
  EXPECT_LE(progress_line({900'000'000'000, 1, ~0ULL, 1}).size(), 79);
}

TEST(Progress, KnowsNoTotalOfStandardInput) {
  EXPECT_EQ(progress_line({812, 5'000, std::nullopt, 2}), "812 records  406/s");
  EXPECT_EQ(progress_line({812, 5'000, std::nullopt, 0.1}), "812 records") << "too soon for a rate";
  EXPECT_EQ(progress_line({0, 0, 0, 3}), "0 records  0/s") << "an empty file";
}

TEST(Progress, CompressedFilesAreMeasuredAsTheyAreOnDisk) {
  const TestDirectory directory;
  const std::string plain = directory.write("a.ndjson", "one\ntwo\n");
  const std::string zipped = directory.path() + "/b.gz";
  gzFile file = gzopen(zipped.c_str(), "wb");
  for (int i = 0; i < 10'000; ++i) gzputs(file, "the same line again\n");
  gzclose(file);
  const auto total = total_size({plain, zipped});
  ASSERT_TRUE(total);
  EXPECT_LT(*total, 5'000) << "compressed";
  LineReader lines({plain, zipped});
  std::uint64_t before = 0;
  while (lines.next()) {
    EXPECT_LE(before, lines.consumed());
    before = lines.consumed();
  }
  EXPECT_EQ(lines.count(), 10'002);
  EXPECT_EQ(lines.consumed(), *total);
  EXPECT_EQ(total_size({plain, "-"}), std::nullopt);
  EXPECT_EQ(total_size({"/dev/null"}), std::nullopt);
}

TEST(LineReader, ACompressedFileThatIsCutOffIsAnError) {
  const TestDirectory directory;
  const std::string whole = directory.path() + "/whole.gz";
  gzFile file = gzopen(whole.c_str(), "wb");
  for (int i = 0; i < 10'000; ++i) gzprintf(file, "%d\n", i * i);
  gzclose(file);
  std::ostringstream bytes;
  bytes << std::ifstream(whole, std::ios::binary).rdbuf();
  const std::string cut = directory.write("cut.gz", bytes.str().substr(0, bytes.str().size() / 2));
  LineReader good({whole, whole});
  while (good.next()) continue;
  EXPECT_EQ(good.error(), "");
  EXPECT_EQ(good.count(), 20'000);
  for (const std::vector<std::string>& files : {std::vector{cut}, {whole, cut}, {cut, whole}}) {
    LineReader lines(files);
    while (lines.next()) continue;
    EXPECT_NE(lines.error().find("cut off"), std::string::npos) << lines.error();
    EXPECT_LT(lines.count(), 20'000U);
  }
}

}  // namespace
}  // namespace coagwatch::daemon
