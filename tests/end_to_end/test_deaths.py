"""Kernels that really die, one way each: the right cause, the right cell, and the evidence that decided it."""

import os
import signal
import subprocess
import sys

import pytest
from conftest import (
    ROOT,
    VERDICT,
    compile_library,
    needs,
    python_line,
    ready,
    verdict_outputs,
    why_no_compiler,
    why_no_emulator,
    why_no_memory_cgroup,
    why_no_private_mounts,
    why_no_tensorflow,
    why_sanitized,
)

MIB = 1 << 20


def death_of(bench, finished, cause, cell):
    """What holds for every death under a cell: status, report, and the card under that very cell in a valid notebook."""
    assert finished.status == 3, finished
    report = bench.report()
    assert report.verdict["cause"] == cause, report
    assert report["findings"][0] == report.verdict
    assert finished.tells(report.verdict["title"]), finished
    for name in report.verdict["because"]:
        assert name in report.facts, f"{name} decided the verdict and is no fact of the report"
    assert report["subject"] == "kernel"
    assert report.death["cell"]["index"] == cell, report
    assert report.facts["exit.phase"] == "cell"

    book = bench.out()
    died = book.cells[cell - 1]
    kinds = [output.output_type for output in died.outputs]
    assert kinds[-2:] == ["display_data", "error"], kinds
    card = died.outputs[-2].data
    assert {"text/html", "text/plain", VERDICT} <= set(card)
    assert card[VERDICT]["verdict"] == report.verdict
    assert "<script" not in card["text/html"]
    assert len(verdict_outputs(book)) == 1
    for later in book.cells[cell:]:
        assert not later.get("outputs"), "a cell after the death has outputs"
    run = report["run"]
    assert run["status"] == "died"
    assert run["exit_code"] == 3
    assert [one["cell"] for one in run["deaths"]] == [cell]
    assert [one["index"] for one in run["cells"] if one["status"] == "died"] == [cell]

    assert [case["cause"] for case in bench.cases()] == [cause]
    return report


def startup_death_of(bench, finished, cause):
    """A kernel that died before it ever answered: no cell is to blame."""
    assert finished.status == 3, finished
    report = bench.report()
    assert report.verdict["cause"] == cause, report
    assert report.death["cell"] is None
    assert report.facts["exit.phase"] == "start"
    assert finished.tells(report.verdict["title"]), finished
    bench.out()
    return report


# Memory


@needs(why_no_memory_cgroup)
def test_memory_limit_of_a_real_cgroup(bench):
    finished = bench.run(
        ["print('before')", "blocks = []", "while True:\n    blocks.append(b'x' * (8 << 20))", "print('never')"],
        "--memory-limit", "300M", "--guard", "off",
    )
    report = death_of(bench, finished, "cgroup_memory_limit", cell=3)
    facts = report.facts
    assert report.verdict["confidence"] == "certain"
    assert facts["exit.signal"] == report.death["signal"] == "SIGKILL"
    assert facts["cgroup.oom_kills"] >= 1
    assert facts["cgroup.own"] is True
    assert "cgroup.oom_kills" in report.verdict["because"]
    memory = report.death["memory"]
    assert memory["limit_bytes"] == 300 * MIB
    assert memory["peak_bytes"] > 0.9 * 300 * MIB
    assert len(memory["series"]) >= 2
    assert max(point["used_bytes"] for point in memory["series"]) > 100 * MIB
    assert [mark["label"] for mark in memory["cells"]] == ["cell 1", "cell 2", "cell 3"]
    # The plot survives JupyterLab's sanitizer only as an <img>.
    assert '<img' in bench.out().cells[2].outputs[-2].data["text/html"]
    assert "data:image/svg+xml" in bench.out().cells[2].outputs[-2].data["text/html"]


@needs(why_no_memory_cgroup)
def test_a_child_that_the_limit_kills_is_no_death_of_the_kernel(bench):
    grow = "blocks = []\nwhile True: blocks.append(b'x' * (8 << 20))"
    finished = bench.run(
        [f"import subprocess, sys\ncode = subprocess.run([sys.executable, '-c', {grow!r}]).returncode\nprint(code)", "print('alive')"],
        "--memory-limit", "400M", "--guard", "off",
    )
    # Whom the system kills is its own choice; mostly the biggest. Both answers must be told right.
    if finished.status == 0:
        assert bench.report().verdict is None
        assert bench.out().cells[1].outputs[0].text == "alive\n"
    else:
        assert bench.report().verdict["cause"] == "cgroup_memory_limit"


