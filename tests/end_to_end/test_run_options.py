"""What `kernelmedic run` promises on its way: limits in time and size, signals, tags, choices of kernel, safety of OUT."""

import json
import os
import signal
import stat
import sys
import time

import nbformat
import nbformat.v4
import pytest
from conftest import ROOT, VERDICT, errors_of, is_alive, ready, text_of, verdict_outputs, wait_for

SLEEP = "import time; time.sleep(600)"
DEAF = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(600)"


def statuses(bench):
    return [cell["status"] for cell in bench.report()["run"]["cells"]]


# Time


@pytest.mark.sanitized
def test_timeout_interrupts_the_cell(bench):
    finished = bench.run(["print('ok')", SLEEP, "print('never')"], "--timeout", "2")
    assert finished.status == 1, finished
    assert statuses(bench) == ["ok", "timeout", "not run"]
    assert "2 s" in finished.said or "2.0 s" in finished.said
    book = bench.out()
    assert text_of(book.cells[0].outputs) == "ok\n"
    assert errors_of(book), "the cell does not show that it was ended"
    assert bench.report().verdict is None
    assert bench.cases() == []


def test_timeout_kills_what_does_not_hear_the_interrupt(bench):
    finished = bench.run(["print('ok')", DEAF, "print('never')"], "--timeout", "2")
    assert finished.status == 1, finished
    assert finished.seconds < 60
    assert statuses(bench) == ["ok", "timeout", "not run"]
    assert "kill" in finished.said
    # An end that we made is no death of the kernel's own.
    assert bench.report()["run"]["deaths"] == []
    bench.out()


def test_timeout_is_per_cell(bench):
    cells = ["import time; time.sleep(1)"] * 3
    assert bench.run(cells, "--timeout", "2.5").status == 0


def test_total_timeout(bench):
    finished = bench.run(["print('ok')", SLEEP, "print('never')"], "--total-timeout", "4")
    assert finished.status == 1, finished
    assert finished.seconds < 60
    assert statuses(bench) == ["ok", "timeout", "not run"]
    assert "4 s" in finished.said or "4.0 s" in finished.said


# Signals


def test_ctrl_c_twice_ends_the_run_in_order(bench):
    cell = f"""\
import time
try:
    {ready('os.getpid()')}
    time.sleep(600)
except KeyboardInterrupt:
    {ready(name='first')}
    time.sleep(600)"""
    run = bench.start_run(["print('ok')", cell, "print('never')"])
    kernel = int(bench.wait_for_file("ready"))
    run.ctrl_c()
    bench.wait_for_file("first")
    run.ctrl_c()
    finished = run.finish()
    assert finished.status == 130, finished
    assert not is_alive(kernel)
    book = bench.out()
    assert text_of(book.cells[0].outputs) == "ok\n"
    assert text_of(book.cells[2].outputs) == ""
    assert bench.cases() == []


