"""`kernelmedic kernel`: what every front end relies on, before a death and after it.

The numbers are those of the obligations in docs/proxy.md; 1, 4, 10, 12, 14, 18, 26 and 27 have unit tests as well.
"""

import hmac
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading

import pytest
import zmq
from conftest import PATIENCE, is_alive, state_of, wait_for
from jupyter_client.blocking import BlockingKernelClient
from supervised import gone, supervise  # noqa: F401: a fixture

KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
CRASH = "import ctypes; ctypes.string_at(0)"


def deaths(bench):
    return [case for case in bench.cases() if case["state"] != "running"]


@pytest.mark.sanitized
def test_a_death_is_told_under_its_cell_and_the_next_cell_runs(supervise):
    kernel = supervise()
    assert kernel.run("x = 1; print('hello')").text == "hello\n"
    died = kernel.run(CRASH)
    assert died.reply["status"] == "error"
    assert died.reply["ename"] == "KernelDied"
    assert died.verdicts[0]["death"]["signal"] == "SIGSEGV", died
    assert "All variables are gone" in died.shown
    after = kernel.run("1 + 1")
    assert after.reply["status"] == "ok"
    assert after.reply["execution_count"] == 1
    assert "started anew" in after.shown, "said once more under the next cell"
    assert "started anew" not in kernel.run("2").shown, "and no third time"
    assert kernel.alive


def test_a_name_that_the_dead_kernel_had_is_explained(supervise):
    kernel = supervise()
    kernel.run("frame = 1")
    kernel.run(KILL)
    kernel.run("1")
    assert "`frame` was lost when the kernel died: cell [1]" in kernel.run("frame").shown
    assert "was lost" not in kernel.run("never_there").shown
    kernel.run("frame = 2")
    kernel.run("del frame")
    assert "was lost" not in kernel.run("frame").shown


def test_2_a_client_that_comes_back_keeps_its_identity(supervise):
    kernel = supervise()
    first = kernel.client
    kernel.client = kernel.manager.client(session=first.session)
    kernel.client.start_channels()
    kernel.client.wait_for_ready(timeout=PATIENCE)
    first.stop_channels()
    assert kernel.run("print(2)").text == "2\n"


def test_3_input_reaches_the_client_that_asked(supervise):
    kernel = supervise()
    request = kernel.send("print('<' + input('name? ') + '>')", allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=PATIENCE)
    assert question["content"]["prompt"] == "name? "
    kernel.client.input("Ada")
    assert "<Ada>" in kernel.collect(request).text


def test_4_every_subscription_is_welcomed_once(supervise):
    kernel = supervise()
    other = kernel.manager.context.socket(zmq.SUB)
    other.connect(kernel.client._make_url("iopub"))
    other.subscribe(b"")
    assert other.poll(PATIENCE * 1000)
    frames = other.recv_multipart()
    assert json.loads(frames[2])["msg_type"] == "iopub_welcome"
    kernel.run("1")
    types = []
    while not types or types[-1] != "idle":
        assert other.poll(PATIENCE * 1000)
        frames = other.recv_multipart()
        at = frames.index(b"<IDS|MSG>")
        kind = json.loads(frames[at + 2])["msg_type"]
        types.append(json.loads(frames[at + 5]).get("execution_state", kind))
    assert "iopub_welcome" not in types
    other.close(0)


@pytest.mark.slow
def test_5_nothing_is_dropped_in_a_flood(supervise):
    kernel = supervise()
    flood = kernel.run("from IPython.display import display\nfor i in range(5000): display(i)")
    assert [content["data"]["text/plain"] for content in flood.of("display_data")] == [str(i) for i in range(5000)]
    buffers = kernel.run(
        "from ipykernel.comm import Comm\nc = Comm(target_name='x')\nfor i in range(50): c.send({'i': i}, buffers=[bytes(1 << 20)])"
    )
    sent = [m for m in buffers.messages if m["msg_type"] == "comm_msg"]
    assert [m["content"]["data"]["i"] for m in sent] == list(range(50))
    assert all(len(m["buffers"][0]) == 1 << 20 for m in sent)