# Killed, or left on purpose


@pytest.mark.sanitized
def test_kill_from_outside_with_memory_free(bench):
    run = bench.start_run(["x = 1", f"{ready('os.getpid()')}\nimport time; time.sleep(600)", "print('never')"])
    os.kill(int(bench.wait_for_file("ready")), signal.SIGKILL)
    report = death_of(bench, run.finish(), "killed_by_user_or_scheduler", cell=2)
    assert report.facts["exit.signal"] == "SIGKILL"
    assert "exit.signal" in report.verdict["because"]
    # Not the memory: the report shows how much there was.
    assert report.facts["memory.available_bytes"] > 256 * MIB
    assert "memory" not in report.verdict["cause"]


def test_sigterm_from_outside(bench):
    run = bench.start_run(["x = 1", f"{ready('os.getpid()')}\nimport signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_DFL)\nopen('armed', 'w').close()\ntime.sleep(600)"])
    bench.wait_for_file("armed")
    os.kill(int(bench.wait_for_file("ready")), signal.SIGTERM)
    report = death_of(bench, run.finish(), "killed_by_user_or_scheduler", cell=2)
    assert report.facts["exit.signal"] == "SIGTERM"


@pytest.mark.sanitized
def test_os_exit(bench):
    finished = bench.run(["x = 1", "import os\nprint('going', flush=True)\nos._exit(3)", "print('never')"])
    report = death_of(bench, finished, "deliberate_exit", cell=2)
    assert report.facts["exit.code"] == report.death["exit_code"] == 3
    assert report.death["signal"] is None
    assert "os._exit" in report.fact_text("cell.calls")
    assert "exit.code" in report.verdict["because"]


def test_sys_exit_where_nothing_catches_it(bench):
    # In a cell SystemExit is caught and shown; in a callback of the event loop it ends the process.
    cell = "import asyncio, sys\nasyncio.get_running_loop().call_soon(lambda: sys.exit(4))\nawait asyncio.sleep(600)"
    report = death_of(bench, bench.run(["x = 1", cell, "print('never')"]), "deliberate_exit", cell=2)
    assert report.facts["exit.code"] == 4
    assert "sys.exit" in report.fact_text("cell.calls")


def test_quit_takes_effect_under_the_next_cell(bench):
    # ipykernel leaves when its event loop is free next; a cell that waits lets it.
    finished = bench.run(["x = 1", "quit()", "import asyncio\nawait asyncio.sleep(600)", "print('never')"])
    assert finished.status == 3, finished
    report = bench.report()
    assert report.verdict["cause"] == "deliberate_exit", report
    assert report.facts["exit.code"] == 0


@needs(why_no_compiler)
def test_exit_in_native_code(bench):
    compile_library(bench.folder, "leaver", "#include <stdlib.h>\nvoid leave(void) { exit(7); }\n")
    finished = bench.run(["import ctypes\nlibrary = ctypes.CDLL('./leaver.so')", "library.leave()", "print('never')"])
    report = death_of(bench, finished, "deliberate_exit", cell=2)
    assert report.facts["exit.code"] == 7


# Signals out of the program itself


@pytest.mark.sanitized
def test_null_read_by_ctypes(bench):
    finished = bench.run(["import ctypes", "def read(address):\n    return ctypes.string_at(address)\n\nread(0)", "print('never')"])
    report = death_of(bench, finished, "user_code_error", cell=2)
    assert report.facts["exit.signal"] == report.death["signal"] == "SIGSEGV"
    # faulthandler's text reached us though ipykernel would have kept it: the line in the cell and who called it.
    assert report.death["cell"]["line"] == 2, report
    assert {2, 4} <= set(python_line(report)), report
    assert "Segmentation fault" in report.facts["python.fatal_error"]
    assert "string_at" in "".join(report.death["python_stack"])


