# SPDX-License-Identifier: Apache-2.0
"""Fills the last column of docs/promises.md: the tests whose names carry the number of the promise.

promises.py ROOT           writes the file
promises.py ROOT --check   says what is not as the tests are, and fails then
"""

import pathlib
import re
import sys

NAMED = re.compile(r'@(Suite|Test)\(\s*"((?:[^"\\]|\\.)*)"(.*?)(?:struct|func) ', re.DOTALL)
# What a test runs on, where it is not the embedded database with letters in files alone.
ENGINES = [("DatabaseEngine.available", "all"), ("DatabaseEngine.withFiles", "both databases, files"),
           ("Bucket.isAvailable", "S3")]
NUMBER = re.compile(r"\bP(\d+)\b")
ROW = re.compile(r"^\| P(\d+) \| (.*?) \| .*\|$")
NONE = "*no test yet*"


def tests_by_number(root):
    """Each test that names a promise, as `file: suite: test`."""
    found = {}
    for folder in ("Core/Tests", "Tests"):
        for file in sorted((root / folder).rglob("*.swift")):
            suite, engines_of_suite = "", ""
            for kind, name, words in NAMED.findall(file.read_text(encoding="utf-8")):
                name = name.replace('\\"', '"')
                engines = next((f" *({engines})*" for sign, engines in ENGINES if sign in words), "")
                if kind == "Suite":
                    suite, engines_of_suite = name, engines
                    continue
                for number in sorted({int(digits) for digits in NUMBER.findall(name)}):
                    found.setdefault(number, []).append(
                        f"`{file.stem}`: {suite} {plain(name)}{engines or engines_of_suite}")
    return found


def plain(name):
    """The name without its numbers, and not longer than a line."""
    name = re.sub(r"\s*\((?:P\d+(?:, )?)+\)$", "", name)
    name = re.sub(r"^(?:P\d+,? )+", "", name).replace("|", "\\|")
    return name if len(name) <= 110 else name[:109].rsplit(" ", 1)[0] + " …"


def filled(text, tests):
    lines = []
    listed = set()
    for line in text.split("\n"):
        if row := ROW.match(line):
            number, words = int(row[1]), row[2]
            listed.add(number)
            line = f"| P{number} | {words} | {'<br>'.join(tests.get(number, [NONE]))} |"
        lines.append(line)
    return "\n".join(lines), sorted(set(tests) - listed)


def main():
    root = pathlib.Path(sys.argv[1])
    page = root / "docs" / "promises.md"
    text = page.read_text(encoding="utf-8")
    new, unlisted = filled(text, tests_by_number(root))
    if unlisted:
        sys.exit("Tests name promises that docs/promises.md does not list: " + ", ".join(f"P{n}" for n in unlisted))
    if "--check" not in sys.argv[2:]:
        page.write_text(new, encoding="utf-8")
    elif new != text:
        sys.exit("docs/promises.md is not as the tests are: run python3 Scripts/lib/promises.py .")


main()