def test_6_and_19_a_shutdown_ends_it_in_order_and_is_no_death(supervise, bench):
    kernel = supervise()
    pid = kernel.kernel_pid()
    kernel.manager.shutdown_kernel()
    gone(pid)
    assert deaths(bench) == []
    assert "What happened" not in kernel.said()


def test_7_a_port_that_is_still_taken_is_waited_for(supervise):
    holder = socket.create_server(("127.0.0.1", 0))
    kernel = supervise(ready=False, cache_ports=False, shell_port=holder.getsockname()[1])
    kernel.launch()
    assert kernel.manager.shell_port == holder.getsockname()[1]
    threading.Timer(0.5, holder.close).start()
    kernel.client = kernel.new_client()
    assert kernel.run("print(7)").text == "7\n"


def test_8_the_heartbeat_is_the_sessions(supervise):
    kernel = supervise()
    pid = kernel.kernel_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        heart = kernel.manager.context.socket(zmq.REQ)
        heart.connect(kernel.client._make_url("hb"))
        heart.send(b"ping")
        assert heart.poll(PATIENCE * 1000)
        assert heart.recv() == b"ping"
        heart.close(0)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_9_the_private_connection_file_keeps_name_and_unknown_keys(supervise):
    kernel = supervise(ready=False)
    given = {}
    kernel.manager.edit = lambda file: given.update({**file, "jupyter_session": "nb.ipynb", "later": 1}) or given
    kernel.start()
    told = kernel.run(
        "import json, os, sys, stat\nf = sys.argv[sys.argv.index('-f') + 1]\n"
        "print(json.dumps([f, json.load(open(f)), stat.S_IMODE(os.stat(f).st_mode), stat.S_IMODE(os.stat(os.path.dirname(f)).st_mode)]))"
    )
    file, held, mode, folder_mode = json.loads(told.text)
    assert pathlib.Path(file).name == pathlib.Path(kernel.manager.connection_file).name
    assert (mode, folder_mode) == (0o600, 0o700)
    assert held["jupyter_session"] == "nb.ipynb"
    assert held["later"] == 1
    assert held["key"] == given["key"]
    assert held["transport"] == "ipc"


def test_10_an_encrypted_front_is_spoken(supervise):
    if not zmq.has("curve"):
        pytest.skip("this pyzmq has no CURVE")
    kernel = supervise(transport_encryption="required")
    assert kernel.manager.curve_publickey
    assert kernel.run("print(10)").text == "10\n"
    assert kernel.run(KILL).reply["ename"] == "KernelDied"
    assert kernel.run("print(10)").text == "10\n"
    # Who speaks without encryption is not heard.
    shell = kernel.manager.context.socket(zmq.DEALER)
    shell.connect(f"tcp://127.0.0.1:{kernel.manager.shell_port}")
    kernel.manager.session.send(shell, "kernel_info_request", {})
    assert not shell.poll(300)
    shell.close(0)


class Launcher:
    """One that lets the kernel choose its ports (JEP 66): binds a socket and waits to be told."""

    def __init__(self, key, answer_key=None):
        self.key, self.answer_key = key.encode(), (answer_key or key).encode()
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.port = self.socket.bind_to_random_port("tcp://127.0.0.1")

    def told(self):
        assert self.socket.poll(PATIENCE * 1000), "nobody registered"
        identity, delimiter, signature, content = self.socket.recv_multipart()
        assert delimiter == b"<IDS|MSG>"
        assert signature == hmac.new(self.key, content, "sha256").hexdigest().encode()
        acknowledged = hmac.new(self.answer_key, b"ACK", "sha256").hexdigest().encode()
        self.socket.send_multipart([identity, delimiter, acknowledged, b"ACK"])
        return json.loads(content)

    def close(self):
        self.socket.close(0)