def test_segfault_example(bench):
    finished = bench.run(ROOT / "examples/segfault.ipynb")
    report = death_of(bench, finished, "user_code_error", cell=3)
    assert report.facts["exit.signal"] == "SIGSEGV"


@pytest.mark.sanitized
def test_os_abort(bench):
    finished = bench.run(["x = 1", "import os\n\nos.abort()", "print('never')"])
    report = death_of(bench, finished, "deliberate_exit", cell=2)
    assert report.facts["exit.signal"] == "SIGABRT"
    assert report.death["cell"]["line"] == 3


@needs(why_no_compiler)
def test_abort_of_the_c_library_with_its_text(bench):
    compile_library(
        bench.folder, "freer", "#include <stdlib.h>\nvoid wrong(void) { char *p = malloc(64); free(p); free(p); }\n"
    )
    finished = bench.run(["import ctypes\nlibrary = ctypes.CDLL('./freer.so')", "library.wrong()", "print('never')"])
    report = death_of(bench, finished, "native_extension_bug", cell=2)
    assert report.facts["exit.signal"] == "SIGABRT"
    # The text of glibc; another C library words it differently.
    assert "free(): double free" in report.fact_text("words.line")


@needs(why_no_compiler)
def test_native_stack_overflow(bench):
    compile_library(
        bench.folder,
        "deep",
        "int deeper(int n) { volatile char frame[1024]; frame[0] = (char)n; return deeper(n + 1) + frame[0]; }\n",
    )
    finished = bench.run(["import ctypes\nlibrary = ctypes.CDLL('./deep.so')", "library.deeper(0)", "print('never')"])
    report = death_of(bench, finished, "stack_overflow", cell=2)
    assert report.facts["exit.signal"] == "SIGSEGV"
    assert report.facts["limit.stack_bytes"] > 0


@needs(why_no_compiler)
def test_division_by_zero_in_native_code(bench):
    compile_library(bench.folder, "divider", "int divide(int a, int b) { return a / b; }\n")
    finished = bench.run(["import ctypes\nlibrary = ctypes.CDLL('./divider.so')", "library.divide(1, 0)"])
    report = death_of(bench, finished, "native_extension_bug", cell=2)
    assert report.facts["exit.signal"] == "SIGFPE"


@pytest.mark.slow
@needs(why_sanitized, why_no_emulator, why_no_tensorflow)
def test_illegal_instruction_on_an_old_processor(bench):
    """The real TensorFlow on a processor of 2008, which lacks AVX."""
    finished = bench.run(
        ROOT / "examples/illegal_instruction.ipynb", "--wrap", "qemu-x86_64 -cpu Nehalem", limit=280
    )
    report = death_of(bench, finished, "cpu_lacks_instruction", cell=3)
    assert report.facts["exit.signal"] == "SIGILL"
    assert "avx" in report.facts["cpu.lacks"]
    assert "tensorflow" in report.fact_text("python.importing") + report.fact_text("python.stack") + report.fact_text("words.line")
    assert {"exit.signal", "cpu.lacks"} & set(report.verdict["because"])


# Files that are not what they were


def test_mapped_file_that_was_truncated(bench):
    cell = """\
import mmap, os
with open('data', 'wb') as file:
    file.truncate(1 << 20)
file = open('data', 'r+b')
mapping = mmap.mmap(file.fileno(), 0)
os.truncate('data', 0)
mapping[4096]"""
    report = death_of(bench, bench.run(["x = 1", cell, "print('never')"]), "user_code_error", cell=2)
    assert report.facts["exit.signal"] == "SIGBUS"
    assert report.death["cell"]["line"] == 7


# A DataLoader's segment stays behind; one of multiprocessing.shared_memory is unlinked by its helper process as soon as
# the kernel is dead, and with it the evidence that could be collected afterwards.
SHARED_MEMORY = {
    "segment": """\
import mmap, os
file = os.open('/dev/shm/segment', os.O_CREAT | os.O_RDWR)
os.ftruncate(file, 8 << 20)
block = mmap.mmap(file, 0)
for offset in range(0, 8 << 20, 4096): block[offset] = 1""",
    "multiprocessing": """\
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=8 << 20)
for offset in range(0, 8 << 20, 4096): block.buf[offset] = 1""",
}


