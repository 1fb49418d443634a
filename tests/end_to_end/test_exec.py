"""`kernelmedic exec`: the same watch over any program, which must not notice it."""

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest
from conftest import is_alive, needs, ready, wait_for, why_no_memory_cgroup


def python(source):
    return ["--", sys.executable, "-c", source]


def exec_(bench, *arguments, **options):
    return bench.call("exec", "--guard", "off", "--report", bench.folder / "report.json", *arguments, **options)


@pytest.mark.sanitized
def test_streams_pass_untouched(bench):
    source = "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 4096)\nsys.stderr.buffer.write(b'to stderr \\xff\\x00\\n')"
    finished = bench.call("exec", "--guard", "off", *python(source))
    assert finished.status == 0, finished
    assert finished.stdout == bytes(range(256)) * 4096
    # Nothing of ours: a program that is well is not talked about.
    assert finished.stderr == b"to stderr \xff\x00\n"
    assert bench.cases() == []


def test_standard_input_passes(bench):
    process = subprocess.run(
        [bench.program, "exec", "--guard", "off", "--", "tr", "a-z", "A-Z"], input=b"hello\n", capture_output=True, env=bench.environment, timeout=60, check=False
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"HELLO\n", b"")


@pytest.mark.parametrize("code", [0, 1, 3, 42, 255])
def test_exit_status_is_the_programs(bench, code):
    finished = exec_(bench, *python(f"import sys; sys.exit({code})"))
    assert finished.status == code, finished


@pytest.mark.sanitized
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_death_by_a_signal(bench, name):
    number = getattr(signal, name)
    finished = exec_(bench, *python(f"import os, signal; os.kill(os.getpid(), signal.{name})"))
    assert finished.status == 128 + number, finished
    report = bench.report()
    assert report["subject"] == "program"
    assert report.death["signal"] == name
    assert finished.tells(report.verdict["title"])
    assert len(bench.cases()) == 1


def test_python_traceback_of_a_crash_is_read(bench):
    finished = exec_(bench, *python("import faulthandler; faulthandler.enable()\nimport ctypes\nctypes.string_at(0)"))
    assert finished.status == 128 + signal.SIGSEGV
    assert "Segmentation fault" in bench.report().facts["python.fatal_error"]
    # It still reached the terminal as the program wrote it.
    assert "Fatal Python error: Segmentation fault" in finished.said


def test_an_ordinary_failure_gets_no_verdict(bench):
    finished = exec_(bench, *python("raise ValueError('on purpose')"))
    assert finished.status == 1, finished
    assert finished.said.count("ValueError: on purpose") == 1
    assert bench.cases() == []


@needs(why_no_memory_cgroup)
def test_memory_limit(bench):
    finished = exec_(bench, "--memory-limit", "200M", *python("blocks = []\nwhile True: blocks.append(b'x' * (8 << 20))"))
    assert finished.status == 137, finished
    report = bench.report()
    assert report.verdict["cause"] == "cgroup_memory_limit", report
    assert report.verdict["confidence"] == "certain"
    assert report.death["memory"]["limit_bytes"] == 200 << 20


def test_a_program_that_is_not_there(bench):
    finished = exec_(bench, "--", "/no/such/program")
    assert finished.status == 127, finished
    assert "/no/such/program" in finished.said


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1"])
def test_signals_are_forwarded_as_they_are(bench, name):
    source = f"""
import os, signal, sys, time
def got(number, frame):
    sys.exit(number)
signal.signal(signal.{name}, got)
{ready()}
time.sleep(600)"""
    run = bench.start("exec", "--guard", "off", *python(source))
    bench.wait_for_file("ready")
    run.signal(getattr(signal, name))
    finished = run.finish()
    assert finished.status == getattr(signal, name), finished
    assert bench.cases() == []


def in_terminal(bench, command, keys=b"", rows=(41, 123)):
    """Runs a command on a terminal of its own; what appeared there and the status."""
    import fcntl
    import struct
    import termios

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(bench.folder)
        os.execve(command[0], [str(word) for word in command], bench.environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *rows, 0, 0))
    seen = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if keys and b"?" in seen:
            os.write(terminal, keys)
            keys = b""
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return seen.decode(errors="replace"), os.waitstatus_to_exitcode(status)


