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


NOTEBOOK = {
    "cells": [{"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": [source]}
              for name, source in (("a", "print(41 + 1)"), ("b", "import ctypes; ctypes.string_at(0)"), ("c", "print('goes on')"))],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5,
}
CLIENT = """
import nbclient, nbformat
notebook = nbformat.read("dies.ipynb", 4)
nbclient.NotebookClient(notebook, kernel_name="emulated", allow_errors=True, timeout=200).execute()
first, died, after = (cell.outputs for cell in notebook.cells)
assert "42" in first[0]["text"], first
assert any("application/vnd.kernelmedic.verdict+json" in output.get("data", {}) for output in died), died
assert any("goes on" in output.get("text", "") for output in after), after
"""


def test_aarch64_at_work(program_of, tmp_path):
    """Emulated, beside native kernels: it starts, watches and judges them. What emulation does not carry is a kernelspec
    that `install` wrote: nobody puts the emulator before it."""
    emulator = shutil.which("qemu-aarch64")
    python = ROOT / ".venv/bin/python"
    if machine.machine() != "x86_64" or emulator is None or not LIBRARIES.exists() or not python.exists():
        pytest.skip("no qemu-aarch64 with libraries, or no .venv; type: apt-get install qemu-user libc6-arm64-cross; scripts/setup test")
    program = [emulator, "-L", str(LIBRARIES), str(program_of("manylinux_2_17_aarch64"))]
    environment = {**os.environ, "KERNELMEDIC_HOME": str(tmp_path / "home"), "JUPYTER_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)}

    def call(*command, status=0):
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment, cwd=tmp_path)
        assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout + done.stderr

    assert call(*program, "--version").startswith("kernelmedic ")
    assert ", 0 problems" in call(*program, "rules", "test")
    assert '"architecture":"aarch64"' in call(*program, "host-facts").replace(" ", "")
    said = json.loads(call(*program, "check", "--no-probe", "--format", "json", "--python", str(python), "--platform", "linux-x86_64"))
    assert said["findings"] == []
    assert "SIGKILL" in call(*program, "exec", "--", "sh", "-c", "kill -9 $$", status=137)
    (tmp_path / "dies.ipynb").write_text(json.dumps(NOTEBOOK))
    assert "SIGSEGV" in call(*program, "run", "dies.ipynb", "-o", "out.ipynb", "--python", str(python), status=3)
    assert "vnd.kernelmedic.verdict" in (tmp_path / "out.ipynb").read_text()

    call(*program, "install", "--all", "--user")
    spec = tmp_path / "data/kernels/emulated"
    spec.mkdir(parents=True)
    argv = [*program, "kernel", "-f", "{connection_file}", "--", str(python), "-m", "ipykernel_launcher", "-f", "{private_connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "emulated", "language": "python"}))
    call(str(python), "-c", CLIENT)
