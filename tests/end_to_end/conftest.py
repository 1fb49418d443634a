"""What the end-to-end tests stand on: the real program, a private folder and case store for each test, real kernels.

The program is $KERNELMEDIC, else build/dev/kernelmedic. Nothing here sleeps for luck: events are waited for, with a limit.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import jsonschema
import nbformat
import nbformat.v4
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERDICT = "application/vnd.kernelmedic.verdict+json"
# Generous, since two busy cores under a sanitizer are slow; no test passes because this much time went by.
PATIENCE = 120


def pytest_configure(config):
    config.addinivalue_line("markers", "sanitized: also run with the sanitizer build; together they touch every room")
    config.addinivalue_line("markers", "slow: takes more than some seconds")
    # A shell that starts us in its background ignores these for us, and what is ignored stays so over exec: the programs
    # under test could never be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if config.pluginmanager.hasplugin("timeout") and not config.getoption("timeout", None):
        config.option.timeout = 300


@pytest.fixture(scope="session")
def program():
    path = pathlib.Path(os.environ.get("KERNELMEDIC", ROOT / "build/dev/kernelmedic")).resolve()
    if not os.access(path, os.X_OK):
        pytest.exit(f"{path} is not there; type: scripts/build dev, or name another one in KERNELMEDIC", returncode=2)
    return path


@pytest.fixture(scope="session")
def report_schema():
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)


@pytest.fixture
def bench(program, report_schema, tmp_path):
    workbench = Workbench(program, report_schema, tmp_path)
    yield workbench
    workbench.clear()


def wait_for(condition, what, limit=PATIENCE):
    """The first true answer of `condition()`; fails with `what` when none came within the limit."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.01)
    pytest.fail(f"waited {limit} s in vain for {what}")


def state_of(folder):
    """The letter of a process's or thread's state, from its folder in /proc (proc_pid_stat(5))."""
    return (folder / "stat").read_text().rpartition(")")[2].split()[0]


def is_alive(pid):
    """True while the process runs; a zombie counts as ended, since nobody may be there to reap it."""
    try:
        return state_of(pathlib.Path(f"/proc/{pid}")) not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


class Finished:
    """How the program ended and what it said."""

    def __init__(self, arguments, status, stdout, stderr, seconds):
        self.arguments = arguments
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.seconds = seconds

    @property
    def said(self):
        return self.stderr.decode(errors="replace")

    def tells(self, sentence):
        """Whether stderr has that sentence, wherever its lines are broken."""
        return " ".join(sentence.split()) in " ".join(self.said.split())

    @property
    def printed(self):
        return self.stdout.decode(errors="replace")

    def __repr__(self):
        return f"status {self.status} of {self.arguments}\n--- stdout\n{self.printed[-3000:]}\n--- stderr\n{self.said[-6000:]}"


