"""What the sample has not: treatments, corrections, two keys of one patient, dead letters, codes that no map knows."""

import json

LOINC = "http://loinc.org"


def result(patient, ident, code, value, unit, at, **more):
    return {"resourceType": "Observation", "id": ident, "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "subject": {"reference": "Patient/" + patient}, "effectiveDateTime": at,
            "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}} | more


def panel(patient, day, platelets, fdp):
    at = f"2020-02-{day:02d}T08:00:00Z"
    prefix = f"{patient}-{day}"
    yield result(patient, prefix + "-pt", "5902-2", 17.5, "s", at)
    yield result(patient, prefix + "-fib", "3255-7", 0.9, "g/L", at)
    yield result(patient, prefix + "-fdp", "30226-5", fdp, "ug/mL", at)
    yield result(patient, prefix + "-plt", "777-3", platelets, "10*9/L", at)


def given(patient, ident, atc, at):
    return {"resourceType": "MedicationAdministration", "id": ident, "status": "completed",
            "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": atc}]},
            "subject": {"reference": "Patient/" + patient}, "effectiveDateTime": at}


def records():
    # Criteria met, then plasma twice within a day and heparin; two days later they are not met.
    yield from panel("treated", 1, 40, 60)
    for ident, hour in ("ffp-1", 10), ("ffp-2", 20):
        yield given("treated", ident, "B05AX03", f"2020-02-01T{hour}:00:00Z")
    yield given("treated", "hep", "B01AB01", "2020-02-01T10:00:00Z")
    # Entered in error: no treatment.
    wrong = given("treated", "wrong", "B01AB01", "2020-02-03T10:00:00Z")
    yield wrong
    yield wrong | {"status": "entered-in-error"}
    yield from panel("treated", 4, 180, 5)
    # A criterion that was met for a wrong count.
    yield from panel("corrected", 2, 30, 60)
    yield result("corrected", "corrected-2-plt", "777-3", 30, "10*9/L", "2020-02-02T08:00:00Z",
                 status="entered-in-error")
    # Two records of one patient.
    yield from panel("old", 3, 35, 60)
    yield from panel("new", 4, 200, 5)
    yield {"resourceType": "Patient", "id": "old", "link": [{"type": "replaced-by", "other": {"reference": "Patient/new"}}]}
    odd = result("x", "odd", "0-0", 1, "mg/L", "2020-02-01T08:00:00Z")
    odd["code"]["coding"][0]["display"] = "<b>\"R & D\"</b>"
    yield odd
    yield result("x", "no-unit", "777-3", 100, "furlong", "2020-02-01T08:00:00Z")


def write(path, sample):
    """The sample, and behind it what it has not."""
    with open(path, "w", encoding="utf-8") as out:
        with open(sample, encoding="utf-8") as lines:
            out.writelines(lines)
        for record in records():
            out.write(json.dumps(record) + "\n")
        out.write('{"broken\n')