def registering(bench, launcher):
    """The program, started by such a launcher."""
    file = bench.file("kernel-jep66.json", json.dumps({
        "transport": "tcp", "ip": "127.0.0.1", "key": "k66", "signature_scheme": "hmac-sha256",
        "registration_port": launcher.port, "kernel_id": "sixty-six",
    }))
    return subprocess.Popen(
        [str(bench.program), "kernel", "-f", file, "--", sys.executable, "-m", "ipykernel_launcher", "-f", "{private_connection_file}"],
        cwd=bench.folder, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )


def test_11_a_launcher_that_chose_no_ports_is_told_them(bench):
    launcher = Launcher("k66")
    program = registering(bench, launcher)
    try:
        told = launcher.told()
        assert told["kernel_id"] == "sixty-six"
        client = BlockingKernelClient()
        client.load_connection_info({
            "transport": "tcp", "ip": "127.0.0.1", "key": "k66", "signature_scheme": "hmac-sha256",
            **{f"{name}_port": int(told[f"{name}_port"]) for name in ("shell", "iopub", "stdin", "control", "hb")},
        })
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        reply = client.execute_interactive("import os; os._exit(5)", timeout=PATIENCE, output_hook=lambda message: None)
        assert reply["content"]["status"] == "error"
        assert client.execute_interactive("1", timeout=PATIENCE, output_hook=lambda message: None)["content"]["status"] == "ok"
        client.stop_channels()
    finally:
        program.terminate()
        program.communicate(timeout=PATIENCE)
        launcher.close()


def test_11_an_acknowledgement_with_another_key_is_refused(bench):
    launcher = Launcher("k66", answer_key="another")
    program = registering(bench, launcher)
    try:
        launcher.told()
        said = program.communicate(timeout=PATIENCE)[1].decode()
        assert program.returncode == 2
        assert "not signed with our key" in said
    finally:
        program.kill()
        launcher.close()


def test_13_the_dead_cell_ends_in_order_and_the_queue_is_answered(supervise):
    kernel = supervise()
    requests = [kernel.send(code) for code in ("print('before', flush=True)\n" + KILL, "print('second')", "print('third')")]
    died = kernel.collect(requests[0])
    kinds = [kind for kind in died.kinds if kind != "stream"]
    assert kinds == ["status", "execute_input", "display_data", "display_data", "error", "status"], died
    assert died.reply["execution_count"] == 1
    for request in requests[1:]:
        aborted = kernel.collect(request)
        assert aborted.reply["status"] == "aborted"
        assert aborted.kinds == ["status", "status"]
    assert kernel.run("print('next')").text.startswith("next")


def test_14_a_dead_cell_has_its_number(supervise):
    kernel = supervise()
    kernel.run("1")
    for _ in range(3):
        died = kernel.run(KILL)
        count = died.reply["execution_count"]
        assert [content["execution_count"] for content in died.of("execute_input")] == [count]
        assert kernel.run("1").reply["execution_count"] == 1


def test_15_other_requests_that_wait_are_answered(supervise):
    kernel = supervise()
    dying = kernel.send("import time\nopen('begun', 'w').close()\ntime.sleep(600)")
    waiting = kernel.client.complete("pri")
    who = kernel.client.kernel_info()
    wait_for((kernel.bench.folder / "begun").exists, "the cell to begin")
    os.kill(kernel_below(kernel), signal.SIGKILL)
    assert kernel.collect(dying).reply["status"] == "error"
    assert kernel.collect(waiting).reply["status"] == "aborted"
    assert kernel.collect(who).reply["status"] == "ok", "the fresh kernel answers that"


def kernel_below(kernel):
    from conftest import descendants

    return descendants(kernel.pid)[0]


def test_16_the_state_is_idle_after_a_death(supervise):
    kernel = supervise()
    watcher = kernel.new_client()  # as jupyter_server watches, with no tab open
    kernel.send(KILL)
    states = []
    wait_for(lambda: is_verdict(watcher.get_iopub_msg(timeout=PATIENCE)), "the verdict")
    after = watcher.get_iopub_msg(timeout=PATIENCE)
    while after["msg_type"] != "status":
        after = watcher.get_iopub_msg(timeout=PATIENCE)
    states.append(after["content"]["execution_state"])
    kernel.run("1")
    while (message := next_of(watcher)) is not None:
        if message["msg_type"] == "status":
            states.append(message["content"]["execution_state"])
    assert states[0] == "idle"
    assert states[-1] == "idle"
    assert "starting" not in states
    watcher.stop_channels()


