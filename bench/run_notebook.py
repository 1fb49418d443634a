"""A healthy notebook of 200 varied cells: `kernelmedic run` beside nbclient, papermill and the kernel's own share."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from common import PYTHON, ROOT, told, tool

sys.path.insert(0, str(ROOT / "tests/end_to_end"))
NBCLIENT = "import sys, nbformat, nbclient\nbook = nbformat.read(sys.argv[1], 4)\nnbclient.NotebookClient(book, allow_errors=True).execute()\nnbformat.write(book, sys.argv[2])"
PAPERMILL = "import sys, papermill\npapermill.execute_notebook(sys.argv[1], sys.argv[2], progress_bar=False)"
# Sends a cell, waits for its idle, keeps nothing: what no client can be faster than.
FLOOR = """
import sys, nbformat
from jupyter_client.manager import start_new_kernel
book = nbformat.read(sys.argv[1], 4)
manager, client = start_new_kernel(kernel_name="python3")
for cell in book.cells:
    if cell.cell_type == "code" and cell.source.strip():
        sent = client.execute(cell.source, allow_stdin=False, stop_on_error=False)
        client.get_shell_msg(timeout=60)
        while True:
            message = client.iopub_channel.socket.recv_multipart()
            if b'"idle"' in message[-1] and any(sent.encode() in part for part in message):
                break
client.stop_channels()
manager.shutdown_kernel(now=True)
"""


def seconds(argv, env):
    begin = time.monotonic()
    status = subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if status not in (0, 1):
        raise SystemExit(f"{argv[:3]} ended with status {status}")
    return time.monotonic() - begin


def main():
    import nbformat
    import varied_cells

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        book, out = str(folder / "healthy.ipynb"), str(folder / "out.ipynb")
        nbformat.write(varied_cells.notebook(200), book)
        env = {**os.environ, "KERNELMEDIC_HOME": str(folder / "home")}
        peers = {
            "kernelmedic run": [tool(), "run", book, "-o", out, "--python", PYTHON, "--quiet", "--allow-errors"],
            "nbclient": [PYTHON, "-c", NBCLIENT, book, out],
            "papermill": [PYTHON, "-c", PAPERMILL, book, out],
            "bare client (the kernel's own share)": [PYTHON, "-c", FLOOR, book],
        }
        times = {name: [] for name in peers}
        for _ in range(runs):  # interleaved, so that a slow minute hits all of them
            for name, argv in peers.items():
                times[name].append(seconds(argv, env))
    print(f"a notebook of 200 cells, {runs} runs each")
    medians = {name: told(name, values) for name, values in times.items()}
    for name in list(peers)[1:]:
        print(f"  kernelmedic run / {name}: {medians['kernelmedic run'] / medians[name]:.2f}")


if __name__ == "__main__":
    main()