@needs(why_no_private_mounts)
@pytest.mark.parametrize("cell", SHARED_MEMORY.values(), ids=SHARED_MEMORY)
def test_full_shared_memory(bench, cell):
    small = "mount -t tmpfs -o size=1m none /dev/shm && exec \"$@\""
    finished = bench.run(
        ["x = 1", cell, "print('never')"],
        before=["unshare", "-m", "--propagation", "private", "sh", "-c", small, "sh"],
    )
    report = death_of(bench, finished, "shared_memory_limit", cell=2)
    assert report.facts["exit.signal"] == "SIGBUS"
    assert report.facts["shm.total_bytes"] == MIB
    assert report.facts["shm.free_bytes"] < 64 << 10
    assert "shm.free_bytes" in report.verdict["because"] or "shm.total_bytes" in report.verdict["because"]


@needs(why_no_private_mounts)
def test_full_disk_under_the_kernel(bench):
    cell = """\
import mmap
file = open('full/data', 'w+b')
file.truncate(8 << 20)
mapping = mmap.mmap(file.fileno(), 0)
for offset in range(0, 8 << 20, 4096):
    mapping[offset] = 1"""
    (bench.folder / "full").mkdir()
    finished = bench.run(
        ["import os\nos.chdir('.')", cell],
        before=["unshare", "-m", "--propagation", "private", "sh", "-c", "mount -t tmpfs -o size=1m none full && exec \"$@\"", "sh"],
    )
    # Which disk a mapping stood on is not in the wait status: it must at least not be blamed on something else.
    assert finished.status == 3, finished
    assert bench.report().verdict["cause"] in {"disk_full", "user_code_error", "unknown"}, bench.report()
    assert bench.report().facts["exit.signal"] == "SIGBUS"


# Kernels that never come up


@pytest.mark.sanitized
def test_ipykernel_is_missing(bench, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    finished = bench.run(["print(1)"], python=tmp_path / "bare/bin/python")
    report = startup_death_of(bench, finished, "kernel_startup_failure")
    assert report.facts["python.missing_module"].startswith("ipykernel")
    assert "python.missing_module" in report.verdict["because"]
    assert "install ipykernel" in " ".join(report.verdict["do"])


def test_python_file_that_hides_a_module(bench):
    # `-m ipykernel` looks into the notebook's folder first; ipykernel_launcher takes it out of the path.
    bench.file("random.py", "def roll():\n    return 4\n")
    bench.kernelspec("inside", [sys.executable, "-m", "ipykernel", "-f", "{connection_file}"])
    finished = bench.run(["print(1)"], "--kernel", "inside", python=None)
    report = startup_death_of(bench, finished, "shadowed_module")
    assert report.facts["python.shadowing_file"].endswith("random.py")
    assert "python.shadowing_file" in report.verdict["because"]
    assert "random.py" in " ".join([report.verdict["what"], *report.verdict["do"]])


def test_start_that_ends_in_an_import_error(bench):
    bench.file("broken_kernel.py", "import no_such_library_at_all\n")
    bench.kernelspec("broken", [sys.executable, bench.folder / "broken_kernel.py", "-f", "{connection_file}"])
    finished = bench.run(["print(1)"], "--kernel", "broken", python=None)
    report = startup_death_of(bench, finished, "kernel_startup_failure")
    assert report.facts["python.missing_module"] == "no_such_library_at_all"


def test_start_that_ends_at_once_without_a_word(bench):
    bench.kernelspec("silent", ["sh", "-c", "exit 9", "{connection_file}"])
    finished = bench.run(["print(1)"], "--kernel", "silent", python=None)
    report = startup_death_of(bench, finished, "kernel_startup_failure")
    assert report.facts["exit.code"] == 9


def test_kernel_that_never_answers(bench):
    bench.kernelspec("deaf", ["sh", "-c", "exec sleep 600", "sh", "{connection_file}"])
    finished = bench.run(["print(1)"], "--kernel", "deaf", "--startup-timeout", "3", python=None)
    report = startup_death_of(bench, finished, "kernel_startup_failure")
    assert report.facts["kernel.ready"] is False
    assert finished.seconds < 30


def test_a_cell_that_kills_its_own_kernel(bench):
    finished = bench.run(["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"])
    death_of(bench, finished, "deliberate_exit", cell=1)