class Running:
    """A program under way."""

    def __init__(self, arguments, **options):
        self.arguments = arguments
        self.begin = time.monotonic()
        # A session of its own: a Ctrl-C of the test reaches this group and not pytest.
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options
        )

    @property
    def pid(self):
        return self.process.pid

    def ctrl_c(self):
        """What a terminal does: SIGINT to the whole group. Returns when it was taken, for two that wait arrive as one."""
        os.killpg(self.process.pid, signal.SIGINT)
        wait_for(lambda: not self.has_pending(signal.SIGINT), "the program to take SIGINT")

    def has_pending(self, number):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return bool(int(re.search(r"^ShdPnd:\s*([0-9a-f]+)$", status, re.MULTILINE).group(1), 16) & 1 << (number - 1))

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self, limit=PATIENCE):
        try:
            stdout, stderr = self.process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            self.stop()
            stdout, stderr = self.process.communicate()
            pytest.fail(f"still running after {limit} s: {self.arguments}\n{stderr.decode(errors='replace')[-6000:]}")
        finished = Finished(self.arguments, self.process.returncode, stdout, stderr, time.monotonic() - self.begin)
        for mark in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "a bug of ours"):
            assert mark not in finished.said, finished
        return finished

    def stop(self):
        # A kernel may live in a group of its own: everything below goes first.
        for pid in [*descendants(self.process.pid), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def descendants(pid):
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [one for child in map(int, children) for one in [*descendants(child), child]]


class Report:
    """A report that was found valid by docs/report.schema.json."""

    def __init__(self, data):
        self.data = data
        self.verdict = data["verdict"]
        self.death = data["death"]

    def __getitem__(self, key):
        return self.data[key]

    @property
    def facts(self):
        """name → value; several facts of one name (they may come from several collectors) → the list of values."""
        found = {}
        for fact in self.data["facts"]:
            found.setdefault(fact["name"], []).append(fact["value"])
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    def fact_text(self, name):
        """All values of that name as one text, to look for words in."""
        return json.dumps([fact["value"] for fact in self.data["facts"] if fact["name"] == name], ensure_ascii=False)

    def __repr__(self):
        return json.dumps({**self.data, "death": {**(self.death or {}), "memory": "..."}}, indent=1, ensure_ascii=False)[:12000]


class Workbench:
    """One test's folder, case store and environment, and the program applied to them."""

    def __init__(self, program, schema, folder):
        self.program = program
        self.schema = schema
        self.folder = folder / "work"
        self.folder.mkdir()
        self.home = folder / "home"
        self.running = []
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "KERNELMEDIC", "IPYTHON"))}
        # The user's own kernels, history and settings have no part in a test.
        self.environment = {
            **keep,
            "KERNELMEDIC_HOME": str(self.home),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_DATA_DIR": str(folder / "jupyter"),
            "JUPYTER_CONFIG_DIR": str(folder / "jupyter-config"),
            "PATH": os.pathsep.join([str(pathlib.Path(sys.executable).parent), keep.get("PATH", os.defpath)]),
        }
        self.kernels = folder / "jupyter" / "kernels"

    def clear(self):
        for one in self.running:
            if one.process.poll() is None:
                one.stop()
                one.process.communicate()

    # Input

    def notebook(self, cells, name="nb.ipynb", kernel="python3"):
        """Writes a notebook; a cell is its source, or a cell of nbformat."""
        made = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        book = nbformat.v4.new_notebook(cells=made)
        if kernel:
            book.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        path = self.folder / name
        nbformat.write(book, path)
        return path

    def kernelspec(self, name, argv, **more):
        folder = self.kernels / name
        folder.mkdir(parents=True)
        spec = {"argv": [str(word) for word in argv], "display_name": name, "language": "python", **more}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return name

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    # The program

    def start(self, *arguments, before=(), **options):
        """Starts `kernelmedic ARGUMENTS...`; `before` is a command that starts it (unshare, script)."""
        options.setdefault("cwd", self.folder)
        environment = {**self.environment, **options.pop("environment", {})}
        command = [*map(str, before), str(self.program), *map(str, arguments)]
        running = Running(command, env=environment, **options)
        self.running.append(running)
        return running

    def call(self, *arguments, **options):
        limit = options.pop("limit", PATIENCE)
        return self.start(*arguments, **options).finish(limit)

    def run_arguments(self, cells, *arguments, python=sys.executable):
        path = cells if isinstance(cells, (str, pathlib.Path)) else self.notebook(cells)
        kernel = [] if python is None or "--kernel" in arguments else ["--python", python]
        return ["run", path, "-o", self.folder / "out.ipynb", "--report", self.folder / "report.json", *kernel, *arguments]

    def run(self, cells, *arguments, python=sys.executable, **options):
        """`kernelmedic run` on a notebook of these cells (or on that file), with this very Python as kernel."""
        return self.call(*self.run_arguments(cells, *arguments, python=python), **options)

    def start_run(self, cells, *arguments, python=sys.executable, **options):
        return self.start(*self.run_arguments(cells, *arguments, python=python), **options)

    # What came of it

    def out(self, name="out.ipynb"):
        """The output notebook, found valid by nbformat's own validator."""
        book = nbformat.read(self.folder / name, as_version=nbformat.NO_CONVERT)
        nbformat.validate(book)
        return book

    def report(self, source="report.json"):
        data = json.loads(source if isinstance(source, bytes) else (self.folder / source).read_text())
        errors = sorted(self.schema.iter_errors(data), key=lambda error: list(error.path))
        assert not errors, "\n".join(f"{error.json_path}: {error.message[:300]}" for error in errors[:10])
        return Report(data)

    def cases(self):
        finished = self.call("cases", "list", "--format", "json")
        assert finished.status == 0, finished
        return json.loads(finished.stdout)["cases"]

    def wait_for_file(self, name):
        """Waits until a cell wrote this file; its text."""
        path = self.folder / name
        wait_for(path.exists, f"the file {name}")
        return path.read_text()