def test_ctrl_c_twice_ends_a_cell_that_hears_nothing(bench):
    run = bench.start_run([f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{ready('os.getpid()')}\n{SLEEP}"])
    kernel = int(bench.wait_for_file("ready"))
    run.ctrl_c()
    run.ctrl_c()
    finished = run.finish()
    assert finished.status == 130, finished
    assert not is_alive(kernel)
    assert bench.cases() == []


@pytest.mark.sanitized
def test_sigterm_ends_in_order_within_five_seconds(bench):
    run = bench.start_run(["print('ok')", f"print('under way', flush=True)\n{ready('os.getpid()')}\n{DEAF}", "print('never')"])
    kernel = int(bench.wait_for_file("ready"))
    begin = time.monotonic()
    run.signal(signal.SIGTERM)
    finished = run.finish()
    assert finished.status == 143, finished
    assert time.monotonic() - begin < 5
    assert not is_alive(kernel)
    book = bench.out()
    assert text_of(book.cells[0].outputs) == "ok\n"
    assert "under way" in text_of(book.cells[1].outputs)
    assert bench.cases() == []


# Deaths and going on


@pytest.mark.sanitized
def test_on_death_continue(bench):
    finished = bench.run(
        ["x = 1", "import os\nos._exit(3)", "print('fresh', 'x' in globals())", "import os\nos._exit(4)", "print('again')"],
        "--on-death", "continue",
    )
    assert finished.status == 3, finished
    run = bench.report()["run"]
    assert statuses(bench) == ["ok", "died", "ok", "died", "ok"]
    assert [death["cell"] for death in run["deaths"]] == [2, 4]
    book = bench.out()
    assert len(verdict_outputs(book)) == 2
    after = book.cells[2].outputs
    everything = json.dumps(after)
    assert "fresh False" in text_of(after)
    # The next cell is told, once.
    assert "variables" in everything
    assert "again\n" in text_of(book.cells[4].outputs)
    assert len(bench.cases()) == 2


def test_on_death_continue_after_the_last_cell(bench):
    finished = bench.run(["import os\nos._exit(3)"], "--on-death", "continue")
    assert finished.status == 3, finished
    bench.out()


def test_continue_gives_up_on_a_kernel_that_cannot_start_again(bench):
    """A fresh kernel that dies at once is one more death, not a loop."""
    bench.file("kernel.py", "import os, sys\nif os.path.exists('spent'): sys.exit('no second start')\nopen('spent', 'w').close()\nfrom ipykernel import kernelapp\nkernelapp.launch_new_instance()\n")
    bench.kernelspec("once", [sys.executable, bench.folder / "kernel.py", "-f", "{connection_file}"])
    finished = bench.run(["import os; os._exit(1)", "print(1)", "print(2)"], "--on-death", "continue", "--kernel", "once", python=None)
    assert finished.status == 3, finished
    assert finished.seconds < 60
    bench.out()


# Size


def test_max_output_cuts_the_middle(bench):
    finished = bench.run(["for i in range(200_000): print(f'line {i:06}')", "print('small')"], "--max-output", "64K")
    assert finished.status == 0, finished
    book = bench.out()
    text = text_of(book.cells[0].outputs)
    assert "line 000000\n" in text
    assert text.endswith("line 199999\n")
    assert "line 100000\n" not in text
    assert len(text) < 80_000
    assert "left out" in text or "cut" in text or "omitted" in text
    assert text_of(book.cells[1].outputs) == "small\n"


# Tags and input


def test_tags(bench):
    raising = nbformat.v4.new_code_cell("raise ValueError('expected')", metadata={"tags": ["raises-exception"]})
    skipped = nbformat.v4.new_code_cell("print('skipped')", metadata={"tags": ["skip-execution"]})
    finished = bench.run([raising, skipped, "print('reached')"])
    assert finished.status == 0, finished
    assert statuses(bench) == ["error", "skipped", "ok"] or statuses(bench) == ["ok", "skipped", "ok"]
    book = bench.out()
    assert book.cells[0].outputs[0].ename == "ValueError"
    assert book.cells[1].outputs == []
    assert book.cells[1].execution_count is None
    assert text_of(book.cells[2].outputs) == "reached\n"


@pytest.mark.sanitized
def test_input_gets_an_error(bench):
    finished = bench.run(["input('name: ')"])
    assert finished.status == 1, finished
    assert errors_of(bench.out())[0].ename == "StdinNotImplementedError"


def test_other_cells_are_left_alone(bench):
    cells = [nbformat.v4.new_markdown_cell("# heading"), nbformat.v4.new_raw_cell("raw"), nbformat.v4.new_code_cell("   \n"), "print(1)"]
    finished = bench.run(cells)
    assert finished.status == 0, finished
    book = bench.out()
    assert [cell.cell_type for cell in book.cells] == ["markdown", "raw", "code", "code"]
    assert book.cells[0].source == "# heading"
    assert book.cells[3].execution_count == 1


def test_what_we_do_not_understand_is_kept(bench):
    path = bench.notebook(["print(1)"])
    book = json.loads(path.read_text())
    book["metadata"]["somebody"] = {"key": [1, 2.5, None, "ü"]}
    book["cells"][0]["metadata"]["slide"] = {"type": "fragment"}
    book["cells"].append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["![x](attachment:a.png)"], "attachments": {"a.png": {"image/png": "aGFsbG8="}}})
    path.write_text(json.dumps(book))
    assert bench.run(path).status == 0
    out = json.loads((bench.folder / "out.ipynb").read_text())
    assert out["metadata"]["somebody"] == book["metadata"]["somebody"]
    assert out["cells"][0]["metadata"]["slide"] == {"type": "fragment"}
    assert out["cells"][1]["attachments"] == {"a.png": {"image/png": "aGFsbG8="}}


def test_nbformat_4_0_stays_4_0(bench):
    old = {
        "nbformat": 4, "nbformat_minor": 0, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [{"cell_type": "code", "execution_count": None, "metadata": {"collapsed": False}, "outputs": [], "source": ["print(", "1)"]}],
    }
    path = bench.file("nb.ipynb", json.dumps(old))
    assert bench.run(path).status == 0
    out = json.loads((bench.folder / "out.ipynb").read_text())
    assert out["nbformat_minor"] == 0
    assert "id" not in out["cells"][0]
    assert bench.out().cells[0].outputs[0].text == "1\n"


# Which kernel, and how it is spoken to


def recording_kernel(bench, name, module):
    """A kernelspec whose command notes its connection file's content and mode, then becomes ipykernel."""
    wrapper = bench.file(
        f"{name}.py",
        "import json, os, sys\n"
        "path = sys.argv[sys.argv.index('-f') + 1]\n"
        "data = {'mode': os.stat(path).st_mode & 0o777, 'folder': os.stat(os.path.dirname(path)).st_mode & 0o777, 'file': json.load(open(path))}\n"
        f"json.dump(data, open({str(bench.folder / 'connection.json')!r}, 'w'))\n"
        f"os.execv(sys.executable, [sys.executable, '-m', {module!r}, *sys.argv[1:]])\n",
    )
    return [sys.executable, wrapper, "-f", "{connection_file}"]


