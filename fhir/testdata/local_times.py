#!/usr/bin/env python3
"""Writes local_times.tsv to stdout: what CPython's zoneinfo makes of local times around changes of the clocks.

An implementation other than the one under test, over the same tzdata. Run it again where tzdata changes a rule of the
future; the rows of the past do not change.
"""
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

YEARS = {
    "Europe/Berlin": [1945, 2025, 2026, 2037, 2038, 2050],
    "Europe/Dublin": [2025],  # tzdata: winter is the exception
    "America/New_York": [2025, 2050],
    "America/St_Johns": [2005],  # changes at 00:01
    "America/Havana": [2025],  # midnight twice, and never
    "America/Santiago": [2022],
    "America/Sao_Paulo": [2018],
    "America/Nuuk": [2025],
    "Africa/Casablanca": [2025],  # back in Ramadan
    "Asia/Beirut": [2025],
    "Asia/Kathmandu": [1986],  # a quarter of an hour, for good
    "Asia/Tokyo": [1950, 2025],
    "Australia/Lord_Howe": [2025, 2026, 2050],  # half an hour
    "Pacific/Apia": [2011],  # 30 December was left out
}


def local(zone, utc):
    return utc.astimezone(zone).replace(tzinfo=None)


def instants(zone, wall):
    """The instants at which the clocks of `zone` show `wall`."""
    guesses = {(wall - wall.replace(tzinfo=zone, fold=fold).utcoffset()).replace(tzinfo=timezone.utc) for fold in (0, 1)}
    return sorted(utc for utc in guesses if local(zone, utc) == wall)


def changes(zone, year):
    """The first seconds after the clocks of `zone` were changed, found by bisection."""
    low = datetime(year, 1, 1, tzinfo=timezone.utc)
    while low.year == year:
        high = low + timedelta(days=1)
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            first, after = low, high
            while after - first > timedelta(seconds=1):
                middle = first + timedelta(seconds=(after - first).total_seconds() // 2)
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                first, after = (middle, after) if same else (first, middle)
            yield after
        low = high


def time_row(name, zone, wall):
    found = instants(zone, wall)
    shown = found[0].strftime("%Y-%m-%dT%H:%M:%SZ") if len(found) == 1 else "twice" if found else "never"
    return (name, wall.isoformat(), shown)


def date_row(name, zone, day):
    """The first instant of a day, looked for second by second."""
    utc = day.replace(tzinfo=timezone.utc) - timedelta(hours=26)
    for step in range(0, 54 * 3600):
        if local(zone, utc + timedelta(seconds=step)).date() == day.date():
            return (name, day.date().isoformat(), (utc + timedelta(seconds=step)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return (name, day.date().isoformat(), "never")


rows = set()
for name, years in YEARS.items():
    zone = ZoneInfo(name)
    for year in years:
        walls = {datetime(year, 1, 15, 12, 34, 56), datetime(year, 7, 15)}
        for after in changes(zone, year):
            for edge in (local(zone, after), local(zone, after - timedelta(seconds=1)) + timedelta(seconds=1)):
                walls |= {edge + timedelta(seconds=s) for s in (-1800, -1, 0, 1, 1800)}
        rows |= {time_row(name, zone, wall) for wall in walls}
        days = {wall.replace(hour=0, minute=0, second=0) for wall in walls}
        rows |= {date_row(name, zone, day) for day in days}
print("# Local times and dates, and the instant in UTC, by local_times.py: zone, local, UTC or never or twice.")
for row in sorted(rows):
    print("\t".join(row))