def is_verdict(message):
    return message["msg_type"] == "error" and message["content"]["ename"] == "KernelDied"


def next_of(client):
    import queue

    try:
        return client.get_iopub_msg(timeout=0.3)
    except queue.Empty:
        return None


def test_17_comms_are_closed(supervise):
    kernel = supervise()
    opened = kernel.run("from ipykernel.comm import Comm\nkept = Comm(target_name='a')\nclosed = Comm(target_name='b')\nclosed.close()")
    kept = opened.of("comm_open")[0]["comm_id"]
    kernel.run(KILL)
    closed = []
    while not closed:
        message = kernel.client.get_iopub_msg(timeout=PATIENCE)
        if message["msg_type"] == "comm_close":
            closed.append(message["content"]["comm_id"])
    assert closed == [kept]


def test_18_a_subshell_of_the_dead_kernel_leads_to_the_main_one(supervise):
    kernel = supervise()
    control = kernel.client.control_channel
    control.send(kernel.client.session.msg("create_subshell_request"))
    subshell = kernel.client.get_control_msg(timeout=PATIENCE)["content"]["subshell_id"]
    kernel.run(KILL)
    message = kernel.client.session.msg("execute_request", {"code": "print(18)", "silent": False, "allow_stdin": False})
    message["header"]["subshell_id"] = subshell
    kernel.client.shell_channel.send(message)
    assert kernel.collect(message["header"]["msg_id"]).text.startswith("18")
    control.send(kernel.client.session.msg("delete_subshell_request", {"subshell_id": subshell}))
    assert kernel.client.get_control_msg(timeout=PATIENCE)["content"]["status"] == "ok"


def test_19_quit_ends_the_session_without_a_report(supervise, bench):
    kernel = supervise()
    kernel.send("quit()")
    assert kernel.wait_for_end() == 0
    assert deaths(bench) == []


def test_20_an_interrupt_by_message_reaches_the_kernel_and_its_children(supervise):
    kernel = supervise()
    request = kernel.send("import subprocess\nprint(subprocess.run(['sh', '-c', 'echo > begun; sleep 600']).returncode)")
    wait_for((kernel.bench.folder / "begun").exists, "the child to begin")
    kernel.client.control_channel.send(kernel.client.session.msg("interrupt_request"))
    reply = kernel.client.get_control_msg(timeout=PATIENCE)
    assert reply["msg_type"] == "interrupt_reply"
    assert reply["content"]["status"] == "ok"
    ended = kernel.collect(request)
    assert ended.reply["status"] in {"error", "ok"}
    assert ended.reply.get("ename", "KeyboardInterrupt") == "KeyboardInterrupt"


def test_21_connect_info_tells_the_ports_in_front(supervise):
    kernel = supervise()
    request = kernel.client.session.msg("connect_request")
    kernel.client.shell_channel.send(request)
    assert kernel.collect(request["header"]["msg_id"]).reply["shell_port"] == kernel.manager.shell_port


@pytest.mark.sanitized
def test_22_an_interrupt_comes_exactly_once_and_is_no_death(supervise, bench):
    kernel = supervise()
    request = kernel.send(
        "import signal, time\ncame = []\nold = signal.signal(signal.SIGINT, lambda *a: came.append(1))\n"
        "open('begun', 'w').close()\nwhile not came: time.sleep(0.01)\ntime.sleep(0.3); print(len(came))"
    )
    wait_for((kernel.bench.folder / "begun").exists, "the cell to begin")
    kernel.manager.interrupt_kernel()
    assert kernel.collect(request).text == "1\n"
    assert deaths(bench) == []
    pid = kernel.kernel_pid()
    kernel.manager.signal_kernel(signal.SIGKILL)
    gone(pid)
    assert not is_alive(kernel.pid) or kernel.wait_for_end() is not None


