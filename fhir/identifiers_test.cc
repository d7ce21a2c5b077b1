#include "fhir/identifiers.h"

#include <gtest/gtest.h>

#include <set>

namespace coagwatch::fhir {
namespace {

using namespace std::string_literals;

TEST(IdentifiersTest, SystemsFollowTheBase) {
  EXPECT_EQ(system_uri("urn:coagwatch", "sid", "score"), "urn:coagwatch:sid:score");
  EXPECT_EQ(system_uri("urn:coagwatch:", "sid", "score"), "urn:coagwatch:sid:score");
  EXPECT_EQ(system_uri("https://ukm.example/fhir", "CodeSystem", "criteria"),
            "https://ukm.example/fhir/CodeSystem/criteria");
  EXPECT_EQ(system_uri("http://ukm.example/fhir/", "sid", "alert"), "http://ukm.example/fhir/sid/alert");
}

TEST(IdentifiersTest, PercentEncodesAllButUnreserved) {
  std::string out = "x=";
  percent_encode("AZaz09-._~", out);
  EXPECT_EQ(out, "x=AZaz09-._~");
  out.clear();
  percent_encode("a|b/c:d e%&=+#\\,$\xC3\xA9\0"s, out);
  EXPECT_EQ(out, "a%7Cb%2Fc%3Ad%20e%25%26%3D%2B%23%5C%2C%24%C3%A9%00");
}

TEST(IdentifiersTest, ConditionalUrlKeepsTheSystemReadable) {
  EXPECT_EQ(conditional_url("Flag", "urn:coagwatch:sid:episode", "p|1"),
            "Flag?identifier=urn:coagwatch:sid:episode|p%7C1");
  EXPECT_EQ(conditional_url("Flag", "https://x.example/a?b&c#d/sid", "1"),
            "Flag?identifier=https://x.example/a%3Fb%26c%23d/sid|1");
}

TEST(IdentifiersTest, PortableKeyKeepsOrdinaryKeys) {
  for (const char* key : {"Patient/17", "http://a.example/mrn|12 34", "J\xC3\xB6rg", "a%01", "7"}) {
    EXPECT_EQ(portable_key(key), key);
  }
}

TEST(IdentifiersTest, PortableKeyEncodesWhatAServerWouldMisread) {
  EXPECT_EQ(portable_key(""), "percent:");
  EXPECT_EQ(portable_key(" a"), "percent:%20a");
  EXPECT_EQ(portable_key("a "), "percent:a%20");
  EXPECT_EQ(portable_key("a\x01"), "percent:a%01");
  EXPECT_EQ(portable_key("a\tb"), "percent:a%09b");
  EXPECT_EQ(portable_key("a\x7f"), "percent:a%7F");
  EXPECT_EQ(portable_key("a\0"s), "percent:a%00");
  EXPECT_EQ(portable_key("\xFF"), "percent:%FF");
  EXPECT_EQ(portable_key("a,b"), "percent:a%2Cb");
  EXPECT_EQ(portable_key("a$b"), "percent:a%24b");
  EXPECT_EQ(portable_key("a\\b"), "percent:a%5Cb");
  EXPECT_EQ(portable_key("percent:a"), "percent:percent%3Aa");
}

TEST(IdentifiersTest, PortableKeysNeverCollide) {
  const std::string alphabet = "a1%,|: \x01\xC3\xA9";
  std::set<std::string> keys = {""};
  for (int round = 0; round < 3; ++round) {
    for (const std::string& key : std::set<std::string>(keys)) {
      for (const char c : alphabet) keys.insert(key + c);
    }
  }
  std::set<std::string> portable;
  for (const std::string& key : std::set<std::string>(keys)) keys.insert(portable_key(key));
  for (const std::string& key : keys) EXPECT_TRUE(portable.insert(portable_key(key)).second) << key;
}

TEST(IdentifiersTest, UuidIsTheFnv1aHash) {
  // The 128-bit FNV-1a hash of the zero byte alone, and of a real identifier, computed independently.
  EXPECT_EQ(uuid_urn("", ""), "urn:uuid:d228cb69-101a-8caf-b891-2b704e4a147f");
  EXPECT_EQ(uuid_urn("urn:coagwatch:sid:score", "Patient/17|isth-2001/iba|2026-01-02T08:00:00Z"),
            "urn:uuid:676cd350-b0ec-8e12-81c0-5247d03cca97");
  EXPECT_NE(uuid_urn("a", "b"), uuid_urn("ab", ""));
}

TEST(IdentifiersTest, SubjectIsAReferenceWhereTheKeyIsOne) {
  for (const char* key : {"Patient/17", "Patient/a-B.9", "https://a.example/fhir/Patient/17"}) {
    const SubjectReference subject = subject_reference(key);
    EXPECT_EQ(subject.reference, key);
    EXPECT_EQ(subject.value, "");
  }
  EXPECT_EQ(subject_reference("https://a.example/fhir|Patient/17").reference, "https://a.example/fhir/Patient/17");
  EXPECT_EQ(subject_reference("https://a.example/fhir/|Patient/17").reference, "https://a.example/fhir/Patient/17");
}

TEST(IdentifiersTest, SubjectIsAnIdentifierOtherwise) {
  struct Case {
    std::string key;
    std::string system;
    std::string value;
  };
  const std::vector<Case> cases = {
      {"urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01", "urn:ietf:rfc:3986",
       "urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01"},
      {"urn:oid:1.2.276.0.76.4.8", "urn:ietf:rfc:3986", "urn:oid:1.2.276.0.76.4.8"},
      {"urn:uuid:6F1C2B9E-1D3C-4D5A-9A55-0B5A3C8F2A01", "", "urn:uuid:6F1C2B9E-1D3C-4D5A-9A55-0B5A3C8F2A01"},
      {"urn:uuid:17", "", "urn:uuid:17"},
      {"urn:oid:1.2.276.0.76.4.8|4711", "urn:oid:1.2.276.0.76.4.8", "4711"},
      {"urn:oid:1.02|4711", "", "urn:oid:1.02|4711"},
      {"urn:oid:3.2|4711", "", "urn:oid:3.2|4711"},
      {"urn:oid:1|4711", "", "urn:oid:1|4711"},
      {"urn:oid:1.2.|4711", "", "urn:oid:1.2.|4711"},
      {"urn:oid:1.0.x|4711", "", "urn:oid:1.0.x|4711"},
      {"http://a.example/mrn|a|b", "http://a.example/mrn", "a|b"},
      {"http://a.example/mrn|Group/1", "http://a.example/mrn", "Group/1"},
      {"Group/1", "", "Group/1"},
      {"Patient/" + std::string(65, 'a'), "", "Patient/" + std::string(65, 'a')},
      {"Patient/", "", "Patient/"},
      {"Patient/a b", "", "Patient/a b"},
      {"notPatient/1", "", "notPatient/1"},
      {"4711", "", "4711"},
      {"|4711", "", "|4711"},
      {"no uri|4711", "", "no uri|4711"},
      {"http://a b|4711", "", "http://a b|4711"},
      {"http://a.example/mrn|", "", "http://a.example/mrn|"},
      {"http://a.example/mrn|\x01", "", "percent:http%3A%2F%2Fa.example%2Fmrn%7C%01"},
      {"", "", "percent:"},
  };
  for (const Case& c : cases) {
    const SubjectReference subject = subject_reference(c.key);
    EXPECT_EQ(subject.reference, "") << c.key;
    EXPECT_EQ(subject.system, c.system) << c.key;
    EXPECT_EQ(subject.value, c.value) << c.key;
  }
  EXPECT_EQ(subject_reference("Patient/" + std::string(64, 'a')).reference.size(), 72U);
}

TEST(IdentifiersTest, ObservationReferences) {
  EXPECT_TRUE(is_observation_reference("Observation/a1"));
  EXPECT_TRUE(is_observation_reference("Observation/a1/_history/2"));
  EXPECT_TRUE(is_observation_reference("https://a.example/fhir/Observation/a1"));
  for (const char* source :
       {"", "Observation/", "Observation/a 1", "Observation/a_1", "xObservation/1", "a1",
        "urn:uuid:6f1c2b9e-1d3c-4d5a-9a55-0b5a3c8f2a01", "http://x/mrn|1", "Patient/1", "http://a b/Observation/1",
        "http://a/xObservation/1", "ftp://a/Observation/1", "Observation/a1/_history/"}) {
    EXPECT_FALSE(is_observation_reference(source)) << source;
  }
}

}  // namespace
}  // namespace coagwatch::fhir
