"""What standing between a front end and its kernel costs: direct, behind a bare cppzmq forwarder, behind `kernelmedic kernel`.

Rounds alternate between the three; every figure is a median over all rounds. BENCH_ROUNDS sets their number.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from common import PYTHON, ROOT, told, tool

if os.path.realpath(sys.executable) != os.path.realpath(PYTHON) and "KM_BENCH_CHILD" not in os.environ:
    os.environ["KM_BENCH_CHILD"] = "1"
    os.execv(PYTHON, [PYTHON, *sys.argv])

from jupyter_client.manager import KernelManager  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
BUFFERS = "from ipykernel.comm import Comm\nc = Comm(target_name='x')\nb = bytes(1 << 20)\nfor i in range(100): c.send({}, buffers=[b])"
PRINTS = "import sys\nline = 'x' * 99 + chr(10)\nfor i in range(200): sys.stdout.write(line * 1000)"
SMALL = "from IPython.display import display\nfor i in range(5000): display(i)"


def forwarder():
    """The comparison, built once."""
    binary = ROOT / "build/bench/forwarder"
    source = ROOT / "bench/forwarder.cpp"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        binary.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["c++", "-std=c++20", "-O2", str(source), "-o", str(binary), "-lzmq"], check=True)
    return str(binary)


class Manager(KernelManager):
    kind = "direct"

    def format_kernel_cmd(self, extra_arguments=None):
        command = super().format_kernel_cmd(extra_arguments)
        connection = os.path.realpath(self.connection_file)
        if self.kind == "kernelmedic":
            return [tool(), "kernel", "-f", connection, "--max-deaths", "0", "--", *[w.replace(connection, "{private_connection_file}") for w in command]]
        if self.kind == "forwarder":
            folder = tempfile.mkdtemp(prefix="fwd")
            back = {**json.loads(pathlib.Path(connection).read_text()), "transport": "ipc", "ip": f"{folder}/k"}
            back.update({name: i for i, name in enumerate(["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"], 1)})
            pathlib.Path(folder, "kernel.json").write_text(json.dumps(back))
            kernel = [word.replace(connection, f"{folder}/kernel.json") for word in command]
            script = f'"$0" "$@" & exec {forwarder()} {connection} {folder}/kernel.json'
            return ["sh", "-c", script, *kernel]
        return command


class Kernel:
    def __init__(self, kind, home):
        os.environ["KERNELMEDIC_HOME"] = home
        self.kind = kind
        self.manager = Manager()
        self.manager.kind = kind
        begin = time.perf_counter()
        self.manager.start_kernel(stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.start = time.perf_counter() - begin
        self.run("1")

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def run(self, code, until="idle", timeout=60):
        """Seconds from the request to its `idle` and its reply."""
        begin = time.perf_counter()
        request = self.client.execute(code)
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != request:
                continue
            if until == "error" and message["msg_type"] == "error":
                break
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        if until == "idle":
            while self.client.get_shell_msg(timeout=timeout)["parent_header"].get("msg_id") != request:
                pass
        return time.perf_counter() - begin

    def rss(self):
        """Of the process in front: now and at most, in MiB."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return [int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def death(kernel):
    """From the kernel's own last act to the error message, and to the next cell's reply, in ms."""
    mark = pathlib.Path(tempfile.mkstemp()[1])
    kernel.run(f"import os, time\nopen({str(mark)!r}, 'w').write(repr(time.time())); os._exit(9)", until="error")
    seen = time.time()
    kernel.client.get_shell_msg(timeout=60)
    kernel.run("1")
    died = float(mark.read_text())
    mark.unlink()
    return 1000 * (seen - died), 1000 * (time.time() - died)


def main():
    kinds = ("direct", "forwarder", "kernelmedic")
    figures = {(kind, what): [] for kind in kinds for what in ("start", "tiny", "buffers", "prints", "small")}
    deaths, next_cells, rest, flood = [], [], [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(ROUNDS):
            for kind in kinds:
                kernel = Kernel(kind, home)
                figures[kind, "start"].append(1000 * kernel.start)
                if kind == "kernelmedic":
                    rest.append(kernel.rss()[0])
                figures[kind, "tiny"].append(1000 * statistics.median(kernel.run("1") for _ in range(200)))
                figures[kind, "buffers"].append(100 / kernel.run(BUFFERS))
                figures[kind, "prints"].append(20 / kernel.run(PRINTS))
                figures[kind, "small"].append(5000 / kernel.run(SMALL))
                if kind == "kernelmedic":
                    flood.append(kernel.rss()[1])
                    for _ in range(3):
                        first, second = death(kernel)
                        deaths.append(first)
                        next_cells.append(second)
                kernel.end()
    for what, title, unit in (("start", "start to first reply", "ms"), ("tiny", "round trip of a tiny cell", "ms"),
                              ("buffers", "100 buffers of 1 MiB", "MiB/s"), ("prints", "20 MB of prints", "MB/s"),
                              ("small", "5000 small displays", "1/s")):
        print(title)
        medians = {kind: told(kind, figures[kind, what], unit) for kind in kinds}
        base, bare, ours = (medians[kind] for kind in kinds)
        if unit == "ms":
            print(f"  added: forwarder {bare - base:+.2f} ms, kernelmedic {ours - base:+.2f} ms")
        else:
            print(f"  of direct: forwarder {bare / base:.2f}, kernelmedic {ours / base:.2f}")
    print("a death (os._exit) behind kernelmedic")
    told("to the error message", deaths, "ms", 1)
    told("to the next cell's reply", next_cells, "ms", 0)
    print("memory of kernelmedic")
    told("at rest", rest, "MiB", 1)
    told("at most, after the floods", flood, "MiB", 1)


if __name__ == "__main__":
    main()