def test_22_an_interrupt_while_it_starts_is_no_death(supervise, bench):
    kernel = supervise(ready=False)
    kernel.launch()
    kernel.manager.interrupt_kernel()
    kernel.manager.shutdown_kernel()
    assert deaths(bench) == []


@pytest.mark.parametrize("how", ["server", "medic"])
def test_23_nothing_is_left_when_its_owner_is_killed(bench, how):
    server = subprocess.Popen(
        [sys.executable, "-c", "import sys\nfrom test_kernel import serve\nserve(*sys.argv[1:])", str(bench.program), str(bench.folder)],
        env={**bench.environment, "PYTHONPATH": str(pathlib.Path(__file__).parent)},
        stdout=subprocess.PIPE,
    )
    try:
        medic, kernel = map(int, server.stdout.readline().split())
        assert is_alive(kernel)
        os.kill(server.pid if how == "server" else medic, signal.SIGKILL)
        gone(kernel)
        gone(medic)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    if how == "medic":  # the case is completed later, from the ring
        assert bench.call("report").status == 0
        assert [(case["state"], case["cause"]) for case in bench.cases()] == [("closed", "killed_by_user_or_scheduler")]


def serve(program, folder):
    """A Jupyter server's part in the test above: starts a kernel and stays."""
    from supervised import MedicManager

    manager = MedicManager(kernel_name="python3", connection_file=f"{folder}/kernel-owned.json")
    manager.kernel_spec.argv[0] = sys.executable
    manager.program = program
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    told = []
    client.execute_interactive("import os; print(os.getpid())", output_hook=told.append)
    kernel = next(m["content"]["text"] for m in told if m["msg_type"] == "stream").strip()
    print(manager.provisioner.pid, kernel, flush=True)
    signal.pause()


def test_23_the_kernel_watches_us(supervise):
    kernel = supervise()
    assert kernel.run("import os; print(os.environ['JPY_PARENT_PID'] == str(os.getppid()))").text == "True\n"


def test_24_sigterm_is_passed_on_and_its_status_is_ours(supervise, bench):
    kernel = supervise()
    kernel.run("import signal, sys\nold = signal.signal(signal.SIGTERM, lambda *a: os._exit(7))\nimport os")
    os.kill(kernel.pid, signal.SIGTERM)
    assert kernel.wait_for_end() == 7
    assert deaths(bench) == []


def test_24_too_many_deaths_leave_it_to_the_server(supervise):
    kernel = supervise("--max-deaths", "2")
    kernel.run("1")
    assert kernel.run(KILL).reply["status"] == "error"
    request = kernel.send(KILL)
    assert kernel.wait_for_end() == 128 + signal.SIGKILL
    while (message := kernel.client.get_iopub_msg(timeout=PATIENCE))["msg_type"] != "error":
        pass
    assert message["parent_header"]["msg_id"] == request


def test_24_a_completed_cell_begins_the_count_anew(supervise):
    kernel = supervise("--max-deaths", "2")
    for _ in range(3):
        assert kernel.run(KILL).reply["status"] == "error"
        assert kernel.run("1").reply["status"] == "ok"
    assert kernel.alive


def test_on_death_exit_leaves_the_verdict_and_ends(supervise):
    kernel = supervise("--on-death", "exit")
    request = kernel.send(KILL)
    assert kernel.wait_for_end() == 128 + signal.SIGKILL
    messages = []
    while not messages or messages[-1]["msg_type"] != "error":
        messages.append(kernel.client.get_iopub_msg(timeout=PATIENCE))
    assert messages[-1]["parent_header"]["msg_id"] == request
    assert messages[-1]["content"]["ename"] == "KernelDied"


