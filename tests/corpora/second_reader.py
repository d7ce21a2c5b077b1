#!/usr/bin/env python3
"""Reads Observations a second time, from the resources alone, and prints the expectations of a corpus.

It shares no code and no table with coagwatch: codes, units and the order of checks are written down here anew, as far
as the corpora of this folder need them. What it prints is where a reviewer starts, not what a test blesses: README.md.

usage: second_reader.py FILE      NDJSON, one resource a line; prints tab-separated rows
"""
import datetime
import json
import sys
from decimal import Decimal

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
CODES = {  # LOINC
    "platelets": "777-3 26515-7 778-1 49497-1 13056-7 74464-9", "pt-seconds": "5902-2 5964-2", "pt-activity": "5894-1",
    "inr": "6301-6 34714-6 46418-0 38875-1 52129-4", "aptt": "14979-9 3173-2 5898-2", "fibrinogen": "3255-7 30902-1",
    "fdp": "30226-5", "d-dimer": "48065-7 48067-3 71427-9", "antithrombin": "27811-9", "protein-c": "27819-2",
    "albumin": "1751-7 2862-1", "bilirubin": "1975-2 14631-6 42719-5 59827-6 59828-4",
    "creatinine": "2160-0 14682-9 38483-4 59826-8", "wbc": "6690-2 26464-8 804-5 49498-9", "bands": "26508-2 764-1",
    "crp": "1988-5 30522-7 76485-2 76486-0 48421-2 71426-1", "lactate": "32693-4 2518-9 2519-7 2524-7 19239-3",
    "pao2": "2703-7 11556-8", "paco2": "2019-8 11557-6", "fio2": "3150-0", "spo2": "59408-5 2708-6", "gcs": "9269-2",
    "temperature": "8310-5 8334-5 60834-9", "heart-rate": "8867-4", "respiratory-rate": "9279-1 19840-8 76528-9",
    "map": "8478-0 76536-2", "urine-output": "9187-6", "rbc": "789-8 26453-1", "haemoglobin": "718-7 20509-6",
}
MEASURE_OF = {(LOINC, code): measure for measure, codes in CODES.items() for code in codes.split()}
NEEDS_ARTERIAL = {"11556-8", "11557-6"}
CELLS = {"10*9/L": 1, "x10*9/L": 1, "10*3/uL": 1, "K/ul": 1}
UNITS = {  # spelling -> factor to the canonical unit
    "platelets": CELLS, "wbc": CELLS, "rbc": {"10*12/L": 1, "x10*12/L": 1, "10^12/L": 1, "10*6/uL": 1},
    "pt-seconds": {"s": 1}, "aptt": {"s": 1}, "pt-activity": {"%": 1}, "antithrombin": {"%": 1},
    "spo2": {"%": 1, "%O2": 1}, "inr": {"1": 1, "{INR}": 1, "": 1}, "fibrinogen": {"g/L": 1}, "fdp": {"ug/mL": 1},
    "d-dimer": {"ug/mL{FEU}": 1}, "albumin": {"g/L": 1, "g/dL": 10},
    "haemoglobin": {"g/L": 1, "g/dL": 10, "g/dl": 10}, "bilirubin": {"umol/L": 1, "mg/dL": Decimal("17.1")},
    "creatinine": {"umol/L": 1, "µmol/l": 1, "mmol/L": 1000, "mg/dL": Decimal("88.4")}, "crp": {"mg/L": 1},
    "map": {"mm[Hg]": 1, "mm Hg": 1, "mmHg": 1}, "gcs": {"{score}": 1, "": 1},
    "temperature": {"Cel": 1, "C": 1, "degrees C": 1},
    "heart-rate": {"/min": 1, "beats/minute": 1, "beats/min": 1},
    "respiratory-rate": {"/min": 1, "breaths/minute": 1, "breaths per minute": 1},
    "fio2": {"%": Decimal("0.01"), "1": 1, "": 1},
}
CANONICAL = {
    "platelets": "10*9/L", "wbc": "10*9/L", "rbc": "10*12/L", "pt-seconds": "s", "aptt": "s", "pt-activity": "%",
    "antithrombin": "%", "spo2": "%", "inr": "1", "fibrinogen": "g/L", "fdp": "mg/L", "d-dimer": "mg{FEU}/L",
    "albumin": "g/L", "haemoglobin": "g/L", "bilirubin": "umol/L", "creatinine": "umol/L", "crp": "mg/L",
    "map": "mm[Hg]", "gcs": "1", "temperature": "Cel", "heart-rate": "/min", "respiratory-rate": "/min", "fio2": "1",
}
PLAUSIBLE = {
    "platelets": (0, 3000), "wbc": (0, 1000), "rbc": (0, 12), "pt-seconds": (6, 300), "aptt": (15, 300),
    "pt-activity": (0, 200), "antithrombin": (0, 250), "spo2": (0, 100), "inr": ("0.5", 20), "fibrinogen": (0, 20),
    "fdp": (0, 5000), "d-dimer": (0, 1000), "albumin": (3, 80), "haemoglobin": (0, 300), "bilirubin": (0, 1368),
    "creatinine": (0, 3536), "crp": (0, 1000), "map": (0, 300), "gcs": (3, 15), "temperature": (25, 45),
    "heart-rate": (0, 350), "respiratory-rate": (0, 100), "fio2": ("0.21", 1),
}
HAEMOLYSIS = "https://www.medizininformatik-initiative.de/fhir/core/modul-labor/StructureDefinition/" \
             "InterpretationsbeeinflussendeEigenschaft"
