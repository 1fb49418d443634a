"""`explain` from the wheel says word for word what the distribution's build says, also on another processor."""
import json
import os
import pathlib
import platform as machine
import shutil
import subprocess

import pytest
from conftest import ROOT

# Evidence of every kind: what the fuzz targets start from, and the notebooks.
SEEDS = sorted(path for path in (ROOT / "tests/fuzz/corpus").rglob("*") if path.is_file()) + sorted((ROOT / "examples").glob("*.ipynb"))
CORPUS = ROOT.parent / "shared/corpus"
LIBRARIES = pathlib.Path("/usr/aarch64-linux-gnu")


def answer(command, paths):
    """The report less its own number and time; the exit status."""
    done = subprocess.run([*command, "explain", "--format", "json", *map(str, paths)], capture_output=True, timeout=120, check=False)
    if done.returncode == 2:
        return done.returncode, done.stderr
    report = json.loads(done.stdout)
    for key in ("id", "time", "created"):
        report.pop(key, None)
    return done.returncode, report


def evidence(tmp_path):
    for path in SEEDS:
        yield path.name, [path]
    if not CORPUS.exists():
        return
    for path in sorted((CORPUS / "ips").glob("*.[ic][pr]*s*")):
        yield path.name, [path]
    for number, line in enumerate((CORPUS / "dev.jsonl").read_text(encoding="utf-8").splitlines()):
        paths = []
        for part, piece in enumerate(json.loads(line)["evidence"]):
            paths.append(tmp_path / f"{number}-{part}.txt")
            paths[-1].write_text(piece["text"], encoding="utf-8")
        yield f"case {number}", paths


def compare(command, tmp_path, most=None):
    ours = pathlib.Path(os.environ.get("KERNELMEDIC", ROOT / "build/dev/kernelmedic"))
    if not ours.exists():
        pytest.skip("the distribution's build is not there; type: make build")
    differ, count = [], 0
    for name, paths in evidence(tmp_path):
        if most is not None and count >= most:
            break
        count += 1
        if answer([str(ours)], paths) != answer(command, paths):
            differ.append(name)
    assert count > 50
    assert not differ, f"{len(differ)} of {count} differ: {differ[:10]}"


@pytest.mark.skipif(machine.machine() != "x86_64", reason="not an x86-64 machine")
def test_x86_64(program_of, tmp_path):
    compare([str(program_of("manylinux_2_17_x86_64"))], tmp_path)


def test_aarch64(program_of, tmp_path):
    program = program_of("manylinux_2_17_aarch64")
    if machine.machine() == "aarch64":
        return compare([str(program)], tmp_path)
    emulator = shutil.which("qemu-aarch64")
    if emulator is None or not LIBRARIES.exists():
        pytest.skip("no qemu-aarch64 with libraries; type: apt-get install qemu-user libc6-arm64-cross")
    # A start takes some 0.3 s there.
    return compare([emulator, "-L", str(LIBRARIES), str(program)], tmp_path, most=120)


# What user emulation carries beyond explain. It does not carry `run`, `exec`, `kernel` and the probes: qemu-user 7.2 has no
# pidfd_open, by which a death is noticed, and says so.
def test_aarch64_carries_what_starts_nothing(program_of, tmp_path):
    emulator = shutil.which("qemu-aarch64")
    if machine.machine() != "x86_64" or emulator is None or not LIBRARIES.exists():
        pytest.skip("no qemu-aarch64 with libraries; type: apt-get install qemu-user libc6-arm64-cross")
    environment = {**os.environ, "KERNELMEDIC_HOME": str(tmp_path / "home"), "JUPYTER_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)}

    def call(*arguments, status=0):
        done = subprocess.run([emulator, "-L", str(LIBRARIES), str(program_of("manylinux_2_17_aarch64")), *arguments],
                              capture_output=True, text=True, timeout=300, check=False, env=environment, cwd=tmp_path)
        assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout + done.stderr

    assert call("--version").startswith("kernelmedic ")
    assert ", 0 problems" in call("rules", "test")
    assert '"architecture":"aarch64"' in call("host-facts").replace(" ", "")
    call("cases")
    # An environment of x86-64, as this emulated program sees it: of another architecture.
    said = json.loads(call("check", "--no-probe", "--format", "json", "--python", str(ROOT / ".venv"), "--platform", "linux-x86_64"))
    assert said["findings"] == []