def test_25_text_of_children_and_last_words_are_kept(supervise):
    kernel = supervise()
    assert kernel.run("import os\nx = os.system('echo from a child')").text == "from a child\n"
    died = kernel.run("import os\nos.write(2, b'my last words\\n')\nos.abort()")
    assert "my last words" in died.text
    assert died.verdicts[0]["death"]["signal"] == "SIGABRT"
    assert died.verdicts[0]["death"]["python_stack"], "faulthandler spoke"


def test_26_a_literal_placeholder_means_the_private_file(bench, supervise):
    kernel = supervise(ready=False)
    spec = kernel.manager.kernel_spec

    def as_vs_code(extra_arguments=None):
        # It replaces the placeholder in the first argument that has it, and leaves the second.
        return [str(bench.program), "kernel", "-f", kernel.manager.connection_file, "--", *spec.argv]

    kernel.manager.format_kernel_cmd = as_vs_code
    kernel.start()
    assert kernel.run("print(26)").text == "26\n"


def test_28_ports_are_taken_at_once_and_a_probe_does_no_harm(supervise):
    kernel = supervise(ready=False)
    kernel.launch()
    for port in (kernel.manager.shell_port, kernel.manager.iopub_port):
        def taken(port=port):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                return False
            return True

        wait_for(taken, f"port {port}")
    kernel.client = kernel.new_client()
    assert kernel.run("print(28)").text == "28\n"


def test_28_what_a_kernel_says_while_it_starts_is_on_our_stderr(bench, supervise):
    bench.file("random.py", "raise ImportError('this is no random')")
    kernel = supervise(ready=False, environment={"PYTHONPATH": str(bench.folder)})
    kernel.launch()
    assert kernel.wait_for_end() == 1
    assert "this is no random" in kernel.said()
    assert "shadowed_module" in json.dumps(bench.cases())


def test_29_the_process_stays_whatever_happens(supervise):
    kernel = supervise()
    pid = kernel.pid
    for code in (KILL, CRASH, "import os; os._exit(3)"):
        assert kernel.run(code).reply["ename"] == "KernelDied"
        assert kernel.run("1").reply["status"] == "ok"
        assert kernel.pid == pid
        assert kernel.alive


def test_a_death_while_nothing_runs_is_told_under_the_next_cell(supervise, bench):
    kernel = supervise()
    os.kill(kernel.kernel_pid(), signal.SIGKILL)
    wait_for(lambda: deaths(bench), "the death to be seen")
    after = kernel.run("print('here')")
    assert after.reply["status"] == "ok"
    assert after.verdicts
    assert after.kinds.index("display_data") < after.kinds.index("stream")
    assert not kernel.run("1").verdicts


