"""Every gap that the macOS layer can tell has its row in docs/macos.md, and every row there a gap in the code."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# {"what", "why", ...} of platform_gaps(), and the errors of single calls.
LISTED = re.compile(r'\{"([^"]+)",\s*"')
CALLS = re.compile(r'"not available on this platform: ((?:[^"\\]|\\.)*)')


def gaps_in_code():
    found = set()
    for path in sorted((ROOT / "src/os").glob("*_macos.cpp")):
        text = path.read_text(encoding="utf-8")
        if path.name == "gaps_macos.cpp":
            found.update(LISTED.findall(text))
        found.update(gap.split(";")[0].strip() for gap in CALLS.findall(text))
    return found


def rows_in_document():
    text = (ROOT / "docs/macos.md").read_text(encoding="utf-8")
    part = text.split("## What macOS never tells")[1]
    return {line.split("|")[1].strip() for line in part.splitlines() if line.startswith("|")} - {"gap", "---"}


def main():
    code, rows = gaps_in_code(), rows_in_document()
    faults = [f"docs/macos.md has no row for the gap \"{gap}\"" for gap in sorted(code - rows)]
    faults += [f"no gap of src/os/*_macos.cpp is called \"{row}\", as a row of docs/macos.md is" for row in sorted(rows - code)]
    print("\n".join(faults))
    print(f"{len(code)} gaps looked at, {len(faults)} faults")
    return 1 if faults or not code else 0


if __name__ == "__main__":
    sys.exit(main())
