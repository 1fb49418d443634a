"""What the benchmarks share: where the tool is, and how figures are told."""
import os
import pathlib
import statistics

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = os.environ.get("KM_PYTHON", str(ROOT / ".venv/bin/python"))


def tool():
    """The program to measure: $KERNELMEDIC, else the release build."""
    path = os.environ.get("KERNELMEDIC", str(ROOT / "build/release/kernelmedic"))
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is not there; type: make bench")
    return path


def told(name, values, unit="s", digits=2):
    """One line: median and the range it lies in."""
    middle = statistics.median(values)
    print(f"  {name:<34} {middle:8.{digits}f} {unit}   (of {len(values)}: {min(values):.{digits}f} to {max(values):.{digits}f})")
    return middle