def test_terminal_passes_through(bench):
    source = "import os, sys; print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty()); print(input('name? ') + '!')"
    seen, status = in_terminal(bench, [bench.program, "exec", "--guard", "off", "--", sys.executable, "-c", source], keys=b"you\n")
    assert status == 0, seen
    assert "True True True" in seen
    assert "you!" in seen


def test_ctrl_c_in_a_terminal_reaches_the_program_once(bench):
    """The terminal signals the whole group; a second one from us would end what handles the first."""
    source = """
import signal, sys, time
count = 0
def got(number, frame):
    global count
    count += 1
signal.signal(signal.SIGINT, got)
print('ready?', flush=True)
end = time.monotonic() + 60
while count == 0 and time.monotonic() < end: time.sleep(0.01)
end = time.monotonic() + 0.5  # a second one would come within this time
while count == 1 and time.monotonic() < end: time.sleep(0.01)
print('count', count, flush=True)"""
    script = bench.file("counting.py", source)
    # With its output in a pipe the program stays in the terminal's foreground group beside us.
    piped = f"{bench.program} exec --guard off -- {sys.executable} {script} | (trap '' INT; cat)"
    for command in ([bench.program, "exec", "--guard", "off", "--", sys.executable, script], ["/bin/sh", "-c", piped]):
        seen, _ = in_terminal(bench, command, keys=b"\x03")
        assert "count 1" in seen, seen


def test_terminal_size_is_the_real_one(bench):
    source = "import os\nsize = os.get_terminal_size()\ninput('go? ')\nsize = os.get_terminal_size()\nprint(size.lines, size.columns)"
    seen, status = in_terminal(bench, [bench.program, "exec", "--guard", "off", "--", sys.executable, "-c", source], keys=b"\n")
    assert status == 0, seen
    assert "41 123" in seen


def test_crash_in_a_terminal_keeps_the_last_words(bench):
    source = "import faulthandler, ctypes; faulthandler.enable(); ctypes.string_at(0)"
    seen, status = in_terminal(
        bench, [bench.program, "exec", "--guard", "off", "--report", "report.json", "--", sys.executable, "-c", source]
    )
    assert status == 128 + signal.SIGSEGV, seen
    assert "Fatal Python error" in seen
    assert "Segmentation fault" in bench.report().facts["python.fatal_error"]


@pytest.mark.sanitized
def test_the_program_outlives_a_killed_kernelmedic(bench):
    source = f"""
import os, time
{ready('os.getpid()')}
while not os.path.exists('go on'): time.sleep(0.01)
print('still here', flush=True)
open('done', 'w').close()"""
    run = bench.start("exec", "--guard", "off", *python(source))
    pid = int(bench.wait_for_file("ready"))
    run.signal(signal.SIGKILL)
    run.process.wait(60)
    assert is_alive(pid)
    bench.file("go on", "")
    bench.wait_for_file("done")
    wait_for(lambda: not is_alive(pid), "the end of the program")
    # Its output still arrives where it was meant to go.
    assert run.process.stdout.read() == b"still here\n"


def test_a_child_that_holds_the_output_open_does_not_hold_us(bench):
    """A daemon that a program leaves behind keeps the pipe: the end of the program is the end."""
    source = "import subprocess, sys\nchild = subprocess.Popen(['sleep', '600'])\nprint(child.pid, flush=True)"
    out = bench.folder / "printed"
    with open(out, "wb") as file:
        process = subprocess.Popen(
            [bench.program, "exec", "--guard", "off", *python(source)], stdout=file, stderr=subprocess.DEVNULL, env=bench.environment
        )
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
    pid = int(out.read_text())
    assert is_alive(pid)
    os.kill(pid, signal.SIGKILL)


def test_large_output_keeps_its_order_and_ends(bench):
    source = "import sys\nfor i in range(200000): sys.stdout.write(f'{i}\\n')"
    finished = bench.call("exec", "--guard", "off", *python(source))
    assert finished.status == 0
    assert finished.stdout == b"".join(b"%d\n" % i for i in range(200000))


def test_options_after_the_dashes_are_the_programs(bench):
    finished = bench.call("exec", "--guard", "off", "--", sys.executable, "-c", "import sys; print(sys.argv[1:])", "--help", "--version", "--", "-x")
    assert finished.status == 0, finished
    assert finished.printed == "['--help', '--version', '--', '-x']\n"
