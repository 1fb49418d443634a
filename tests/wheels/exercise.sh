#!/bin/sh
# The wheel as a newcomer uses it, in an environment made here: check, explain, run, install, and a kernel under nbclient.
#
#   exercise.sh PYTHON WHEEL FOLDER
#
# Prints a line for each step; ends with 1 at the first one that is not as it should be.
set -eu
python=$1
wheel=$2
folder=$3
mkdir -p "$folder"
cd "$folder"
"$python" -m venv venv
venv/bin/python -m pip install -q --upgrade pip
venv/bin/python -m pip install -q "$wheel" ipykernel nbclient
export PATH="$folder/venv/bin:$PATH" KERNELMEDIC_HOME="$folder/home" JUPYTER_DATA_DIR="$folder/data" IPYTHONDIR="$folder/ipython"

expect() { # STATUS WHAT COMMAND...: output into ./out
  wanted=$1
  what=$2
  shift 2
  status=0
  "$@" >out 2>&1 || status=$?
  if [ "$status" != "$wanted" ]; then
    echo "$what: exit status $status instead of $wanted"
    cat out
    exit 1
  fi
}
holds() { # WORDS...: each stands in ./out
  for words in "$@"; do
    grep -q -- "$words" out || { echo "no \"$words\" in:"; cat out; exit 1; }
  done
}

expect 0 version kernelmedic --version
cat out
expect 0 rules kernelmedic rules test
tail -n 1 out
expect 0 check kernelmedic check --python venv/bin/python --format json
holds '"kernelmedic.report/1"'
echo "check: no deadly finding"
expect 0 "jupyter medic" jupyter medic check --no-probe --python venv/bin/python
printf 'OMP: Error #15: Initializing libiomp5.so, but found libgomp.so.1 already initialized.\n' >evidence.txt
expect 0 explain kernelmedic explain evidence.txt
holds "OpenMP"
echo "explain: $(head -n 1 out)"

cat >dies.ipynb <<'NOTEBOOK'
{"cells": [
 {"cell_type": "code", "execution_count": null, "id": "a", "metadata": {}, "outputs": [], "source": ["x = 41\n", "print(x + 1)"]},
 {"cell_type": "code", "execution_count": null, "id": "b", "metadata": {}, "outputs": [], "source": ["import ctypes\n", "ctypes.string_at(0)"]}],
 "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}
NOTEBOOK
expect 3 run kernelmedic run dies.ipynb -o out.ipynb
holds "SIGSEGV"
grep -q '"42' out.ipynb
grep -q "vnd.kernelmedic.verdict" out.ipynb
echo "run: died, and said why"

expect 0 install kernelmedic install --all --sys-prefix
echo "install: $(head -n 1 out)"
cat >client.py <<'PYTHON'
import sys
import nbclient, nbformat
notebook = nbformat.read("dies.ipynb", 4)
notebook.cells.append(nbformat.v4.new_code_cell("print('goes on')"))
client = nbclient.NotebookClient(notebook, kernel_name="python3-medic", allow_errors=True, timeout=120)
client.execute()
first, died, after = (cell.outputs for cell in notebook.cells)
assert "42" in first[0]["text"], first
assert any("application/vnd.kernelmedic.verdict+json" in output.get("data", {}) for output in died), died
assert any(output["output_type"] == "error" for output in died), died
assert any("goes on" in output.get("text", "") for output in after), after
print("kernel: the verdict is under the cell, and the next one runs")
PYTHON
expect 0 "a kernel under nbclient" venv/bin/python client.py
cat out
expect 0 uninstall kernelmedic uninstall --all --sys-prefix
echo "whole"
