"""A healthy notebook gives the very outputs that nbclient, the reference, gathers from the same kernel."""

import copy
import json
import re
import sys

import jupyter_client
import nbclient
import nbformat
import nbformat.v4
import pytest
from jupyter_client.kernelspec import KernelSpec
from varied_cells import notebook


class ThisPython(jupyter_client.AsyncKernelManager):
    """ipykernel of this very interpreter, whatever kernelspecs lie around."""

    @property
    def kernel_spec(self):
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], display_name="here", language="python"
        )


def by_nbclient(book, folder, **options):
    book = copy.deepcopy(book)
    client = nbclient.NotebookClient(
        book, kernel_manager_class=ThisPython, resources={"metadata": {"path": str(folder)}}, **{"timeout": 120, **options}
    )
    client.execute()
    return book


def merged(outputs):
    """Streams of one name that follow each other as one: where a kernel cuts them is a matter of its timer.

    kernelmedic always merges them; nbclient keeps the cuts unless it is told to coalesce.
    """
    kept = []
    for output in outputs:
        if kept and output["output_type"] == "stream" == kept[-1]["output_type"] and output["name"] == kept[-1]["name"]:
            kept[-1] = {**kept[-1], "text": kept[-1]["text"] + output["text"]}
        else:
            kept.append(dict(output))
    return kept


def comparable(book):
    """Outputs and numbers of each cell, without what differs between any two runs: pids in file names, addresses, times."""
    cells = []
    for cell in book.cells:
        if cell.cell_type != "code":
            cells.append((cell.cell_type, cell.source))
            continue
        text = json.dumps(merged(cell.outputs), sort_keys=True)
        text = re.sub(r"ipykernel_\d+", "ipykernel_PID", text)
        text = re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", text)
        cells.append((cell.execution_count, json.loads(text)))
    return cells


def assert_same(ours, theirs, book):
    ours, theirs = comparable(ours), comparable(theirs)
    assert len(ours) == len(theirs)
    differences = [
        f"cell {index + 1}: {cell.source!r}\n  ours:   {mine}\n  theirs: {other}"
        for index, (mine, other, cell) in enumerate(zip(ours, theirs, book.cells, strict=True))
        if mine != other
    ]
    assert not differences, f"{len(differences)} cells differ\n" + "\n".join(differences[:10])


@pytest.fixture(autouse=True)
def same_environment(bench, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "PATH"):
        monkeypatch.setenv(name, bench.environment[name])


@pytest.mark.sanitized
def test_two_hundred_varied_cells(bench):
    book = notebook(200)
    path = bench.folder / "nb.ipynb"
    nbformat.write(book, path)
    finished = bench.run(path)
    assert finished.status == 0, finished
    ours = bench.out()
    theirs = by_nbclient(book, bench.folder)
    assert_same(ours, theirs, book)
    assert ours.metadata.language_info == theirs.metadata.language_info
    assert ours.nbformat_minor == theirs.nbformat_minor


def test_old_outputs_are_replaced(bench):
    cells = [nbformat.v4.new_code_cell("print('new')"), nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_code_cell("# nothing")]
    for cell in cells:
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="old\n")]
        cell.execution_count = 77
    cells.insert(1, nbformat.v4.new_code_cell("  \n", outputs=[nbformat.v4.new_output("stream", name="stdout", text="of an empty cell\n")]))
    path = bench.notebook(cells)
    book = nbformat.read(path, 4)
    assert bench.run(path).status == 0
    assert_same(bench.out(), by_nbclient(book, bench.folder), book)


def test_cells_after_an_error_keep_what_they_had(bench):
    cells = [nbformat.v4.new_code_cell("print(1)"), nbformat.v4.new_code_cell("1 / 0"), nbformat.v4.new_code_cell("print(2)")]
    cells[2].outputs = [nbformat.v4.new_output("stream", name="stdout", text="old\n")]
    path = bench.notebook(cells)
    book = nbformat.read(path, 4)
    assert bench.run(path).status == 1
    theirs = copy.deepcopy(book)
    client = nbclient.NotebookClient(theirs, kernel_manager_class=ThisPython, resources={"metadata": {"path": str(bench.folder)}})
    with pytest.raises(nbclient.exceptions.CellExecutionError):
        client.execute()
    assert_same(bench.out(), theirs, book)


def test_papermill_style_parameters_and_state(bench):
    """State lives across cells, in order, with numbers that count only what ran."""
    cells = ["total = 0"] + [f"total += {n}\nprint(total)" for n in range(20)] + ["total"]
    path = bench.notebook(cells)
    book = nbformat.read(path, 4)
    assert bench.run(path).status == 0
    assert_same(bench.out(), by_nbclient(book, bench.folder), book)


def patiently(book, folder):
    """nbclient on a notebook of output widgets: on a busy machine it now and then waits for ever (it sends a message to the
    kernel for every output, while the cell runs)."""
    for _ in range(5):
        try:
            return by_nbclient(book, folder, coalesce_streams=True, timeout=20)
        except (nbclient.exceptions.CellTimeoutError, nbclient.exceptions.CellExecutionError):
            continue
    pytest.skip("nbclient itself does not come to an end here")


def test_output_widgets_catch_what_they_catch_there(bench):
    pytest.importorskip("ipywidgets")
    cells = [
        "import ipywidgets\nfrom IPython.display import display\nout = ipywidgets.Output()\nout",
        "print('before')\nwith out:\n    print('caught')\n    display(1)\n    print('caught too')\nprint('after')",
        "import json\nprint(json.dumps(out.outputs, sort_keys=True))",
        "out.clear_output()\nwith out:\n    print('anew')",
        "inner = ipywidgets.Output()\nwith out:\n    with inner:\n        print('in')\n    print('out')",
        "[len(out.outputs), len(inner.outputs)]",
    ]
    path = bench.notebook(cells)
    book = nbformat.read(path, as_version=4)
    finished = bench.run(path)
    assert finished.status == 0, finished
    theirs = patiently(book, bench.folder)

    def without_ids(one):
        text = json.dumps(comparable(one))
        return re.sub(r"[0-9a-f]{32}", "ID", text)

    ours = bench.out()
    assert without_ids(ours) == without_ids(theirs)

    def held(one):
        states = one.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
        return sorted(json.dumps(merged(state["state"]["outputs"]), sort_keys=True) for state in states if state["model_name"] == "OutputModel")

    assert held(ours) == held(theirs)
