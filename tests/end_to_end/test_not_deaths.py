"""What looks like trouble and is no death of the kernel: nothing may be reported."""

import signal

import pytest
from conftest import errors_of, needs, ready, text_of, verdict_outputs, why_no_compiler, why_sanitized


def nothing_died(bench, finished, status):
    assert finished.status == status, finished
    report = bench.report()
    assert report.verdict is None, report
    assert report["run"]["deaths"] == []
    assert bench.cases() == []
    book = bench.out()
    assert verdict_outputs(book) == []
    return book


@pytest.mark.sanitized
def test_exception_ends_the_run(bench):
    book = nothing_died(bench, bench.run(["x = 1", "raise ValueError('on purpose')", "print('not reached')"]), status=1)
    (error,) = errors_of(book)
    assert (error.ename, error.evalue) == ("ValueError", "on purpose")
    assert book.cells[2].outputs == []
    assert book.cells[2].execution_count is None
    assert [cell["status"] for cell in bench.report()["run"]["cells"]] == ["ok", "error", "not run"]
    assert "ValueError: on purpose" in bench.report()["run"]["cells"][1]["error"]


def test_exception_with_allow_errors(bench):
    book = nothing_died(bench, bench.run(["raise ValueError('one')", "print('reached')"], "--allow-errors"), status=1)
    assert text_of(book.cells[1].outputs) == "reached\n"


def test_sys_exit_in_a_cell_is_an_exception(bench):
    book = nothing_died(bench, bench.run(["import sys\nsys.exit(3)", "print('alive')"], "--allow-errors"), status=1)
    assert text_of(book.cells[1].outputs) == "alive\n"


def test_handled_memory_error(bench):
    cell = "try:\n    b'x' * (1 << 60)\nexcept MemoryError:\n    print('handled')"
    book = nothing_died(bench, bench.run([cell]), status=0)
    assert text_of(book.cells[0].outputs) == "handled\n"


def test_unhandled_memory_error_is_an_exception(bench):
    book = nothing_died(bench, bench.run(["b'x' * (1 << 60)"]), status=1)
    assert errors_of(book)[0].ename == "MemoryError"


@pytest.mark.sanitized
def test_one_ctrl_c_interrupts_the_cell(bench):
    run = bench.start_run([f"{ready()}\nimport time; time.sleep(600)", "print('after')"], "--allow-errors")
    bench.wait_for_file("ready")
    run.ctrl_c()
    finished = run.finish()
    assert finished.status == 1, finished
    book = nothing_died(bench, finished, finished.status)
    assert errors_of(book)[0].ename == "KeyboardInterrupt"
    # A single Ctrl-C is for the cell alone.
    assert text_of(book.cells[1].outputs) == "after\n"


@needs(why_no_compiler)
@pytest.mark.parametrize("how", ["SIGSEGV", "SIGKILL", "SIGABRT"])
def test_child_that_dies_while_the_kernel_lives(bench, how):
    cell = f"""\
import subprocess, sys
child = subprocess.run([sys.executable, '-c', 'import os, signal; os.kill(os.getpid(), signal.{how})'])
print(child.returncode)"""
    book = nothing_died(bench, bench.run([cell, "print('alive')"]), status=0)
    assert text_of(book.cells[0].outputs).strip().endswith(str(-getattr(signal, how)))
    assert text_of(book.cells[1].outputs) == "alive\n"


def test_forked_child_that_crashes(bench):
    cell = "import os, signal\npid = os.fork()\nif pid == 0:\n    os.kill(os.getpid(), signal.SIGSEGV)\nprint(os.waitpid(pid, 0)[1] & 0x7f)"
    book = nothing_died(bench, bench.run([cell, "print('alive')"]), status=0)
    assert "11" in text_of(book.cells[0].outputs)


@pytest.mark.slow
@needs(why_sanitized)
def test_two_hundred_megabytes_of_output(bench):
    cell = "line = 'x' * 99 + '\\n'\nprint('begin')\nfor _ in range(2000):\n    print(line * 1000, end='')\nprint('end')"
    run = bench.start_run([cell, "print('alive')"])
    peak = 0
    status = f"/proc/{run.pid}/status"
    while run.process.poll() is None:
        try:
            with open(status) as lines:
                peak = max([peak, *(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))])
        except (FileNotFoundError, ProcessLookupError):
            break
        try:
            run.process.wait(0.2)
        except Exception:
            continue
    book = nothing_died(bench, run.finish(), status=0)
    text = text_of(book.cells[0].outputs)
    assert text.startswith("begin\n")
    assert text.endswith("end\n")
    assert len(text) < 52 << 20
    assert text_of(book.cells[1].outputs) == "alive\n"
    # Bounded: the kept 50 MB some few times over (text, JSON, file), never what was printed without end.
    assert peak < 600 << 20, f"{peak >> 20} MiB for 50 MB kept"


def test_faulthandler_dump_of_a_living_kernel(bench):
    book = nothing_died(bench, bench.run(["import faulthandler, sys\nfaulthandler.dump_traceback(sys.__stderr__)", "print('alive')"]), status=0)
    assert text_of(book.cells[1].outputs) == "alive\n"


def test_words_about_a_death_are_no_death(bench):
    nothing_died(bench, bench.run(["import os\nos.write(2, b'Fatal Python error: Segmentation fault\\nKilled\\nOut of memory\\n')"]), status=0)
