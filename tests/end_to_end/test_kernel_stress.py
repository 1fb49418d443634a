"""`kernelmedic kernel` under what must not bring it down. The long ones run where KM_NIGHTLY is set (make nightly)."""

import os
import pathlib
import signal
import socket

import pytest
import zmq
from conftest import PATIENCE
from supervised import supervise  # noqa: F401: a fixture

KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
MIB = 1 << 20


def nightly(test):
    without = pytest.mark.skipif(not os.environ.get("KM_NIGHTLY"), reason="takes minutes: KM_NIGHTLY=1, as make nightly sets it")
    return pytest.mark.slow(without(test))


def memory_of(pid, what="VmHWM"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split(f"{what}:")[1].split()[0]) / 1024


def held(pid):
    root = pathlib.Path(f"/proc/{pid}")
    return len(list((root / "fd").iterdir())), len(list((root / "task").iterdir()))


def test_peers_that_say_half_a_word_and_stay(supervise):
    kernel = supervise()
    peers = []
    for port in (kernel.manager.shell_port, kernel.manager.iopub_port, kernel.manager.hb_port) * 10:
        peer = socket.create_connection(("127.0.0.1", port))
        peer.sendall(b"\xff\0\0\0\0\0\0\0\x01\x7f\x03")  # the beginning of a ZMTP greeting
        peers.append(peer)
    for peer in peers[::3]:
        peer.shutdown(socket.SHUT_WR)
    assert kernel.run("print('heard')").text == "heard\n"
    assert kernel.run(KILL).reply["ename"] == "KernelDied"
    assert kernel.run("print('heard')").text == "heard\n"
    for peer in peers:
        peer.close()


def test_a_state_folder_that_takes_nothing(supervise):
    kernel = supervise(environment={"KERNELMEDIC_HOME": "/proc/no/such/folder"})
    died = kernel.run(KILL)
    assert died.reply["ename"] == "KernelDied"
    assert died.verdicts
    assert kernel.run("print('on')").text == "on\n"


@pytest.mark.slow
def test_a_client_that_reads_nothing_stops_nobody_for_long(supervise):
    kernel = supervise()
    stuck = kernel.manager.context.socket(zmq.SUB)
    stuck.rcvhwm = 1
    stuck.rcvbuf = 4096
    stuck.connect(kernel.client._make_url("iopub"))
    stuck.subscribe(b"")
    assert stuck.poll(PATIENCE * 1000)  # its subscription has arrived; it reads nothing of it
    flood = kernel.run("from IPython.display import display\nfor i in range(60): display({'text/plain': str(i) + 'x' * 1000000}, raw=True)")
    shown = [content["data"]["text/plain"] for content in flood.of("display_data")]
    assert [text[:2].strip("x") for text in shown] == [str(i) for i in range(60)]
    assert memory_of(kernel.pid) < 64
    stuck.close(0)


@nightly
def test_a_huge_frame_is_refused_and_nothing_else_is(supervise):
    kernel = supervise()
    session = kernel.client.session
    message = session.msg("comm_msg", {"comm_id": "x", "data": {}})
    frames = session.serialize(message)
    huge = kernel.manager.context.socket(zmq.DEALER)
    huge.linger = 0
    huge.connect(kernel.client._make_url("shell"))
    huge.send_multipart([*frames, bytes(600 * MIB)], copy=False)
    for _ in range(3):
        assert kernel.run("print('here')").text == "here\n"
    huge.close(0)
    assert memory_of(kernel.pid) < 300


@nightly
def test_ten_thousand_cells(supervise):
    kernel = supervise()
    for i in range(2000):
        kernel.run(f"x{i % 50} = {i}")
    before = memory_of(kernel.pid, "VmRSS"), held(kernel.pid)
    for i in range(8000):
        assert kernel.run(f"x{i % 50} = {i}").reply["status"] == "ok"
    after = memory_of(kernel.pid, "VmRSS"), held(kernel.pid)
    assert after[0] - before[0] < 2, (before, after)
    assert after[1] == before[1]


@nightly
@pytest.mark.timeout(3000)
def test_a_thousand_deaths_in_a_row(supervise, bench):
    kernel = supervise("--max-deaths", "0")
    for _ in range(50):
        kernel.run("import os; os._exit(9)")
    kernel.run("1")
    before = memory_of(kernel.pid, "VmRSS"), held(kernel.pid)
    for _ in range(950):
        assert kernel.run("import os; os._exit(9)").reply["ename"] == "KernelDied"
    kernel.run("1")
    after = memory_of(kernel.pid, "VmRSS"), held(kernel.pid)
    assert after[0] - before[0] < 4, (before, after)
    assert after[1] == before[1]
    assert len(list((bench.home / "cases").iterdir())) <= 201


@nightly
def test_a_kernel_that_is_stopped_and_killed(supervise):
    kernel = supervise()
    pid = kernel.kernel_pid()
    os.kill(pid, signal.SIGSTOP)
    requests = [kernel.send(f"print({i})") for i in range(200)]
    os.kill(pid, signal.SIGKILL)
    answers = [kernel.collect(request) for request in requests]
    assert answers[0].reply["ename"] == "KernelDied"
    assert all(answer.reply["status"] == "aborted" for answer in answers[1:])
    assert kernel.run("print('on')").text == "on\n"