def test_a_kernel_that_is_not_known_to_take_ipc_gets_tcp(bench):
    bench.kernelspec("foreign", recording_kernel(bench, "foreign", "ipykernel_launcher"))
    finished = bench.run(["print('over tcp')"], "--kernel", "foreign", python=None)
    assert finished.status == 0, finished
    assert text_of(bench.out().cells[0].outputs) == "over tcp\n"
    noted = json.loads((bench.folder / "connection.json").read_text())
    assert noted["mode"] == 0o600
    assert noted["file"]["transport"] == "tcp"
    assert noted["file"]["ip"] == "127.0.0.1"
    assert noted["file"]["signature_scheme"] == "hmac-sha256"
    assert len(noted["file"]["key"]) >= 32


def test_ipykernel_gets_ipc_in_a_private_folder(bench):
    cell = f"""\
import ipykernel, json, os
path = ipykernel.get_connection_file()
print(json.dumps([os.stat(path).st_mode & 0o777, os.stat(os.path.dirname(path)).st_mode & 0o777, json.load(open(path))['transport'], path]))"""
    finished = bench.run([cell])
    assert finished.status == 0, finished
    mode, folder_mode, transport, path = json.loads(text_of(bench.out().cells[0].outputs))
    assert (mode, folder_mode, transport) == (0o600, 0o700, "ipc")
    assert not os.path.exists(path), "the connection file outlived the run"


def test_kernelspec_with_environment_and_message_interrupts(bench):
    bench.kernelspec(
        "special", [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        env={"GREETING": "hello ${WHO}"}, interrupt_mode="message",
    )
    finished = bench.run(
        ["import os\nprint(os.environ['GREETING'])", SLEEP], "--kernel", "special", "--timeout", "2", python=None, environment={"WHO": "you"}
    )
    assert finished.status == 1, finished
    assert text_of(bench.out().cells[0].outputs) == "hello you\n"
    assert statuses(bench) == ["ok", "timeout"]


def test_the_notebooks_own_kernelspec(bench):
    bench.kernelspec("mine", [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], env={"MINE": "yes"})
    path = bench.notebook(["import os\nprint(os.environ['MINE'])"], kernel="mine")
    finished = bench.run(path, python=None)
    assert finished.status == 0, finished
    assert text_of(bench.out().cells[0].outputs) == "yes\n"


def test_kernel_runs_in_the_notebooks_folder(bench):
    (bench.folder / "deep").mkdir()
    path = bench.notebook(["import os\nprint(os.getcwd())"], name="deep/nb.ipynb")
    finished = bench.run(path)
    assert finished.status == 0, finished
    assert text_of(bench.out().cells[0].outputs).strip() == str(bench.folder / "deep")


# Words from below Python


def test_output_of_native_code_and_children_reaches_the_cell(bench):
    cell = "import os\nprint('python', flush=True)\nos.system('echo child')\nos.write(1, b'native\\n')"
    finished = bench.run([cell])
    assert finished.status == 0, finished
    text = text_of(bench.out().cells[0].outputs)
    for word in ("python\n", "child\n", "native\n"):
        assert text.count(word) == 1, text


# Quiet, and safe at any moment


def test_quiet_says_nothing_about_a_healthy_run(bench):
    finished = bench.run(["print(1)"], "--quiet")
    assert (finished.status, finished.printed, finished.said) == (0, "", "")


def test_quiet_still_tells_the_verdict(bench):
    finished = bench.run(["import os\nos._exit(3)"], "--quiet")
    assert finished.status == 3
    assert finished.tells(bench.report().verdict["title"])


def test_guard_is_accepted(bench):
    for mode in ("on", "warn", "off"):
        assert bench.run(["print(1)"], "--guard", mode).status == 0


def test_out_is_valid_at_any_moment_of_a_long_run(bench):
    run = bench.start_run(["print('first')", "import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.05)", "print('last')"])
    seen = set()
    while run.process.poll() is None:
        try:
            book = nbformat.reads((bench.folder / "out.ipynb").read_text(), as_version=4)
        except FileNotFoundError:
            time.sleep(0.01)
            continue
        nbformat.validate(book)
        seen.add(len(json.dumps(book)))
        time.sleep(0.01)
    assert run.finish().status == 0
    assert seen, "OUT was not there before the end"


def test_out_is_private(bench):
    path = bench.notebook(["print(1)"])
    finished = bench.call("run", path, "-o", bench.folder / "again.ipynb", "--python", sys.executable)
    assert finished.status == 0, finished
    # A new file is private until its owner says otherwise: outputs may hold anything.
    assert stat.S_IMODE((bench.folder / "again.ipynb").stat().st_mode) == 0o600


@pytest.mark.slow
def test_examples_run(bench):
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed for this Python")
    for name in ("native_build", "gpu_growth"):
        finished = bench.run(ROOT / f"examples/{name}.ipynb", limit=280)
        assert finished.status == 0, finished
        assert bench.report().verdict is None