STATUSES = {"preliminary", "final", "amended", "corrected"}
OLD_FIELDS = {"appliesDateTime", "appliesPeriod", "reliability", "comments", "related", "comment", "context"}


class Verdict(Exception):
    """The first check that speaks."""


def ignored(reason):
    return Verdict("ignored", reason)


def dead(reason):
    return Verdict("dead", reason)


def codings_of(concept):
    return [c for c in (concept or {}).get("coding", []) if isinstance(c, dict)]


def measure_of(code, category):
    found = {MEASURE_OF[(c.get("system"), c.get("code"))] for c in codings_of(code)
             if (c.get("system"), c.get("code")) in MEASURE_OF}
    if len(found) == 1:
        return found.pop()
    if not code or not (code.get("text") or any(c.get("code") or c.get("display") for c in codings_of(code))):
        raise dead("no-code")
    said = [c.get("code") for one in category or [] for c in codings_of(one)]
    is_laboratory = any(c in ("laboratory", "26436-6", "LAB") for c in said)
    raise ignored("unmapped-code" if category is None or is_laboratory else "not-a-laboratory-result")


def patient_of(subject, contained, bundle):
    """The patient's key, or a Verdict."""
    if not subject or not (subject.get("reference") or subject.get("identifier")):
        return dead("no-subject")
    reference = subject.get("reference")
    if not reference:
        identifier = subject["identifier"]
        return "%s|%s" % (identifier.get("system", ""), identifier["value"])
    if reference.startswith("#"):
        named = [r for r in contained if r.get("id") == reference[1:]]
        if not named:
            return dead("unresolved-reference")
        if named[0]["resourceType"] != "Patient":
            return ignored("other-subject")
        identifiers = [i for i in named[0].get("identifier", []) if i.get("value")]
        if len(identifiers) != 1:
            return dead("ambiguous-subject")
        return "%s|%s" % (identifiers[0].get("system", ""), identifiers[0]["value"])
    if reference.startswith("urn:"):
        entries = [e["resource"] for e in bundle if e.get("fullUrl") == reference]
        if entries and "id" not in entries[0]:
            return dead("ambiguous-subject")
        return "Patient/" + entries[0]["id"] if entries else reference
    if "?" in reference:
        kind, query = reference.split("?", 1)
        system, bar, value = query.removeprefix("identifier=").partition("|")
        return "%s|%s" % (system, value) if kind == "Patient" and bar and value else dead("unresolved-reference")
    parts = reference.split("/_history/")[0].split("/")
    if "#" in reference or len(parts) < 2:
        return dead("unresolved-reference")
    return "Patient/" + parts[-1] if parts[-2] == "Patient" else ignored("other-subject")


def check_specimen(measure, code):
    if measure in ("pao2", "paco2") and any(c.get("code") in NEEDS_ARTERIAL for c in codings_of(code)):
        raise ignored("specimen")  # no Specimen of these corpora is arterial blood


def value_of(part, measure):
    """The number in canonical unit; these corpora have neither bounds nor ranges of what is mapped."""
    values = [k for k in part if k.startswith("value")]
    if not values:
        raise ignored("no-value")
    if len(values) > 1 or "dataAbsentReason" in part:
        raise dead("invalid-value")
    if values[0] != "valueQuantity":
        raise NotImplementedError(values[0])
    quantity = part["valueQuantity"]
    if "value" not in quantity:
        raise ignored("no-value")
    if not isinstance(quantity["value"], (int, Decimal)) or isinstance(quantity["value"], bool):
        raise dead("invalid-value")
    spellings = {quantity[k] for k in ("code", "unit") if quantity.get(k)} or {""}
    factors = {UNITS[measure].get(s) for s in spellings}
    if len(factors) != 1 or None in factors:
        raise dead("unknown-unit")
    if "comparator" in quantity:
        raise NotImplementedError("comparator")
    value, factor = Decimal(quantity["value"]), factors.pop()
    if factor != 1:
        value = (value * factor).normalize()  # else the digits stay as they were written: 44.0
    low, high = PLAUSIBLE[measure]
    if not Decimal(low) <= value <= Decimal(high):
        raise dead("implausible-value")
    return value