def unread(port):
    """Whether bytes wait in a connection of this local port (proc_net(5): local address, rx_queue)."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues = line.split()[:5]
        established = "01"
        if state == established and int(local.split(":")[1], 16) == port and int(queues.split(":")[1], 16) > 0:
            return True
    return False


def is_stopped(pid):
    """Whether a SIGSTOP has reached all of its threads: it does so one after the other."""
    return all(state_of(task) == "T" for task in pathlib.Path(f"/proc/{pid}/task").iterdir())


def test_a_cell_that_comes_while_a_death_is_looked_into_runs(supervise):
    kernel = supervise()
    below = kernel.kernel_pid()
    end = os.pidfd_open(below)
    # Both wait for us when we wake: the end of the kernel, and a cell that it never saw.
    os.kill(kernel.pid, signal.SIGSTOP)
    try:
        wait_for(lambda: is_stopped(kernel.pid), "us to stop")
        os.kill(below, signal.SIGKILL)
        assert select.select([end], [], [], PATIENCE)[0]
        request = kernel.send("print('here')")
        wait_for(lambda: unread(kernel.manager.shell_port), "the cell to have arrived")
    finally:
        os.kill(kernel.pid, signal.SIGCONT)
        os.close(end)
    after = kernel.collect(request)
    assert after.reply["status"] == "ok"
    assert after.text == "here\n"
    assert after.verdicts


def test_only_the_holder_of_the_key_is_heard(supervise):
    kernel = supervise()
    session = type(kernel.client.session)(key=b"wrong")
    shell = kernel.manager.context.socket(zmq.DEALER)
    shell.connect(kernel.client._make_url("shell"))
    session.send(shell, "execute_request", {"code": "open('broken-in', 'w')", "silent": False})
    good = kernel.client.session
    message = good.msg("execute_request", {"code": "n = globals().get('n', 0) + 1", "silent": False, "store_history": True})
    frames = good.serialize(message)
    for _ in range(3):
        shell.send_multipart(frames)  # a replay counts once
    for junk in ([b""], [b"<IDS|MSG>"], [b"x"] * 100, [b"<IDS|MSG>", b"", b"{", b"", b"", b""], [os.urandom(1 << 20)]):
        shell.send_multipart(junk)
    assert shell.poll(PATIENCE * 1000), "the good one is answered"
    assert kernel.run("print(n)").text == "1\n"
    assert not (kernel.bench.folder / "broken-in").exists()
    shell.close(0)


@pytest.mark.slow
def test_twenty_four_clients_share_a_kernel(supervise):
    kernel = supervise()
    clients = [kernel.new_client() for _ in range(23)]
    requests = [client.execute(f"print({i})") for i, client in enumerate(clients)]
    for i, (client, request) in enumerate(zip(clients, requests, strict=True)):
        assert kernel.collect(request, client).text == f"{i}\n"
    dying = clients[5].execute(KILL)
    assert kernel.collect(dying, clients[5]).reply["ename"] == "KernelDied"
    assert kernel.run("print('alive')").text == "alive\n"
    for client in clients:
        client.stop_channels()


@pytest.mark.slow
def test_a_stopped_kernel_is_waited_for(supervise):
    kernel = supervise()
    pid = kernel.kernel_pid()
    os.kill(pid, signal.SIGSTOP)
    request = kernel.send("print('waited')")
    other = kernel.client.kernel_info()
    os.kill(pid, signal.SIGCONT)
    assert kernel.collect(request).text == "waited\n"
    assert kernel.collect(other).reply["status"] == "ok"


@pytest.mark.slow
def test_many_deaths_leave_nothing_behind(supervise):
    with tempfile.TemporaryDirectory() as place:  # short: sockets lie below it
        kernel = supervise("--max-deaths", "0", environment={"TMPDIR": place, "XDG_RUNTIME_DIR": ""})
        kernel.run(KILL)
        kernel.run("1")

        def held():
            root = pathlib.Path(f"/proc/{kernel.pid}")
            return len(list((root / "fd").iterdir())), len(list((root / "task").iterdir()))

        before = held()
        for _ in range(20):
            assert kernel.run("import os; os._exit(9)").reply["ename"] == "KernelDied"
        kernel.run("1")
        assert held() == before
        assert len(list(pathlib.Path(place).glob("kmed-*"))) == 1
        kernel.manager.shutdown_kernel()
        assert list(pathlib.Path(place).glob("kmed-*")) == []


def test_refusals_say_what_to_type(bench):
    for arguments, words in (
        (["kernel", "-f", "nothing.json", "--", "true"], "nothing.json"),
        (["kernel", "-f", bench.file("broken.json", "{"), "--", "true"], "connection file"),
        (["kernel", "-f", bench.file("empty.json", "{}"), "--", "true"], "is no port"),
    ):
        finished = bench.call(*arguments)
        assert finished.status == 2, finished
        assert words in finished.said


def test_a_kernel_that_is_not_there_is_an_error(bench):
    ports = {f"{name}_port": port for name, port in zip(("shell", "iopub", "stdin", "control", "hb"), free_ports(5), strict=True)}
    file = bench.file("kernel-x.json", json.dumps({**ports, "ip": "127.0.0.1", "transport": "tcp", "key": "k"}))
    finished = bench.call("kernel", "-f", file, "--", "/nowhere/python", "-m", "ipykernel_launcher", "-f", "{private_connection_file}")
    assert finished.status == 2, finished
    assert "/nowhere/python" in finished.said


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
