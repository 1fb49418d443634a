"""`report`, `cases`, `rules`: what can be read after a death, and the case that nobody closed."""

import json
import os
import re
import signal
import stat
import sys
import time

import nbformat
import pytest
from conftest import ready, text_of, wait_for, is_alive


@pytest.fixture
def died(bench):
    """A bench on which one notebook died at cell 2."""
    finished = bench.run(["secret_of_the_first_cell = 1", "import os  # a private remark\nos._exit(3)"])
    assert finished.status == 3, finished
    return bench


def test_the_three_forms(died):
    text = died.call("report")
    assert text.status == 0, text
    assert died.report().verdict["title"] in text.printed
    assert "\x1b[" not in text.printed, "colour without a terminal"

    as_json = died.call("report", "--format", "json")
    assert as_json.status == 0, as_json
    report = died.report(as_json.stdout)
    assert report.verdict == died.report().verdict
    assert report["facts"] == died.report()["facts"]

    page = died.call("report", "-o", died.folder / "why.html")
    assert page.status == 0, page
    html = (died.folder / "why.html").read_text()
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert report.verdict["title"] in html
    # Self-contained: nothing is loaded from anywhere, no script at all.
    assert "<script" not in html
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_json_is_alone_on_stdout(died):
    json.loads(died.call("report", "--format", "json").stdout)
    json.loads(died.call("cases", "list", "--format", "json").stdout)


def test_share_leaves_code_and_names_out(died):
    shared = died.call("report", "--share", "--format", "json")
    assert shared.status == 0, shared
    report = died.report(shared.stdout)
    assert report["shared"] is True
    assert report.death["cell"]["source"] is None
    for form in ("text", "json", "html"):
        printed = died.call("report", "--share", "--format", form).printed
        assert "a private remark" not in printed
        assert os.uname().nodename not in printed or len(os.uname().nodename) < 3
    assert "a private remark" in died.call("report", "--format", "json").printed


def test_a_case_by_the_beginning_of_its_name(died):
    (case,) = died.cases()
    assert died.call("report", case["id"]).status == 0
    assert died.call("report", case["id"][:10]).status == 0
    assert died.call("cases", "show", case["id"][:10]).status == 0


def test_cases_are_listed_newest_first_and_pruned(died):
    second = died.run(["import os\nos._exit(4)"])
    assert second.status == 3, second
    cases = died.cases()
    assert len(cases) == 2
    assert cases[0]["id"] > cases[1]["id"]
    assert all("nb.ipynb" in case["subject"] for case in cases)
    pruned = died.call("cases", "prune", "--keep", "1")
    assert pruned.status == 0, pruned
    assert pruned.printed.split() == [cases[1]["id"]]
    assert [case["id"] for case in died.cases()] == [cases[0]["id"]]


def test_what_is_kept_is_private(died):
    for path in [died.home, *died.home.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode & 0o077 == 0, f"{path} has mode {mode:o}"


def test_values_of_the_environment_are_not_kept(bench):
    finished = bench.run(["import os\nos._exit(3)"], environment={"MY_TOKEN": "value-that-nobody-may-see"})
    assert finished.status == 3, finished
    for path in bench.home.rglob("*"):
        if path.is_file():
            assert b"value-that-nobody-may-see" not in path.read_bytes(), path


def test_report_to_a_place_that_is_not_there(died):
    finished = died.call("report", "-o", died.folder / "absent/why.html")
    assert finished.status == 2, finished
    assert "absent/why.html" in finished.said


def test_a_torn_case_is_told_and_harms_nobody(died):
    (case,) = died.cases()
    folder = died.home / "cases" / case["id"]
    for name in ("report.json", "case.json"):
        if (folder / name).exists():
            (folder / name).write_text('{"schema": ')
    assert died.call("cases", "list").status == 0
    finished = died.call("report", case["id"])
    assert finished.status == 2, finished
    assert case["id"] in finished.said


@pytest.mark.sanitized
def test_killed_kernelmedic_leaves_a_case_that_report_completes(bench):
    """kill -9 of the supervisor: its kernel ends within 2 s, and everything finished is recovered."""
    run = bench.start_run(["print('finished')", f"{ready('os.getpid()')}\nimport time; time.sleep(600)"])
    kernel = int(bench.wait_for_file("ready"))
    run.signal(signal.SIGKILL)
    killed = time.monotonic()
    run.process.communicate()
    wait_for(lambda: not is_alive(kernel), "the end of the kernel whose supervisor was killed")
    assert time.monotonic() - killed < 2

    assert [case["state"] for case in bench.cases()] == ["open"]
    finished = bench.call("report", "--format", "json")
    assert finished.status == 0, finished
    report = bench.report(finished.stdout)
    assert report.facts["exit.supervisor_killed"] is True
    assert report.verdict["cause"] in {"killed_by_user_or_scheduler", "unknown", "host_memory_exhausted"}
    assert report.death["cell"]["index"] == 2
    assert len(report.death["memory"]["series"]) >= 1

    book = bench.out()
    assert text_of(book.cells[0].outputs) == "finished\n"
    # Completed once: afterwards it is a case like any other.
    assert [case["state"] for case in bench.cases()] == ["closed"]
    again = bench.report(bench.call("report", "--format", "json").stdout)
    assert again.verdict == report.verdict


def test_a_healthy_run_leaves_nothing_behind(bench):
    path = bench.notebook(["print(1)"])
    finished = bench.call("run", path, "--python", sys.executable)
    assert finished.status == 0, finished
    assert sorted(one.name for one in bench.folder.iterdir()) == ["nb.ipynb", "nb.out.ipynb"]
    nbformat.validate(bench.out("nb.out.ipynb"))
    assert not [path for path in (bench.home / "cases").glob("*")]


def test_rules_list_show_and_test(bench):
    listed = bench.call("rules", "list")
    assert listed.status == 0, listed
    names = [line.split()[0] for line in listed.printed.splitlines() if line.strip()]
    assert len(names) >= 10
    shown = bench.call("rules", "show", names[0])
    assert shown.status == 0, shown
    assert names[0] in shown.printed
    assert bench.call("rules", "show", "no/such-rule").status in {1, 2}
    assert bench.call("rules", "test").status == 0


@pytest.mark.parametrize("command", ["", "run", "exec", "report", "cases", "rules"])
def test_help_has_an_example(bench, command):
    finished = bench.call(*command.split(), "--help")
    assert finished.status == 0, finished
    assert "kernelmedic " in finished.printed
    assert "example" in finished.printed.lower() or command == ""


def test_version(bench):
    finished = bench.call("--version")
    assert finished.status == 0, finished
    assert re.fullmatch(r"kernelmedic \d+\.\d+\.\d+\n", finished.printed)
