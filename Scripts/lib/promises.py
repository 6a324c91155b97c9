# SPDX-License-Identifier: Apache-2.0
"""Fills docs/promises.md: for each promise the tests whose names carry its number, by the stores that they run on.

promises.py ROOT           writes the file
promises.py ROOT --check   says what is not as the tests are, and fails then

A test counts for a store where it runs on it as one of its arguments (`DatabaseEngine`, Sources/TestStores), or where all of its
suite does. One that has no store, or an embedded one by the way, counts for none. A promise that lacks a test on either store
fails, unless REASONS says why the store cannot matter.
"""

import pathlib
import re
import sys

NAMED = re.compile(r'@(Suite|Test)\(\s*"((?:[^"\\]|\\.)*)"(.*?)(?:struct|func) ', re.DOTALL)
STORES = ["SQLite + files", "PostgreSQL + S3"]
# What the words of a test, or of its suite, say of the stores.
SIGNS = [("DatabaseEngine.available", STORES), ("DatabaseEngine.ends", STORES), ("DatabaseEngine.withFiles", STORES[:1]),
         ("PostgreSQL.isAvailable && Bucket.isAvailable", STORES[1:])]
NUMBER = re.compile(r"\bP(\d+)\b")
ROW = re.compile(r"^\| P(\d+) \| (.*?) \| .*\|$")
NONE = "*no test yet*"

# Why a promise is the same whatever the store.
REASONS = {
    21: "what a letter says is read and written out before anything is kept",
    23: "HTML is filtered by a function of the text alone",
    34: "the door refuses before it looks at any store",
    68: "what a page shows to whom is decided by role, before rows are read",
    83: "the log is files of its own beside any store",
}


def tests_by_number(root):
    """For each number its tests, as `file: suite: test`, each with the stores that it counts for."""
    found = {}
    for folder in ("Core/Tests", "Tests"):
        for file in sorted((root / folder).rglob("*.swift")):
            suite, stores_of_suite = "", []
            for kind, name, words in NAMED.findall(file.read_text(encoding="utf-8")):
                name = name.replace('\\"', '"')
                stores = next((stores for sign, stores in SIGNS if sign in words), [])
                if kind == "Suite":
                    suite, stores_of_suite = name, stores
                    continue
                for number in sorted({int(digits) for digits in NUMBER.findall(name)}):
                    found.setdefault(number, []).append(
                        (f"`{file.stem}`: {plain(f'{suite} {bare(name)}')}", stores or stores_of_suite))
    return found


def bare(name):
    """The name without its numbers."""
    name = re.sub(r"\s*\((?:P\d+(?:, )?)+\)$", "", name)
    return re.sub(r"^(?:P\d+[,:]? )+", "", name)


def plain(name):
    """A name that stands in a table and is not longer than a line."""
    name = " ".join(name.replace("|", "\\|").split())
    return name if len(name) <= 120 else name[:119].rsplit(" ", 1)[0] + " …"


def cells(number, tests):
    """The cells of a row behind its words, and whether a store lacks its test."""
    lists = [[name for name, stores in tests if store in stores] for store in STORES]
    others = [name for name, stores in tests if not stores]
    columns = ["<br>".join(names) for names in lists]
    if columns[0] and columns[0] == columns[1]:
        columns[1] = "the same"
    lacking = [store for store, names in zip(STORES, lists) if not names]
    if lacking and number in REASONS and others:
        columns = [column or f"*any: {REASONS[number]}*" for column in columns]
        lacking = []
    return [column or NONE for column in columns] + ["<br>".join(others)], lacking


def filled(text, tests):
    """The page anew, and what is wrong with it."""
    lines, faults, listed = [], [], set()
    for line in text.split("\n"):
        if row := ROW.match(line):
            number, words = int(row[1]), row[2]
            listed.add(number)
            columns, lacking = cells(number, tests.get(number, []))
            faults += [f"P{number} has no test on {store}." for store in lacking]
            line = " ".join(["|", f"P{number}", "|", words] + [word for cell in columns for word in ("|", cell) if word] + ["|"])
        lines.append(line)
    faults += [f"Tests name P{number}, which docs/promises.md does not list." for number in sorted(set(tests) - listed)]
    faults += [f"P{number} has a reason to lack tests, and does not need it." for number in sorted(REASONS)
               if all(any(store in stores for _, stores in tests.get(number, [])) for store in STORES)]
    return "\n".join(lines), faults


def main():
    root = pathlib.Path(sys.argv[1])
    page = root / "docs" / "promises.md"
    text = page.read_text(encoding="utf-8")
    new, faults = filled(text, tests_by_number(root))
    if "--check" not in sys.argv[2:]:
        page.write_text(new, encoding="utf-8")
    elif new != text:
        faults.append("docs/promises.md is not as the tests are: run python3 Scripts/lib/promises.py .")
    if faults:
        sys.exit("\n".join(faults))


main()
