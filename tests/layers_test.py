"""Checks that the house stands: who includes whom, which room links which, and that only src/os knows platforms."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

# Who may include whom (ARCHITECTURE.md draws it). Every room may include itself, result.h and bytes.h.
MAY_INCLUDE = {
    "os": set(),
    "binary": {"os"},
    "casefile": set(),
    "jupyter": {"os"},
    "intake": {"jupyter", "os"},
    "evidence": {"intake", "casefile", "jupyter", "os"},
    "scan": {"binary", "evidence", "jupyter", "casefile", "os"},
    "readers": {"binary", "evidence", "intake", "casefile", "jupyter", "os"},
    "diagnosis": {"casefile"},
    "report": {"diagnosis", "casefile"},
    "store": {"casefile", "os"},
    "supervisor": {"readers", "store", "report", "diagnosis", "evidence", "jupyter", "casefile", "os"},
    "kernels": {"scan", "supervisor", "jupyter", "casefile", "os"},
    "proxy": {"kernels", "supervisor", "jupyter", "casefile", "os"},
    "runner": {"kernels", "supervisor", "jupyter", "casefile", "os"},
    "probe": {"runner", "kernels", "supervisor", "diagnosis", "evidence", "jupyter", "casefile", "os"},
    "cli": {"probe", "binary", "scan", "runner", "proxy", "kernels", "supervisor", "readers", "intake", "store", "report", "diagnosis", "evidence", "jupyter", "casefile", "os"},
}
FOR_EVERYBODY = {"result.h", "bytes.h"}
PLATFORM_MACRO = re.compile(
    r"^\s*#\s*(?:el)?if(?:n?def)?\b.*\b(?:__linux__|__linux|__APPLE__|__MACH__|_WIN32|_WIN64|__unix__|__FreeBSD__|TARGET_OS_\w+)\b"
)
QUOTED_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def sources():
    return sorted(path for path in SOURCE.rglob("*") if path.suffix in {".cpp", ".h", ".c", ".in"})


def room_of(path):
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else None


def without_comments(text):
    """The text with comments blanked, line numbers kept: a comment may show an include without being one."""
    blank = lambda match: "\n" * match.group(0).count("\n")
    text = re.sub(r"/\*.*?\*/", blank, text, flags=re.S)
    return re.sub(r"^\s*//.*$", "", text, flags=re.M)


def wrong_includes(path, text):
    room = room_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        match = QUOTED_INCLUDE.match(line)
        if not match:
            continue
        name = match.group(1)
        where = f"{path.relative_to(ROOT)}:{number}"
        # Made by km_embed beside the objects, not a file of the tree.
        if name in FOR_EVERYBODY or name.startswith("embedded_"):
            continue
        target = name.split("/")[0]
        if "/" not in name or target not in MAY_INCLUDE:
            yield f'{where}: "{name}" does not begin with a room; includes start at src/'
        elif not (SOURCE / name).is_file():
            yield f'{where}: "{name}" is not there'
        elif room is not None and target != room and target not in MAY_INCLUDE[room]:
            yield f'{where}: {room} may not include {target} ("{name}")'


def wrong_platform_lines(path, text):
    # Inside src/os only a .cpp may ask; everywhere else nobody.
    if room_of(path) == "os" and path.suffix == ".cpp":
        return
    for number, line in enumerate(text.splitlines(), 1):
        if PLATFORM_MACRO.match(line):
            yield f"{path.relative_to(ROOT)}:{number}: asks for the platform; only src/os/*.cpp may"


def wrong_links(room):
    listing = SOURCE / room / "CMakeLists.txt"
    if not listing.is_file():
        yield f"src/{room} has no CMakeLists.txt"
        return
    # Tests of a room may stand on other rooms' test doubles; the room itself may not.
    text = re.sub(r"#.*", "", listing.read_text())
    text = re.sub(r"\b(?:TEST_USES|TESTS)\b[^)]*?(?=\b(?:SOURCES|USES|PRIVATE_USES)\b|\))", "", text)
    for used in re.findall(r"\bkm_([a-z]+)\b", text):
        if used in MAY_INCLUDE and used != room and used not in MAY_INCLUDE[room]:
            yield f"src/{room}/CMakeLists.txt: {room} may not link km_{used}"


def cycles():
    """The table itself must have no circle, or it would forbid nothing."""
    done = set()

    def visit(room, path):
        if room in path:
            yield f"the table of rooms runs in a circle: {' -> '.join([*path, room])}"
        elif room not in done:
            for below in sorted(MAY_INCLUDE[room]):
                yield from visit(below, [*path, room])
            done.add(room)

    for room in MAY_INCLUDE:
        yield from visit(room, [])


def main():
    faults = list(cycles())
    for folder in sorted(path for path in SOURCE.iterdir() if path.is_dir()):
        if folder.name not in MAY_INCLUDE:
            faults.append(f"src/{folder.name} is a room that the table in {pathlib.Path(__file__).name} does not know")
    for room in MAY_INCLUDE:
        faults.extend(wrong_links(room))
    files = sources()
    for path in files:
        text = without_comments(path.read_text(encoding="utf-8"))
        faults.extend(wrong_includes(path, text))
        faults.extend(wrong_platform_lines(path, text))
    for fault in faults:
        print(fault)
    print(f"{len(files)} files looked at, {len(faults)} faults")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
