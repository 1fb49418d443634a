"""From the death of a kernel to the verdict: `kernelmedic run` beside nbclient, which only notices."""
import json
import os
import pathlib
import subprocess
import tempfile
import time

from common import PYTHON, told, tool

CELL = "import os, time\nopen({mark!r}, 'w').write(repr(time.time()))\nos.kill(os.getpid(), {signal})"
NBCLIENT = "import sys, nbformat, nbclient\nnbclient.NotebookClient(nbformat.read(sys.argv[1], 4)).execute()"


def notebook(folder, signal):
    mark = folder / "died.txt"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": CELL.format(mark=str(mark), signal=signal)}
    path = folder / "dies.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path, mark


def line_seen(argv, env, text):
    """The wall time at which a line with `text` arrives on stderr."""
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seen = None
    for line in process.stderr:
        if seen is None and text in line:
            seen = time.time()
    process.wait()
    return seen


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        env = {**os.environ, "KERNELMEDIC_HOME": str(folder / "home")}
        for name, signal in (("kill -9", 9), ("SIGSEGV", 11)):
            path, mark = notebook(folder, signal)
            ours, theirs = [], []
            for _ in range(7):
                seen = line_seen([tool(), "run", str(path), "--python", PYTHON], env, "SIG")
                ours.append(1000 * (seen - float(mark.read_text())))
                seen = line_seen([PYTHON, "-c", NBCLIENT, str(path)], env, "DeadKernelError")
                theirs.append(1000 * (seen - float(mark.read_text())))
            print(f"death by {name} → told on stderr")
            a = told("kernelmedic run, with the reason", ours, "ms", 0)
            b = told("nbclient, no reason", theirs, "ms", 0)
            print(f"  ratio {a / b:.3f}")


if __name__ == "__main__":
    main()