def instant(text):
    """UTC, or None where it is no dateTime of a day or finer. The site's clocks are UTC."""
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, AttributeError):
        return None
    if len(text) < 10 or moment.tzinfo is None and len(text) != 10:
        return None
    return moment.astimezone(datetime.timezone.utc) if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)


def effective_of(resource):
    period = resource.get("effectivePeriod", {})
    return resource.get("effectiveDateTime") or resource.get("effectiveInstant") or period.get("end") or period.get(
        "start")


def time_of(observation, report):
    text = effective_of(observation) or report or observation.get("issued")
    if not text:
        raise dead("no-time")
    moment = instant(text)
    if moment is None:
        raise dead("invalid-time")
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (".%06d" % moment.microsecond).rstrip("0").rstrip(".") + "Z"


def report_time(entry, bundle):
    """The time of the one DiagnosticReport of the Bundle that names this entry, itself or through a panel."""
    def named(resource, field, base):
        for reference in resource.get(field, []):
            text = reference.get("reference", "")
            yield text if ":" in text else base + text

    def reached(start):
        todo, seen = [start], set()
        while todo:
            one = todo.pop()
            resource = one["resource"]
            base = (one.get("fullUrl") or "").rsplit(resource["resourceType"] + "/", 1)[0]
            for url in [*named(resource, "result", base), *named(resource, "hasMember", base)]:
                if url not in seen:
                    seen.add(url)
                    todo += [e for e in bundle if e.get("fullUrl") == url]
        return seen

    times = {effective_of(e["resource"]) for e in bundle
             if e.get("resource", {}).get("resourceType") == "DiagnosticReport" and entry.get("fullUrl") in reached(e)}
    return times.pop() if len(times) == 1 else None


class Reader:
    def __init__(self):
        self.in_force = set()  # what may be repeated: (patient, measure, value, time, status)

    def observation(self, o, entry, bundle):
        """Rows (disposition, reason, patient, measure, value, time) of an Observation."""
        patient = patient_of(o.get("subject"), o.get("contained", []), bundle)
        components = o.get("component", [])
        parts = ([o] if not components or any(k.startswith("value") for k in o) else []) + components
        for part in parts:
            known = None if isinstance(patient, Verdict) else patient
            try:
                if o.get("status") in ("entered-in-error", "cancelled"):
                    if known is None:
                        raise patient
                    yield "retracted", None, known, None, None, None
                    continue
                measure = measure_of(part.get("code"), o.get("category"))
                if OLD_FIELDS & set(o):
                    raise dead("unsupported-fhir-version")
                status = o.get("status")
                if status == "registered":
                    raise ignored("registered")
                if status not in STATUSES:
                    raise Verdict("unusable", "status-unknown") if status == "unknown" else dead("invalid-status")
                if "implicitRules" in o or any(e["url"] != HAEMOLYSIS for e in o.get("modifierExtension", [])):
                    raise dead("modifier-extension")
                if "focus" in o:
                    raise ignored("focus")
                if isinstance(patient, Verdict):
                    raise patient
                check_specimen(measure, part.get("code"))
                value = value_of(part, measure)
                at = time_of(o, report_time(entry, bundle) if entry else None)
            except Verdict as verdict:
                yield *verdict.args, known, None, None, None
                continue
            content = (known, measure, value, at, status)
            yield "duplicate" if content in self.in_force else "applied", None, known, measure, value, at
            self.in_force.add(content)

    def resource(self, resource, entry=None, bundle=()):
        """Rows of a resource; of a Bundle those of its entries, each with its index before it."""
        if resource and resource.get("resourceType") == "Bundle" and resource.get("entry"):
            for index, one in enumerate(resource["entry"]):
                for row in self.resource(one.get("resource"), one, resource["entry"]):
                    yield (index if entry is None else 0, *row[1:])
        elif resource and resource.get("resourceType") == "Observation":
            name = "Observation/" + resource["id"] if resource.get("id") else None
            for row in self.observation(resource, entry, bundle):
                yield 0, name, *row
        else:
            known = resource and "id" in resource
            name = "%s/%s" % (resource["resourceType"], resource["id"]) if known else None
            yield 0, name, "ignored", "other-resource", None, None, None, None


def main():
    reader = Reader()
    with open(sys.argv[1], encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            for index, name, disposition, reason, patient, measure, value, at in reader.resource(
                    json.loads(line, parse_float=Decimal)):
                number_text = format(value, "f") if value is not None else None
                unit = CANONICAL[measure] if measure else None
                row = [number, index, name, patient, disposition, reason, measure, number_text, number_text, unit, at]
                print(*("-" if field is None else field for field in row), sep="\t")


if __name__ == "__main__":
    main()
