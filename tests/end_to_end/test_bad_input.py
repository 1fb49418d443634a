"""Input that cannot be run and places that cannot be written: a clear refusal with what to type next, input untouched."""

import json
import sys

import pytest
from conftest import needs, why_no_private_mounts


def refused(bench, finished, *words, status=2):
    assert finished.status == status, finished
    said = finished.said
    assert said.startswith("kernelmedic: "), finished
    for word in words:
        assert word.lower() in said.lower(), f"{word!r} is not in: {said}"
    assert "terminate called" not in said
    assert "exception" not in said.lower()
    assert finished.printed == ""
    assert bench.cases() == []


def refused_notebook(bench, content, *words):
    """The file is refused, stays as it is, and nothing appears beside it."""
    path = bench.folder / "nb.ipynb"
    path.write_bytes(content)
    refused(bench, bench.run(path), *words)
    assert path.read_bytes() == content
    assert sorted(one.name for one in bench.folder.iterdir()) == ["nb.ipynb"]


def test_not_json(bench):
    refused_notebook(bench, b"this is no notebook\n", "nb.ipynb", "json")


def test_cut_off(bench):
    refused_notebook(bench, b'{"cells": [{"cell_type": "code", "sou', "json")


def test_empty_file(bench):
    refused_notebook(bench, b"", "empty")


def test_json_but_no_notebook(bench):
    refused_notebook(bench, b"[1, 2, 3]", "notebook")


def test_binary(bench):
    refused_notebook(bench, bytes(range(256)) * 16, "utf-8")


def test_nested_without_end(bench):
    refused_notebook(bench, b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_nbformat_3(bench):
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": []}]}
    # The refusal names the command that converts it.
    refused_notebook(bench, json.dumps(old).encode(), "nbformat", "nbconvert")


def test_nbformat_of_the_future(bench):
    refused_notebook(bench, json.dumps({"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}).encode(), "nbformat", "5")


@pytest.mark.parametrize(
    "cells", [None, 7, {}, [3], [{"cell_type": "code"}, "text"]], ids=["absent", "number", "object", "cell-number", "cell-text"]
)
def test_cells_of_the_wrong_kind(bench, cells):
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    if cells is not None:
        book["cells"] = cells
    refused_notebook(bench, json.dumps(book).encode(), "cell")


def test_no_cells(bench):
    refused_notebook(bench, json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode(), "no cells")


def test_missing_file(bench):
    refused(bench, bench.run(bench.folder / "absent.ipynb"), "absent.ipynb")


def test_a_folder_as_notebook(bench):
    (bench.folder / "folder.ipynb").mkdir()
    refused(bench, bench.run(bench.folder / "folder.ipynb"), "folder.ipynb")


def test_out_in_a_folder_that_is_not_there(bench):
    path = bench.notebook(["open('ran', 'w')"])
    before = path.read_bytes()
    refused(bench, bench.call("run", path, "-o", bench.folder / "absent/out.ipynb", "--python", sys.executable), "absent")
    assert path.read_bytes() == before
    assert not (bench.folder / "ran").exists(), "the notebook ran though its output had no place"


def test_out_is_a_folder(bench):
    path = bench.notebook(["open('ran', 'w')"])
    (bench.folder / "out.ipynb").mkdir()
    refused(bench, bench.call("run", path, "-o", bench.folder / "out.ipynb", "--python", sys.executable), "out.ipynb")
    assert not (bench.folder / "ran").exists()


@needs(why_no_private_mounts)
def test_out_on_a_read_only_file_system(bench):
    (bench.folder / "fixed").mkdir()
    path = bench.notebook(["open('ran', 'w')"])
    finished = bench.call(
        "run", path, "-o", bench.folder / "fixed/out.ipynb", "--python", sys.executable,
        before=["unshare", "-m", "--propagation", "private", "sh", "-c", 'mount -t tmpfs -o ro none fixed && exec "$@"', "sh"],
    )
    refused(bench, finished, "out.ipynb")
    assert not (bench.folder / "ran").exists()


@pytest.mark.sanitized
@needs(why_no_private_mounts)
def test_disk_full_while_writing_out(bench):
    (bench.folder / "small").mkdir()
    path = bench.notebook(["print('x' * 100)", "print('y' * (4 << 20))", "print('z')"])
    before = path.read_bytes()
    finished = bench.call(
        "run", path, "-o", bench.folder / "small/out.ipynb", "--python", sys.executable,
        before=["unshare", "-m", "--propagation", "private", "sh", "-c", 'mount -t tmpfs -o size=256k none small && exec "$@"', "sh"],
    )
    assert finished.status == 5, finished
    assert "out.ipynb" in finished.said
    assert "space" in finished.said.lower()
    assert path.read_bytes() == before


@pytest.mark.sanitized
def test_kernelspec_with_a_missing_binary(bench):
    bench.kernelspec("gone", ["/no/such/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    refused(bench, bench.run(["print(1)"], "--kernel", "gone", python=None), "/no/such/python")


def test_kernel_that_nobody_installed(bench):
    bench.kernelspec("present", [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    # The refusal lists what there is.
    refused(bench, bench.run(["print(1)"], "--kernel", "absent-kernel", python=None), "absent-kernel", "present")


def test_kernelspec_that_is_not_json(bench):
    bench.kernelspec("torn", ["true"])
    (bench.kernels / "torn/kernel.json").write_text('{"argv": [')
    refused(bench, bench.run(["print(1)"], "--kernel", "torn", python=None), "kernel.json")


@pytest.mark.parametrize("argv", [None, [], "python", [1, 2]], ids=["absent", "empty", "text", "numbers"])
def test_kernelspec_with_a_wrong_argv(bench, argv):
    bench.kernelspec("odd", ["true"])
    spec = {"display_name": "odd", "language": "python"}
    if argv is not None:
        spec["argv"] = argv
    (bench.kernels / "odd/kernel.json").write_text(json.dumps(spec))
    refused(bench, bench.run(["print(1)"], "--kernel", "odd", python=None), "argv")


def test_python_that_is_not_there(bench):
    refused(bench, bench.run(["print(1)"], python="/no/such/python"), "/no/such/python")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run"],
        ["dance"],
        ["run", "nb.ipynb", "--no-such-option"],
        ["run", "nb.ipynb", "--memory-limit", "much"],
        ["run", "nb.ipynb", "--memory-limit", "-1G"],
        ["run", "nb.ipynb", "--timeout", "soon"],
        ["run", "nb.ipynb", "--timeout", "-5"],
        ["run", "nb.ipynb", "--max-output", "1X"],
        ["run", "nb.ipynb", "--on-death", "panic"],
        ["run", "nb.ipynb", "--guard", "maybe"],
        ["exec"],
        ["report", "no-such-case"],
        ["cases", "show", "no-such-case"],
    ],
    ids=" ".join,
)
def test_usage(bench, arguments):
    bench.notebook(["open('ran', 'w')"])
    finished = bench.call(*arguments)
    assert finished.status == 2, finished
    assert finished.said.strip()
    assert not (bench.folder / "ran").exists()


def test_report_where_nothing_ever_died(bench):
    finished = bench.call("report")
    assert finished.status == 2, finished
    assert "kernelmedic run" in finished.said
