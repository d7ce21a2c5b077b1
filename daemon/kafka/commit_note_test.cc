#include "daemon/kafka/commit_note.h"

#include <gtest/gtest.h>

namespace coagwatch::daemon::kafka {
namespace {

TEST(CommitNote, IsReadAsItWasWritten) {
  const CommitNote note{4, {{"fhir.a", "AAAAAAAAAAAAAAAAAAAAAA"}, {"fhir.b", "-_AAAAAAAAAAAAAAAAAAAA"}}, "cw.a;b=c.0"};
  EXPECT_EQ(write_note(note, "fhir.b"),
            "partitions=4;topics=fhir.b:-_AAAAAAAAAAAAAAAAAAAA,fhir.a:AAAAAAAAAAAAAAAAAAAAAA;owner=cw.a;b=c.0");
  EXPECT_EQ(read_note(write_note(note, "fhir.b")), note);
  for (const CommitNote& each : {CommitNote{}, CommitNote{3, {}, {}}, CommitNote{0, {{"in", "id"}}, {}},
                                 CommitNote{0, {}, "cw.a.0"}, CommitNote{2, {}, "cw.a.0"}}) {
    EXPECT_EQ(read_note(write_note(each, "in")), each);
  }
}

TEST(CommitNote, OfTheOlderFormIsUnderstood) {
  EXPECT_EQ(read_note("partitions=12"), (CommitNote{12, {}, {}}));
  // What the older version reads: digits behind the first words.
  EXPECT_EQ(write_note({12, {{"in", "id"}}, "cw.a.0"}, "in").rfind("partitions=12;", 0), 0U);
}

TEST(CommitNote, WhatIsNoneSaysNothing) {
  for (const char* text : {"", "partitions=", "partitions=x", "partitions=-3", "partitions=99999999999", "seen by me",
                           ";;;", "topics=", "topics=:,a:,:b,,", "owner="}) {
    EXPECT_EQ(read_note(text), CommitNote{}) << text;
  }
  EXPECT_EQ(read_note("later=1;partitions=4;more;owner=x"), (CommitNote{4, {}, "x"}));
}

TEST(CommitNote, StaysWithinWhatBrokersTake) {
  CommitNote note{4, {}, std::string(900, 'o')};
  const std::string longest(249, 'z');
  for (int i = 0; i < 100; ++i) note.topics[longest.substr(3) + std::to_string(100 + i)] = std::string(22, 'i');
  note.topics[longest] = std::string(22, 'I');
  const std::string text = write_note(note, longest);
  EXPECT_LE(text.size(), 2'000U);
  const CommitNote read = read_note(text);
  EXPECT_EQ(read.owner, note.owner);
  EXPECT_EQ(read.topics.count(longest), 1U) << "its own topic goes before the others";
  EXPECT_GT(read.topics.size(), 2U);
  note.owner = std::string(5'000, 'o');
  EXPECT_EQ(read_note(write_note(note, longest)).owner, "");
}

}  // namespace
}  // namespace coagwatch::daemon::kafka