def ready(text='""', name="ready"):
    """Python source that makes the file `name` appear at once with all of `text` (an expression) in it."""
    return f"import os; open('{name}.part', 'w').write(str({text})); os.rename('{name}.part', '{name}')"


def text_of(outputs):
    """All stream text of a cell."""
    return "".join(output.get("text", "") for output in outputs if output.output_type == "stream")


def errors_of(book):
    return [output for cell in book.cells for output in cell.get("outputs", []) if output.output_type == "error"]


def verdict_outputs(book):
    return [
        output
        for cell in book.cells
        for output in cell.get("outputs", [])
        if output.output_type == "display_data" and VERDICT in output.get("data", {})
    ]


# Why something cannot be tested on this machine; None where it can.


def why_no_memory_cgroup():
    if not sys.platform.startswith("linux"):
        return "no cgroups on this system"
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            return why_no_folder_below(pathlib.Path("/sys/fs/cgroup/memory"), path, "memory.limit_in_bytes")
    return why_no_folder_below(pathlib.Path("/sys/fs/cgroup"), path, "memory.max")


def why_no_folder_below(mount, path, limit_file):
    """Whether we may make a cgroup with a memory limit below ours, or beside us below its parent (v2 asks for that)."""
    for parent in (mount / path.lstrip("/"), (mount / path.lstrip("/")).parent, mount):
        trial = parent / f"kernelmedic-trial-{os.getpid()}"
        try:
            trial.mkdir()
        except OSError:
            continue
        try:
            if os.access(trial / limit_file, os.W_OK):
                return None
        finally:
            trial.rmdir()
    return "no memory cgroup can be made here (not root, nothing delegated, or no memory controller)"


def why_no_private_mounts():
    if not shutil.which("unshare"):
        return "no unshare here"
    trial = subprocess.run(
        ["unshare", "-m", "--propagation", "private", "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False
    )
    return None if trial.returncode == 0 else f"no private mounts: {trial.stderr.decode().strip()}"


def why_no_emulator():
    if os.uname().machine != "x86_64":
        return "the emulated processor is an x86-64 one"
    return None if shutil.which("qemu-x86_64") else "qemu-x86_64 is not installed"


def why_no_tensorflow():
    trial = subprocess.run(
        [sys.executable, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('tensorflow') is None)"], check=False
    )
    return None if trial.returncode == 0 else "TensorFlow is not installed for this Python"


def why_sanitized():
    return "a sanitizer's program runs under no emulator and takes more memory" if os.environ.get("KM_SANITIZED") else None


def why_no_compiler():
    return None if shutil.which("cc") else "no C compiler here"


def needs(*reasons):
    """Skips with the first reason that holds: @needs(why_no_compiler)."""

    def decorate(test):
        for reason in reasons:
            why = reason()
            if why:
                return pytest.mark.skip(reason=why)(test)
        return test

    return decorate


def compile_library(folder, name, source):
    """A native library from C source, without optimisation that would change the way it dies."""
    (folder / f"{name}.c").write_text(source)
    path = folder / f"{name}.so"
    subprocess.run(["cc", "-O0", "-shared", "-fPIC", "-o", path, folder / f"{name}.c"], check=True, capture_output=True)
    return path


def python_line(report):
    """Numbers of the cell's lines in the Python stack, as the frames tell them."""
    return [int(match.group(1)) for frame in report.death["python_stack"] if (match := re.search(r":(\d+) in ", frame))]
