#include "fhir/base64.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace coagwatch::fhir {
namespace {

std::string coded(std::string_view bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

// RFC 4648 section 10, and a byte of every kind.
TEST(Base64, TheVectorsOfTheRfc) {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {std::string("\0\xFF\xFB\xEF\xBE", 5), "AP/7774="},
  };
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(coded(bytes), text);
    EXPECT_EQ(from_base64(text), bytes) << text;
  }
}

TEST(Base64, WhatIsReadBackIsWhatWasWritten) {
  std::mt19937 random(1);
  for (int length = 0; length < 300; ++length) {
    std::string bytes;
    for (int i = 0; i < length; ++i) bytes += static_cast<char>(random() & 0xFFU);
    EXPECT_EQ(from_base64(coded(bytes)), bytes);
  }
}

TEST(Base64, OtherTextsAreNone) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zm9v=", "Zm-v", "Zm 9", "Zm9v\n", "=Zg=", "Zh=="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

}  // namespace
}  // namespace coagwatch::fhir
