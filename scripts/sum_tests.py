"""Sums what the suites counted (JUnit files) and the single checks (checks.tsv) of one run of scripts/test.

The last line is "N passed, N failed, N skipped"; before it stand the skipped ones with their reasons and the failed ones.
"""

import collections
import pathlib
import sys
import xml.etree.ElementTree


def cases(path):
    """(name, outcome, reason) of each test case, from pytest's, ctest's or GoogleTest's dialect of JUnit."""
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
        skipped = case.find("skipped")
        # ctest says status="notrun" or "disabled", GoogleTest result="skipped"; both only sometimes with the element.
        is_skipped = skipped is not None or case.get("status") in {"notrun", "disabled"} or case.get("result") == "skipped"
        if case.find("failure") is not None or case.find("error") is not None:
            yield name, "failed", ""
        elif is_skipped:
            yield name, "skipped", skip_reason(case, skipped)
        else:
            yield name, "passed", ""


def skip_reason(case, skipped):
    if skipped is not None and skipped.get("message") and not skipped.get("message").startswith("SKIP_"):
        return skipped.get("message")
    # A GoogleTest under ctest: the reason is the line after "file:line: Skipped" in what it printed.
    lines = [line.strip() for line in (case.findtext("system-out") or "").splitlines()]
    for place, line in enumerate(lines):
        if line.endswith(": Skipped") and place + 1 < len(lines):
            return lines[place + 1]
    return "no reason given"


def main(arguments):
    if arguments[0] == "--has-failures":
        try:
            return 0 if any(outcome == "failed" for _, outcome, _ in cases(arguments[1])) else 1
        except (OSError, xml.etree.ElementTree.ParseError):
            return 1
    folder = pathlib.Path(arguments[0])
    counts = collections.Counter()
    failed = []
    skipped = []
    for path in sorted(folder.glob("*.xml")):
        suite = collections.Counter()
        try:
            for name, outcome, reason in cases(path):
                suite[outcome] += 1
                if outcome == "failed":
                    failed.append(f"{path.stem}: {name}")
                elif outcome == "skipped":
                    skipped.append(f"{path.stem}: {name}: {reason}")
        except xml.etree.ElementTree.ParseError:
            suite["failed"] += 1
            failed.append(f"{path.stem}: its results are cut off")
        print(f"{path.stem}: {suite['passed']} passed, {suite['failed']} failed, {suite['skipped']} skipped ".rstrip())
        counts.update(suite)
    checks = folder / "checks.tsv"
    for line in checks.read_text().splitlines() if checks.is_file() else []:
        name, outcome, *reason = line.split("\t")
        counts[outcome] += 1
        if outcome == "failed":
            failed.append(name)
        elif outcome == "skipped":
            skipped.append(f"{name}: {' '.join(reason)}")
    for line in skipped:
        print("skipped", line)
    for line in failed:
        print("FAILED", line)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
