#include "rules/criterion/keys.h"

#include <array>

namespace coagwatch::rules {
namespace {

// Values, as JSON Schema. What they refer to is in criterion_schema.cc, but for the maps below.
constexpr std::string_view kName = R"("$ref": "#/$defs/name")";
constexpr std::string_view kText = R"("$ref": "#/$defs/text")";
constexpr std::string_view kTexts = R"("$ref": "#/$defs/texts")";
constexpr std::string_view kSomeTexts = R"("$ref": "#/$defs/texts", "minItems": 1)";
constexpr std::string_view kPoints = R"("$ref": "#/$defs/points")";
constexpr std::string_view kNumber = R"("$ref": "#/$defs/number")";
constexpr std::string_view kBoolean = R"("$ref": "#/$defs/boolean")";
constexpr std::string_view kSpan = R"("$ref": "#/$defs/span")";
constexpr std::string_view kMeasure = R"("$ref": "#/$defs/measure")";
constexpr std::string_view kScore = R"("$ref": "#/$defs/score")";
constexpr std::string_view kUnit = R"("$ref": "#/$defs/unit")";
constexpr std::string_view kFact = R"("$ref": "#/$defs/fact")";
constexpr std::string_view kFacts = R"("type": "array", "items": {"$ref": "#/$defs/fact"})";
constexpr std::string_view kFactTests = R"("$ref": "#/$defs/fact-tests")";
constexpr std::string_view kBands = R"("type": "array", "minItems": 1, "items": {"$ref": "#/$defs/band"})";
constexpr std::string_view kSources = R"("type": "array", "minItems": 2, "items": {"$ref": "#/$defs/source"})";
constexpr std::string_view kItems =
    R"("type": "array", "minItems": 1, "maxItems": 64, "items": {"$ref": "#/$defs/item"})";
constexpr std::string_view kMet = R"("$ref": "#/$defs/met")";
constexpr std::string_view kGrades = R"("$ref": "#/$defs/grades")";
constexpr std::string_view kColumns = R"("type": "array", "minItems": 1, "items": {"$ref": "#/$defs/column"})";
constexpr std::string_view kBranch = R"("$ref": "#/$defs/branch")";

constexpr bool kRequired = true;
constexpr bool kOptional = false;

constexpr auto kCriterionKeys = std::to_array<FileKey>({
    {"id", kRequired, kName, "Identifier; a hospital's file with the id of a built-in criterion replaces it"},
    {"version", kRequired, R"("$ref": "#/$defs/version")", "Three numbers; shown with every score"},
    {"title", kRequired, kText, "For people"},
    {"citation", kRequired, kText, "Where it was published"},
    {"meaning", kRequired, kText, "What it says that it is met: `compatible with overt DIC`"},
    {"notes", kOptional, kTexts, "Caveats for people"},
    {"max-age", kOptional, kSpan,
     "How long a value counts, inclusive, where its item says nothing else; 24h without it"},
    {"result", kOptional, R"("enum": ["points", "status", "group"])",
     "What is shown of it: points (default), a status alone, or a group, which is the total and 1"},
    {"gate", kOptional, R"("$ref": "#/$defs/gate")", "Whom it is for; without it anyone is scored"},
    {"items", kRequired, kItems, "The lines of the table"},
    {"adjustments", kOptional, R"("type": "array", "maxItems": 16, "items": {"$ref": "#/$defs/adjustment"})",
     "Points added to the total while a fact is yes"},
    {"cap", kOptional, kPoints, "Most that the total can be"},
    {"met", kRequired, kMet, "From which total it is met"},
    {"grades", kOptional, kGrades,
     "Names of ranges of totals, from harmless to worst; the worst begins where it is met"},
    {"columns", kOptional, kColumns, "Other populations with rules of their own; the first that is active counts"},
    {"auxiliary", kOptional, R"("type": "array", "items": {"$ref": "#/$defs/auxiliary"})",
     "Findings that are listed beside the score"},
    {"defines", kOptional, R"("type": "array", "items": {"$ref": "#/$defs/definition"})",
     "Measures that other criteria score and this one computes"},
    {"default-profile", kOptional, kText, "The profile in force where the configuration names none"},
    {"profiles", kOptional, R"("type": "object", "additionalProperties": {"$ref": "#/$defs/profile"})",
     "By name what is different in each; a site chooses with `criteria.profiles`"},
});

constexpr auto kProfileKeys = std::to_array<FileKey>({
    {"note", kOptional, kText, "What is special in it; shown first of the notes"},
    {"meaning", kOptional, kText, "Replaces that of the file"},
    {"met", kOptional, kMet, "Replaces that of the file"},
    {"grades", kOptional, kGrades, "Replaces those of the file"},
    {"columns", kOptional, kColumns, "Replaces those of the file"},
    {"items", kOptional, R"("type": "array", "items": {"$ref": "#/$defs/item"})", "Replace items of the same name"},
});

constexpr auto kGateKeys = std::to_array<FileKey>({
    {"requires-any", kOptional, kFacts,
     "One that is yes confirms; the first one's explicit no excludes, where none of the others is yes"},
    {"excludes", kOptional, kFactTests, "Any that is yes excludes"},
    {"excluded-by-no", kOptional, kFacts, "Any explicit no excludes"},
    {"only", kOptional, kFacts, "Any that is not yes excludes"},
    {"needs-any", kOptional,
     R"("type": "array", "items": {"anyOf": [{"$ref": "#/$defs/fact"}, {"$ref": "#/$defs/sign"}]})",
     "Unconfirmed unless one is surely so; where surely none is, it excludes"},
    {"adults-only", kOptional, kBoolean,
     "Whether a child is excluded; true without it. A newborn always is, unless `only` names child or newborn"},
});

constexpr auto kFactTestKeys = std::to_array<FileKey>({
    {"fact", kRequired, kFact, "Counts where it is yes"},
    {"unless", kOptional, kFact, "And this one is not"},
});

constexpr auto kSignKeys = std::to_array<FileKey>({
    {"measure", kRequired, kMeasure, "A value that is surely as high"},
    {"ge", kRequired, kPoints, "As this"},
});

constexpr auto kItemKeys = std::to_array<FileKey>({
    {"name", kRequired, kName, "As in records: `fibrin-marker`"},
    {"title", kRequired, kText, "For people"},
    {"provenance", kRequired, R"("enum": ["verified-primary", "verified-secondary", "recalled"])",
     "Compared with the publication, with another text that quotes it, or with neither"},
    {"measure", kOptional, kMeasure, "Scored by this measure alone"},
    {"unit", kOptional, kUnit, "Of the cut-offs: the measure's own, needed unless that is a plain number"},
    {"bands", kOptional, kBands, "Together they hold every value once"},
    {"per", kOptional, kMeasure, "What it is divided by: the latest value at or at most 4 h before it"},
    {"first-of", kOptional, kSources, "Alternatives in order of preference, within 4 h of the newest"},
    {"known-of", kOptional, kSources, "The most points of those known; open only where none is"},
    {"highest-of", kOptional, kSources, "The most points that any of them gives, known or not"},
    {"sum-of", kOptional, kSources, "What they give together, at most `cap`"},
    {"cap", kOptional, kPoints, "Most points of `sum-of`"},
    {"however-old", kOptional, kBoolean, "The first of `first-of` counts also where another one is much newer"},
    {"fact", kOptional, kFact, "Scored by this fact"},
    {"any-fact", kOptional, kFacts, "Scored by these: yes if any is, no if all are"},
    {"points", kOptional, R"("type": "object")", "Of a fact by yes and no, of a trend by rising, stable and falling"},
    {"trend", kOptional, R"("$ref": "#/$defs/trend")", "Scored by a change"},
    {"chosen-by", kOptional, kFact, "Scored by `yes` or `no`, either while this fact is unknown"},
    {"yes", kOptional, kBranch, "How it is scored while `chosen-by` is yes"},
    {"no", kOptional, kBranch, "How it is scored while `chosen-by` is no"},
    {"max-age", kOptional, kSpan, "How long its values count, inclusive; as long as the criterion's without it"},
    {"worst-within", kOptional, kSpan, "The worst of all values collected so long before counts, not the latest"},
    {"sub-score", kOptional, kScore, "Its points are this measure; a reported value of it goes before"},
});

constexpr auto kFactPointsKeys = std::to_array<FileKey>({
    {"yes", kRequired, kPoints, "Where it is yes"},
    {"no", kRequired, kPoints, "Where it is no"},
});

constexpr auto kTrendKeys = std::to_array<FileKey>({
    {"measures", kRequired, R"("type": "array", "minItems": 1, "items": {"$ref": "#/$defs/measure"})",
     "The first counts that has a current value and one before it"},
    {"look-back", kOptional, kSpan, "How much older the value before may be; 48h without it"},
    {"stable-percent", kOptional, kNumber, "A change by at most so much of the value before is none; 10 without it"},
});

constexpr auto kTrendPointsKeys = std::to_array<FileKey>({
    {"rising", kRequired, kPoints, "Where it rose"},
    {"stable", kRequired, kPoints, "Where it stayed"},
    {"falling", kRequired, kPoints, "Where it fell"},
});

constexpr auto kBranchKeys = std::to_array<FileKey>({
    {"measure", kOptional, kMeasure, "As of an item"},
    {"unit", kOptional, kUnit, "As of an item"},
    {"bands", kOptional, kBands, "As of an item"},
    {"per", kOptional, kMeasure, "As of an item"},
    {"first-of", kOptional, kSources, "As of an item"},
    {"known-of", kOptional, kSources, "As of an item"},
    {"highest-of", kOptional, kSources, "As of an item"},
    {"sum-of", kOptional, kSources, "As of an item"},
    {"any-points", kOptional, R"("type": "array", "minItems": 2, "maxItems": 2, "items": {"$ref": "#/$defs/points"})",
     "The least and the most points: any of them, whatever is measured"},
});

constexpr auto kSourceKeys = std::to_array<FileKey>({
    {"measure", kRequired, kMeasure, "What is looked at"},
    {"unit", kOptional, kUnit, "Of the cut-offs: the measure's own, needed unless that is a plain number"},
    {"bands", kRequired, kBands, "Together they hold every value once"},
});

constexpr auto kBandKeys = std::to_array<FileKey>({
    {"lt", kOptional, kNumber, "Below this"},
    {"le", kOptional, kNumber, "At most this"},
    {"gt", kOptional, kNumber, "Above this"},
    {"ge", kOptional, kNumber, "At least this"},
    {"points", kRequired, kPoints, "What a value in it gives"},
    {"final", kOptional, kBoolean, "Of the first of `highest-of` or `sum-of`: the other sources do not count then"},
    {"worse", kOptional, kBoolean, "Of the same: its few points are no sign of improvement"},
});

constexpr auto kAdjustmentKeys = std::to_array<FileKey>({
    {"title", kRequired, kText, "For people"},
    {"fact", kRequired, kFact, "While it is yes"},
    {"points", kRequired, kPoints, "Added to the total"},
});

constexpr auto kMetKeys = std::to_array<FileKey>({
    {"ge", kRequired, kPoints, "The least total that meets it"},
    {"with", kOptional, R"("$ref": "#/$defs/met-with")", "And only with so many points of some items"},
    {"or", kOptional, R"("$ref": "#/$defs/met-or")", "Or from a lower total with so many auxiliary findings"},
});

constexpr auto kMetWithKeys = std::to_array<FileKey>({
    {"items", kRequired, kSomeTexts, "Names of items"},
    {"ge", kRequired, kPoints, "The least that they give together"},
});

constexpr auto kMetOrKeys = std::to_array<FileKey>({
    {"ge", kRequired, kPoints, "The least total then"},
    {"auxiliary", kRequired, R"("$ref": "#/$defs/points", "minimum": 1)", "How many findings"},
});

constexpr auto kGradeKeys = std::to_array<FileKey>({
    {"name", kRequired, kName, "As in records: `suspected`"},
    {"ge", kOptional, kPoints, "Its lowest total; the first grade has none"},
});

constexpr auto kColumnKeys = std::to_array<FileKey>({
    {"name", kRequired, kName, "As in records: `note-1`"},
    {"when-any", kRequired, R"("$ref": "#/$defs/fact-tests", "minItems": 1)", "In force while any of these is yes"},
    {"unless-any", kOptional, R"("$ref": "#/$defs/fact-tests")", "And none of these"},
    {"or-after", kOptional, R"("$ref": "#/$defs/fall-after")", "Or where cells fell after a treatment"},
    {"unscored", kOptional, kTexts, "Items of the general table that score nothing here"},
    {"items", kOptional, kItems, "Replace items of the same name"},
    {"met", kRequired, kMet, "From which total it is met here"},
    {"grades", kOptional, kGrades, "The grades here, by the same names"},
    {"adjusted", kOptional, kBoolean, "Whether the adjustments apply here; false without it"},
});

constexpr auto kAuxiliaryKeys = std::to_array<FileKey>({
    {"name", kRequired, kName, "As in records: `tat`"},
    {"measure", kRequired, kMeasure, "What is looked at"},
    {"gt", kRequired, kNumber, "There above this"},
});

constexpr auto kDefinitionKeys = std::to_array<FileKey>({
    {"measure", kRequired, kScore, "Is the sum of"},
    {"items", kOptional, kTexts, "These items; without them of all"},
});

constexpr auto kFallAfterKeys = std::to_array<FileKey>({
    {"fact", kRequired, kFact, "The treatment"},
    {"within", kOptional,
     R"("type": "string", "pattern": "^0*(([1-9]|[1-9][0-9]|[1-5][0-9][0-9]|6[0-6][0-9]|67[0-2])h|([1-9]|1[0-9]|2[0-8])d)$")",
     "How long ago it may be, 28d at most; 21d without it"},
    {"fall-of", kRequired, R"("type": "array", "minItems": 1, "items": {"$ref": "#/$defs/measure"})",
     "Of which one is surely lower than the last one before it"},
});

constexpr std::string_view kItemRest = R"("oneOf": [{"required": ["measure"]}, {"required": ["first-of"]},
{"required": ["known-of"]}, {"required": ["highest-of"]}, {"required": ["sum-of"]}, {"required": ["fact"]},
{"required": ["any-fact"]}, {"required": ["trend"]}, {"required": ["chosen-by"]}], "allOf": [{"$ref": "#/$defs/units"},
{"if": {"required": ["measure"]}, "then": {"required": ["bands"]}},
{"if": {"required": ["sum-of"]}, "then": {"required": ["cap"]}},
{"if": {"anyOf": [{"required": ["fact"]}, {"required": ["any-fact"]}]},
"then": {"required": ["points"], "properties": {"points": {"$ref": "#/$defs/fact-points"}}}},
{"if": {"required": ["trend"]},
"then": {"required": ["points"], "properties": {"points": {"$ref": "#/$defs/trend-points"}}}},
{"if": {"required": ["chosen-by"]}, "then": {"required": ["yes", "no"]}},
{"if": {"required": ["however-old"], "properties": {"however-old": {"enum": [true, "true"]}}},
"then": {"required": ["first-of"]}}])";
constexpr std::string_view kBranchRest = R"("anyOf": [{"required": ["any-points"]},
{"required": ["measure", "bands"]}, {"required": ["first-of"]}, {"required": ["known-of"]}, {"required": ["highest-of"]},
{"required": ["sum-of"]}], "$ref": "#/$defs/units")";
constexpr std::string_view kSourceRest = R"("$ref": "#/$defs/units")";
constexpr std::string_view kBandRest =
    R"("allOf": [{"not": {"required": ["lt", "le"]}}, {"not": {"required": ["gt", "ge"]}}])";

constexpr std::array<FileMap, kCriterionMapCount> kMaps = {{
    {"criterion", kCriterionKeys, ""},
    {"profile", kProfileKeys, ""},
    {"gate", kGateKeys, ""},
    {"fact-test", kFactTestKeys, ""},
    {"sign", kSignKeys, ""},
    {"item", kItemKeys, kItemRest},
    {"fact-points", kFactPointsKeys, ""},
    {"trend", kTrendKeys, ""},
    {"trend-points", kTrendPointsKeys, ""},
    {"branch", kBranchKeys, kBranchRest},
    {"source", kSourceKeys, kSourceRest},
    {"band", kBandKeys, kBandRest},
    {"adjustment", kAdjustmentKeys, ""},
    {"met", kMetKeys, ""},
    {"met-with", kMetWithKeys, ""},
    {"met-or", kMetOrKeys, ""},
    {"grade", kGradeKeys, ""},
    {"column", kColumnKeys, ""},
    {"auxiliary", kAuxiliaryKeys, ""},
    {"definition", kDefinitionKeys, ""},
    {"fall-after", kFallAfterKeys, ""},
}};

}  // namespace

const FileMap& criterion_map(CriterionMap map) { return kMaps.at(static_cast<std::size_t>(map)); }

}  // namespace coagwatch::rules
