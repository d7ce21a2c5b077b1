// Every disposition and every reason, each by a whole resource as some hospital's system sends it
// (fhir/testdata/reasons), through intake and fold; and the same resource mended, which is taken.

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "daemon/fold/disposition_cases.h"

namespace coagwatch::daemon {
namespace {

using fhir::Disposition;
using fhir::Reason;
using testing::IsEmpty;

std::string row_of(Disposition disposition, Reason reason) {
  std::string row(disposition_name(disposition));
  if (reason != Reason::none) row.append("/").append(reason_name(reason));
  return row;
}

/// Keeps what becomes of each result, and why.
class ReasonSink : public RecordingSink {
 public:
  void item(const InputRecord& /*record*/, const fhir::Item& item) override {
    rows.push_back(row_of(item.disposition, item.reason));
    texts.push_back(item.text);
  }
  std::vector<std::string> rows;
  std::vector<std::string> texts;
};

std::string edited(std::string text, const Edits& edits) {
  for (const Edit& change : edits) {
    if (change.from.empty()) continue;
    const std::size_t at = text.find(change.from);
    EXPECT_NE(at, std::string::npos) << change.name;
    if (at == std::string::npos) continue;
    EXPECT_EQ(text.find(change.from, at + 1), std::string::npos) << change.name << ": stands twice";
    text.replace(at, change.from.size(), change.to);
  }
  return text;
}

/// What stands in a JSON text as values: strings and numbers, also where it is not quite JSON.
std::set<std::string> values_of(std::string_view json) {
  std::set<std::string> values;
  std::size_t i = 0;
  while (i < json.size()) {
    const std::size_t begin = i;
    if (json[i] == '"') {
      for (++i; i < json.size() && json[i] != '"'; ++i) i += json[i] == '\\' ? 1 : 0;
      const std::string_view text = json.substr(begin + 1, i - begin - 1);
      const std::size_t next = json.find_first_not_of(" \n", i + 1);
      const bool is_key = next != std::string_view::npos && json[next] == ':';
      if (!is_key) values.emplace(text);
      ++i;
    } else if (std::isdigit(static_cast<unsigned char>(json[i])) != 0) {
      i = std::min(json.find_first_not_of("0123456789.", i), json.size());
      values.emplace(json.substr(begin, i - begin));
    } else {
      ++i;
    }
  }
  return values;
}

bool has_word(std::string_view text, std::string_view word) {
  const auto parts = [&](std::size_t at) {
    return at >= text.size() || std::isalnum(static_cast<unsigned char>(text[at])) == 0;
  };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if ((at == 0 || parts(at - 1)) && parts(at + word.size())) return true;
  }
  return false;
}

/// Values of the input that stand in the text. What FHIR itself names, and a single character, tells nothing.
std::vector<std::string> values_in(std::string_view text, std::string_view json) {
  static const std::set<std::string, std::less<>> kOfFhir = {"Patient", "Observation", "status", "subscription"};
  std::vector<std::string> found;
  for (const std::string& value : values_of(json)) {
    if (value.size() > 1 && !kOfFhir.contains(value) && has_word(text, value)) found.push_back(value);
  }
  return found;
}

class DispositionsTest : public testing::TestWithParam<DispositionCase> {
 protected:
  void SetUp() override { file_ = fhir::fhir_file("testdata/reasons/" + GetParam().file + ".json"); }

  void begin(const Edits& edits = {}) {
    settings_ = test_fold_settings();
    if (GetParam().set) GetParam().set(settings_);
    for (const Edit& change : edits) {
      if (change.set) change.set(settings_);
    }
    fold_.emplace(settings_);
    next_ = 0;
    if (GetParam().before.empty()) return;
    apply(edited(file_, GetParam().before));
    ASSERT_THAT(sink_->rows, testing::ElementsAre("applied"));
  }
  void apply(const std::string& value) {
    InputRecord record;
    record.offset = next_++;
    record.time = kNoon;
    record.key = "key";
    record.value = value;
    sink_.emplace();
    fold_->apply(record, *sink_);
  }

