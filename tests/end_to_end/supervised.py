"""Kernels behind `kernelmedic kernel`, spoken to by the real jupyter_client."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest
from conftest import PATIENCE, VERDICT, descendants, is_alive, wait_for
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session


class MedicManager(KernelManager):
    """Starts its kernel behind the proxy, as the plugin of scripts/conformance does."""

    program = ""
    options = ()
    edit = None  # changes the connection file before the kernel reads it

    def format_kernel_cmd(self, extra_arguments=None):
        command = super().format_kernel_cmd(extra_arguments)
        if self.edit:
            file = pathlib.Path(self.connection_file)
            file.write_text(json.dumps(self.edit(json.loads(file.read_text()))))
        connection = os.path.realpath(self.connection_file)
        kernel = [word.replace(connection, "{private_connection_file}") for word in command]
        return [str(self.program), "kernel", "-f", connection, *self.options, "--", *kernel]


class Answer:
    """What came back of one request: the reply and everything that was published for it."""

    def __init__(self, reply, messages):
        self.reply = reply["content"] if reply else None
        self.messages = messages

    @property
    def kinds(self):
        return [message["msg_type"] for message in self.messages]

    def of(self, kind):
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    @property
    def text(self):
        return "".join(content["text"] for content in self.of("stream"))

    @property
    def shown(self):
        """Plain text of all displays."""
        return "\n".join(content["data"].get("text/plain", "") for content in self.of("display_data"))

    @property
    def verdicts(self):
        return [content["data"][VERDICT] for content in self.of("display_data") if VERDICT in content["data"]]

    def __repr__(self):
        return f"{self.reply}\n" + "\n".join(f"{m['msg_type']}: {str(m['content'])[:400]}" for m in self.messages)


class Supervised:
    def __init__(self, bench, *options, environment=None, **traits):
        self.bench = bench
        self.stderr = (bench.folder / "kernel.err").open("ab")
        self.manager = MedicManager(kernel_name="python3", connection_file=str(bench.folder / "kernel-test.json"), **traits)
        self.manager.kernel_spec.argv[0] = sys.executable
        self.manager.program = bench.program
        self.manager.options = options
        self.environment = {**bench.environment, **(environment or {})}
        self.client = None

    def launch(self):
        self.manager.start_kernel(cwd=str(self.bench.folder), env=self.environment, stdout=subprocess.DEVNULL, stderr=self.stderr)

    def start(self):
        self.launch()
        self.client = self.new_client()
        return self

    def new_client(self):
        # Each with a session of its own, as each front end has it: the session is the identity.
        session = Session(key=self.manager.session.key, signature_scheme=self.manager.session.signature_scheme)
        client = self.manager.client(session=session)
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        return client

    def said(self):
        return (self.bench.folder / "kernel.err").read_text(errors="replace")

    @property
    def pid(self):
        return self.manager.provisioner.pid

    @property
    def alive(self):
        return self.manager.provisioner.process.poll() is None

    def kernel_pid(self):
        """Of the kernel itself."""
        return int(self.run("import os; print(os.getpid())").text)

    def wait_for_end(self):
        return self.manager.provisioner.process.wait(PATIENCE)

    def send(self, code, **options):
        return self.client.execute(code, **options)

    def collect(self, request, client=None, reply=True):
        """Everything up to both ends of that request, its reply and its `idle`."""
        client = client or self.client
        messages = []
        while not (messages and messages[-1]["msg_type"] == "status" and messages[-1]["content"]["execution_state"] == "idle"):
            message = client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == request:
                messages.append(message)
        answer = None
        while reply and answer is None:
            message = client.get_shell_msg(timeout=PATIENCE)
            answer = message if message["parent_header"].get("msg_id") == request else None
        return Answer(answer, messages)

    def run(self, code, **options):
        return self.collect(self.send(code, **options))

    def clear(self):
        if self.client:
            self.client.stop_channels()
        process = getattr(self.manager.provisioner, "process", None)
        if process is not None:
            for pid in [*descendants(process.pid), process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait(PATIENCE)
        self.manager.context.destroy(linger=0)
        self.stderr.close()


@pytest.fixture
def supervise(bench):
    """supervise(*options) → a kernel that is ready."""
    made = []

    def start(*options, ready=True, **more):
        kernel = Supervised(bench, *options, **more)
        made.append(kernel)
        return kernel.start() if ready else kernel

    yield start
    for kernel in made:
        kernel.clear()


def gone(pid):
    wait_for(lambda: not is_alive(pid), f"process {pid} to be gone")
