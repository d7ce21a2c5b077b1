#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/fold_fixture.h"
#include "fhir/ucum_fixture.h"

namespace coagwatch::daemon {

/// A change of a file's text, or of the settings.
struct Edit {
  std::string name;
  std::string from;  ///< stands in the text once; empty: no change of the text
  std::string to;
  std::function<void(FoldSettings&)> set;
};
using Edits = std::vector<Edit>;

/// A file of fhir/testdata/reasons, what must become of it, and what it lacks to be taken.
struct DispositionCase {
  std::string file;  ///< named by the reason, or by the disposition that has none
  std::vector<std::string> rows;
  std::string text;  ///< of the row that the file is about: the field, and what was expected
  Edits mend;
  std::vector<std::string> mended_rows = {"applied"};
  Edits before = {};  ///< what of it makes the record that goes before
  std::function<void(FoldSettings&)> set = {};
  std::size_t about = 0;  ///< which row the file is about

  friend void PrintTo(const DispositionCase& one, std::ostream* out) { *out << one.file; }
};

inline Edit edit(std::string name, std::string from, std::string to) {
  return {std::move(name), std::move(from), std::move(to), {}};
}

inline std::vector<DispositionCase> dead_cases() {
  const auto is = [](std::string_view reason) { return std::vector<std::string>{"dead/" + std::string(reason)}; };
  return {
      {"invalid-utf8", is("invalid-utf8"), "expected UTF-8", {edit("in UTF-8", "M\xFCncheberg", "Müncheberg")}},
      {"malformed-json",
       is("malformed-json"),
       "expected one JSON object",
       {edit("without the comma too many", "\"text\": \"Normal Range\",\n", "\"text\": \"Normal Range\"\n")}},
      {"malformed-json-schema-registry",
       is("malformed-json"),
       "begins with a schema registry header; expected plain JSON",
       {edit("without the schema's number", std::string("\0\0\0\0*", 5), "")}},
      {"duplicate-key",
       is("duplicate-key"),
       "valueQuantity: stands twice in one object",
       {edit("one value", "  \"valueQuantity\": {\n    \"value\": 12.1,\n    \"unit\": \"s\"\n  },\n", "")}},
      {"too-large",
       is("too-large"),
       "larger than limits.bytes",
       {{"a greater limit", "", "", [](FoldSettings& settings) { settings.intake.bytes = 8192; }}},
       {"applied"},
       {},
       [](FoldSettings& settings) { settings.intake.bytes = 4096; }},
      {"too-deep",
       is("too-deep"),
       "nested deeper than limits.depth",
       {{"a greater limit", "", "", [](FoldSettings& settings) { settings.intake.depth = 128; }}}},
      {"not-fhir",
       is("not-fhir"),
       "resourceType: missing",
       {edit("the type's own key", "\"ResourceType\"", "\"resourceType\"")}},
      {"unsupported-fhir-version-stu3",
       is("unsupported-fhir-version"),
       "a field that FHIR R4 does not have",
       {edit("R4's name of the encounter", "\"context\"", "\"encounter\"")}},
      {"unsupported-fhir-version-dstu2",
       is("unsupported-fhir-version"),
       "a field that FHIR R4 does not have",
       {edit("R4's notes", "\"comments\": \"Redraw requested by ward, first tube underfilled\"",
             "\"note\": [{\"text\": \"Redraw requested by ward, first tube underfilled\"}]")}},
      {"no-subject",
       is("no-subject"),
       "subject: expected a Reference",
       {edit("a subject",
             "  \"encounter\":", "  \"subject\": {\"reference\": \"Patient/p-0048113\"},\n  \"encounter\":")}},
      {"ambiguous-subject",
       is("ambiguous-subject"),
       "contained Patient.identifier: expected exactly one with a value",
       {edit("one identifier", "\"value\": \"00012345:あいう:187:05\"", "\"use\": \"temp\"")}},
      {"unresolved-reference",
       is("unresolved-reference"),
       "subject.reference: no contained resource has this id",
       {edit("the reference's target", "\"id\": \"patient\"", "\"id\": \"pat\"")}},
      {"no-code",
       is("no-code"),
       "code: expected a coding or a text",
       {edit("a code", "    \"extension\":",
             "    \"coding\": [{\"system\": \"http://loinc.org\", \"code\": \"777-3\"}],\n    \"extension\":")}},
      {"no-time",
       is("no-time"),
       "effective[x]: missing, and issued as well",
       {edit("when it was released",
             "  \"performer\":", "  \"issued\": \"2026-01-02T09:11:58+01:00\",\n  \"performer\":")}},
      {"invalid-time",
       is("invalid-time"),
       "effectiveDateTime: expected a date or dateTime",
       {edit("FHIR's form", "2026-01-02 07:40:00", "2026-01-02T07:40:00Z")}},
      {"invalid-time-future",
       is("invalid-time"),
       "effective[x]: more than 1 h after the record",
       {edit("this century", "\"2126-01-02T02:40:11-05:00\"", "\"2026-01-02T02:40:11-05:00\"")}},
      {"invalid-status",
       is("invalid-status"),
       "status: expected a code of FHIR R4's observation-status",
       {edit("not HL7v2's", "\"status\": \"F\"", "\"status\": \"final\"")}},
      {"invalid-value",
       is("invalid-value"),
       "valueString: expected a number, a bound or a range",
       {edit("a range with its unit", "\"1:32\"", "\"10 - 40 ug/mL\"")}},
      {"implausible-value",
       is("implausible-value"),
       "value: outside what is possible for platelets",
       {edit("no sentinel", "\"value\": -1", "\"value\": 62")}},
      {"unknown-unit",
       is("unknown-unit"),
       "unit: not known, for platelets",
       {edit("the whole unit", "\"unit\": \"10\"", "\"unit\": \"10*3/uL\"")}},
      {"modifier-extension",
       is("modifier-extension"),
       "modifierExtension: not understood",
       {edit("a remark", "\"modifierExtension\"", "\"extension\"")}},
      {"modifier-extension-implicit-rules",
       is("modifier-extension"),
       "implicitRules: not understood",
       {edit("a profile", "\"implicitRules\": \"https://labor.klinikum.example/regeln/gerinnungsstudie-2025\"",
             "\"language\": \"de\"")}},
  };
}

inline std::vector<DispositionCase> ignored_cases() {
  const auto is = [](std::string_view reason) { return std::vector<std::string>{"ignored/" + std::string(reason)}; };
  return {
      {"other-resource",
       {"ignored/other-resource", "ignored/other-resource"},
       "the status of a subscription's notification",
       {edit("with the resource", "      \"fullUrl\": \"https://ehr.example/fhir/Observation/1204\",\n",
             "      \"fullUrl\": \"https://ehr.example/fhir/Observation/1204\",\n      \"resource\": " +
                 fhir::fhir_file("testdata/reasons/applied.json") + ",\n")},
       {"ignored/other-resource", "applied"}},
      {"not-a-laboratory-result",
       is("not-a-laboratory-result"),
       "",
       {edit("a temperature that is scored", "\"code\": \"8331-1\"", "\"code\": \"8310-5\"")}},
      {"unmapped-code",
       is("unmapped-code"),
       "",
       {edit("LOINC's code",
             "\"system\": \"https://labor.klinikum.example/CodeSystem/verfahren\",\n        \"code\": \"THRO\"",
             "\"system\": \"http://loinc.org\",\n        \"code\": \"777-3\"")}},
      {"unmapped-code-other-name",
       is("unmapped-code"),
       "code: its text names another analyte",
       {edit("the code's display", "\"C-Reactive Protein (CRP)\"", "\"D-dimer FEU\""),
        edit("and text", "\"text\": \"CRP\"\n", "\"text\": \"D-Dimer\"\n")}},
      {"other-subject",
       is("other-subject"),
       "subject.reference: not a Patient",
       {edit("a patient's reference", "\"Device/331\"", "\"Patient/331\""),
        edit("and type", "\"type\": \"Device\"", "\"type\": \"Patient\"")}},
      {"own-output", std::vector<std::string>(11, "ignored/own-output"), "", {}, {}},
      {"no-value",
       is("no-value"),
       "value[x]: missing",
       {edit("a value instead of why there is none", "\"dataAbsentReason\": {",
             "\"valueQuantity\": {\"value\": 48, \"unit\": \"10*3/uL\"},\n  \"note\": {")}},
      {"registered", is("registered"), "", {edit("the result", "\"registered\"", "\"final\"")}},
      {"focus", is("focus"), "focus: about someone else", {edit("the patient's own", "\"focus\"", "\"basedOn\"")}},
      {"specimen",
       is("specimen"),
       "specimen: not known to be of the type that is measured",
       {edit("arterial blood", "\"BLDV\"", "\"BLDA\""),
        edit("by its display", "\"Blood venous\"", "\"Blood arterial\"")}},
  };
}

inline std::vector<DispositionCase> unusable_cases() {
  const auto is = [](std::string_view reason) { return std::vector<std::string>{"unusable/" + std::string(reason)}; };
  return {
      {"d-dimer-flavour",
       is("d-dimer-flavour"),
       "neither FEU nor DDU is named, and there is no own upper limit",
       {edit("a unit that says", "\"unit\": \"ug/mL\"", "\"unit\": \"ug/mL FEU\"")}},
      {"clotted-specimen",
       is("clotted-specimen"),
       "",
       {edit("cool", "\"CLOT\"", "\"COOL\""), edit("by its display", "\"Clotted\"", "\"Cool\"")}},
      {"haemolysed", is("haemolysed"), "", {edit("lipaemic", "\"118128002\"", "\"118127007\"")}},
      {"platelet-clumps",
       {"ignored/other-resource", "unusable/platelet-clumps", "ignored/no-value"},
       "",
       {edit("none were seen", "\"52101004\"", "\"2667000\""),
        edit("by its display", "\"Present (qualifier value)\"", "\"Absent (qualifier value)\""),
        edit("and text", "\"text\": \"Present\"", "\"text\": \"Absent\"")},
       {"ignored/other-resource", "applied", "ignored/no-value"},
       {},
       {},
       1},
      {"status-unknown", is("status-unknown"), "", {edit("reported", "\"unknown\"", "\"final\"")}},
      {"preliminary",
       is("preliminary"),
       "",
       {edit("final", "\"preliminary\"", "\"final\"")},
       {"applied"},
       {},
       [](FoldSettings& settings) {
         static const auto kHolding = [](rules::RuleSet rules) {
           rules.site.hold_preliminary = true;
           return std::make_shared<const rules::RuleSet>(std::move(rules));
         }(*test_fold_settings().rules);
         settings.rules = kHolding;
       }},
  };
}

/// What the patient's state decides.
inline std::vector<DispositionCase> state_cases() {
  return {
      {"applied", {"applied"}, "", {}, {}},
      {"duplicate",
       {"duplicate"},
       "",
       {edit("another count", "61.38291047733951", "58.11930274410268")},
       {"applied"},
       {edit("under another id", "b7e2c915-3f80-46ad-9d27-1a54c8e0f6b3", "5d0b4f3e-92ac-1b77-6c11-0e8a4f2d9c63")}},
      {"superseded",
       {"superseded"},
       "",
       {edit("a version still newer", "\"versionId\": \"197639327\"", "\"versionId\": \"197639329\"")},
       {"applied"},
       {edit("a newer version", "\"versionId\": \"197639327\"", "\"versionId\": \"197639328\""),
        edit("with another value", "\"value\": 92,", "\"value\": 88,")}},
      {"retracted",
       {"retracted"},
       "",
       {edit("a correction", "\"entered-in-error\"", "\"corrected\""),
        edit("of the value", "\"value\": 62,", "\"value\": 71,")},
       {"applied"},
       {edit("as it was", "\"entered-in-error\"", "\"final\""),
        edit("at first", "\"versionId\": \"2\"", "\"versionId\": \"1\"")}},
  };
}

inline std::vector<DispositionCase> all_cases() {
  std::vector<DispositionCase> all;
  for (const auto& some : {dead_cases(), ignored_cases(), unusable_cases(), state_cases()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace coagwatch::daemon