  std::string file_;
  FoldSettings settings_;
  std::optional<PartitionFold> fold_;
  std::optional<ReasonSink> sink_;
  std::int64_t next_ = 0;
};

TEST_P(DispositionsTest, IsWhatItsNameSays) {
  begin();
  apply(file_);
  EXPECT_EQ(sink_->rows, GetParam().rows);
  ASSERT_GT(sink_->texts.size(), GetParam().about);
  EXPECT_EQ(sink_->texts[GetParam().about], GetParam().text);
}

TEST_P(DispositionsTest, IsTakenOnceMended) {
  const DispositionCase& tested = GetParam();
  if (tested.mend.empty()) return;  // `applied` itself, and what we wrote ourselves
  begin(tested.mend);
  apply(edited(file_, tested.mend));
  EXPECT_EQ(sink_->rows, tested.mended_rows) << testing::PrintToString(sink_->texts);
}

TEST_P(DispositionsTest, ADeadLetterHoldsTheBytesAndItsHeadersNoValueOfThem) {
  begin();
  apply(file_);
  const bool dead = GetParam().rows.front().starts_with("dead/");
  ASSERT_EQ(sink_->dead_letters.size(), dead ? 1U : 0U);
  for (const std::string& text : sink_->texts) EXPECT_THAT(values_in(text, file_), IsEmpty()) << text;
  if (!dead) return;
  const Published& letter = sink_->dead_letters.front();
  EXPECT_EQ(letter.value, file_);
  EXPECT_EQ("dead/" + letter.header("coagwatch-reason"), GetParam().rows.front());
  EXPECT_EQ(letter.header("coagwatch-text"), GetParam().text);
  EXPECT_EQ(letter.header("coagwatch-entry"), "0");
}

INSTANTIATE_TEST_SUITE_P(Reasons, DispositionsTest, testing::ValuesIn(all_cases()), [](const auto& tested) {
  std::string name = tested.param.file;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(DispositionsCompleteTest, EveryReasonAndEveryDispositionHasAFileOfItsName) {
  std::set<std::string> files;
  std::set<std::string> rows;
  for (const DispositionCase& one : all_cases()) {
    files.insert(one.file);
    rows.insert(one.rows.begin(), one.rows.end());
  }
  for (std::size_t i = 1; i < fhir::kReasonCount; ++i) {
    const std::string reason(fhir::reason_name(static_cast<Reason>(i)));
    const bool named = std::ranges::any_of(files, [&](const std::string& file) { return file.starts_with(reason); });
    const bool seen = std::ranges::any_of(rows, [&](const std::string& row) { return row.ends_with("/" + reason); });
    EXPECT_TRUE(named && seen) << reason;
  }
  for (std::size_t i = 0; i < kDispositionCount; ++i) {
    const std::string name(fhir::disposition_name(static_cast<Disposition>(i)));
    if (static_cast<Disposition>(i) == Disposition::candidate) continue;  // of intake only; the fold decides
    EXPECT_TRUE(std::ranges::any_of(rows, [&](const std::string& row) { return row.starts_with(name); })) << name;
  }
}

TEST(DispositionsCompleteTest, EveryFileIsRead) {
  std::set<std::string> read;
  for (const DispositionCase& one : all_cases()) read.insert(one.file + ".json");
  std::set<std::string> there;
  const std::filesystem::path test(__FILE__);
  for (const auto& file :
       std::filesystem::directory_iterator(test.parent_path().parent_path().parent_path() / "fhir/testdata/reasons")) {
    if (file.path().extension() == ".json") there.insert(file.path().filename().string());
  }
  EXPECT_EQ(there, read);
}

TEST(DispositionsCompleteTest, TheSearchForValuesFindsThem) {
  EXPECT_EQ(values_in("status: F2 is no code", R"({"status": "F2"})"), std::vector<std::string>{"F2"});
  EXPECT_EQ(values_in("value 61.5", R"({"value": 61.5})"), std::vector<std::string>{"61.5"});
  EXPECT_THAT(values_in("status: expected a code", R"({"status": "F2", "code": {"text": "Quick"}})"), IsEmpty());
}

}  // namespace
}  // namespace coagwatch::daemon
