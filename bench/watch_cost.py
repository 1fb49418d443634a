"""What watching a busy program costs: processor time of `kernelmedic exec` per second, beside psutil once a second."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from common import PYTHON, told, tool

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 10
VICTIM = f"import time\nend=time.time()+{SECONDS}\nkeep=[]\nwhile time.time()<end: keep.append(bytearray(10**6)); time.sleep(0.05)"
PSUTIL = f"""
import psutil, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {VICTIM!r}])
process = psutil.Process(child.pid)
while child.poll() is None:
    try:
        process.memory_info(), process.cpu_times(), process.num_threads(), process.children(recursive=True), psutil.virtual_memory()
    except psutil.NoSuchProcess:
        break
    time.sleep(1)
"""


def used_seconds(pid):
    """Processor seconds of all threads, in nanosecond grain (proc_pid_schedstat(5))."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def own_cpu(argv, env):
    """Percent of one core that the watcher itself uses while the program runs, its first second left out."""
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    begin, used = time.monotonic(), used_seconds(process.pid)
    time.sleep(SECONDS - 2)
    cost = (used_seconds(process.pid) - used) / (time.monotonic() - begin)
    process.wait()
    return 100 * cost


def main():
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "KERNELMEDIC_HOME": home}
        ours, theirs = [], []
        for _ in range(3):
            ours.append(own_cpu([tool(), "exec", "--quiet", "--", PYTHON, "-c", VICTIM], env))
            theirs.append(own_cpu([PYTHON, "-c", PSUTIL], env))
    print("processor time of the watching process while a program runs")
    told("kernelmedic exec, every 50 ms", ours, "%", 3)
    told("psutil, once a second", theirs, "%", 3)


if __name__ == "__main__":
    main()
