"""`explain` on what people hand in: every kind of evidence once, bad input, and rules added at run time."""

import gzip
import json
import os
import random
import stat
import struct
import subprocess

import nbformat
import nbformat.v4
import pytest

pytestmark = pytest.mark.sanitized

APPLE_REPORT = {
    "pid": 812, "translated": True, "cpuType": "X86-64", "procName": "python3.10", "procPath": "/Users/USER/*/python3.10",
    "osVersion": {"train": "macOS 13.4", "build": "22F66"}, "modelCode": "MacBookAir10,1",
    "exception": {"type": "EXC_BAD_INSTRUCTION", "signal": "SIGILL", "codes": "0x1, 0x0"},
    "termination": {"namespace": "SIGNAL", "code": 4, "indicator": "Illegal instruction: 4"},
    "faultingThread": 0,
    "threads": [{"id": 1, "triggered": True, "frames": [{"imageOffset": 4096, "symbol": "start_up", "imageIndex": 0}]}],
    "usedImages": [{"name": "libfast.dylib", "path": "/Users/USER/*/libfast.dylib", "arch": "x86_64", "base": 4294967296}],
}


def apple_text():
    return json.dumps({"app_name": "python3.10", "bug_type": "309", "os_version": "macOS 13.4"}) + "\n" + json.dumps(APPLE_REPORT)


def explained(bench, *files, options=()):
    done = bench.call("explain", "--format", "json", *options, *files)
    assert done.status == 0, done
    return bench.report(done.stdout)


def written(bench, name, text):
    path = bench.folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        ("cpu_lacks_instruction", "os: Debian 12\ncpu: Intel Xeon X5570\n$ python3 train.py\nIllegal instruction (core dumped)\n"),
        ("translated_process", "os: macOS 13.2\ncpu: Apple M2\n>>> import fastlib\nzsh: illegal hardware instruction  python3\n"),
        ("cgroup_memory_limit", "[ 91.5] Memory cgroup out of memory: Killed process 77 (python3) total-vm:9kB, anon-rss:8kB\n"),
        ("host_memory_exhausted", "[ 91.5] Out of memory: Killed process 77 (python3) total-vm:9000kB, anon-rss:8000kB\n"),
        ("duplicate_openmp_runtime", "OMP: Error #15: Initializing libomp.dylib, but found libiomp5.dylib already initialized.\n"),
        ("shared_memory_limit", "RuntimeError: DataLoader worker (pid 31) is killed by signal: Bus error. It is possible that\n"),
        ("gpu_context_poisoned", "RuntimeError: CUDA error: device-side assert triggered\n"),
        ("fork_after_threads", "RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with\n"),
        ("unknown", "command terminated with exit code 137\n"),
        ("unknown", "[I 2026-01-02 10:00:00.000 ServerApp] Saving file at /a.ipynb\n"),
    ],
)
def test_a_text_names_its_cause(bench, cause, text):
    assert explained(bench, written(bench, "log.txt", text)).verdict["cause"] == cause


def test_facts_say_file_and_line(bench):
    report = explained(bench, written(bench, "a.log", "one\ntwo\npython3[7]: segfault at 0 ip 1 sp 2 error 4 in libx.so[0+1]\n"))
    sources = {fact["name"]: fact["source"] for fact in report["facts"]}
    assert sources["exit.signal"] == "a.log:3"
    assert report.facts["crash.image"] == "libx.so"


def test_an_apple_report_is_read_and_its_identifiers_are_not_told(bench):
    document = dict(APPLE_REPORT, crashReporterKey="11111111-AAAA-BBBB-CCCC-222222222222")
    text = apple_text().splitlines()[0] + "\n" + json.dumps(document)
    report = explained(bench, written(bench, "x", text))
    assert report.verdict["cause"] == "translated_process"
    assert report.facts["host.translation"] == "rosetta"
    assert "libfast.dylib" in report.fact_text("crash.frame")
    assert "222222222222" not in json.dumps(report.data)


def test_several_files_are_one_case_and_contradictions_are_shown(bench):
    first = written(bench, "a.txt", "os: macOS 14\narch: arm64\nzsh: illegal hardware instruction  python\n")
    second = written(bench, "b.txt", "os: Ubuntu 22.04\narch: x86_64\n")
    report = explained(bench, first, second)
    assert any("contradicts itself" in gap["why"] for gap in report["gaps"]), report


@pytest.mark.parametrize("pack", ["utf-16", "latin-1", "crlf", "gzip", "zstd"])
def test_encodings_and_packing(bench, pack):
    text = "caf\u00e9\nOMP: Error #15: Initializing libomp.dylib, but found libomp.dylib already initialized.\n"
    data = {
        "utf-16": lambda: text.encode("utf-16"),
        "latin-1": lambda: text.encode("latin-1"),
        "crlf": lambda: text.replace("\n", "\r\n").encode(),
        "gzip": lambda: gzip.compress(text.encode()),
        "zstd": lambda: zstd(text.encode()),
    }[pack]()
    report = explained(bench, written(bench, "log", data))
    assert report.verdict["cause"] == "duplicate_openmp_runtime"
    assert "log:2" in {fact["source"] for fact in report["facts"]}


def zstd(data):
    try:
        return subprocess.run(["zstd", "-q"], input=data, stdout=subprocess.PIPE, check=True).stdout
    except FileNotFoundError:
        # One frame with one raw block: magic, a header without sizes (window 1 KiB), the block.
        return b"\x28\xb5\x2f\xfd\x00\x00" + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def test_standard_input_and_a_pipe(bench):
    words = "Fatal Python error: Segmentation fault\nOMP: Error #15: Initializing a, but found b already initialized.\n"
    done = subprocess.run(
        [bench.program, "explain", "--format", "json", "-"], input=words.encode(), capture_output=True, check=False, env=bench.environment
    )
    assert json.loads(done.stdout)["verdict"]["cause"] == "duplicate_openmp_runtime"
    fifo = bench.folder / "fifo"
    os.mkfifo(fifo)
    running = bench.start("explain", "--format", "json", fifo)
    fifo.write_text(words)
    assert json.loads(running.finish().printed)["verdict"]["cause"] == "duplicate_openmp_runtime"


def test_a_notebook_tells_the_error_it_holds(bench):
    cell = nbformat.v4.new_code_cell("import x")
    cell.outputs = [
        nbformat.v4.new_output("error", ename="ImportError", evalue="numpy.core.multiarray failed to import",
                               traceback=["\x1b[0;31mImportError\x1b[0m: numpy.core.multiarray failed to import"])
    ]
    report = explained(bench, bench.notebook([cell]))
    assert report.verdict["cause"] == "library_abi_conflict"
    assert report.facts["python.error_type"] == "ImportError"


def test_our_own_report_explains_itself(bench):
    done = bench.call("exec", "--report", "r.json", "--", "sh", "-c", "kill -9 $$")
    report = explained(bench, bench.folder / "r.json")
    assert report.verdict["cause"] == json.loads((bench.folder / "r.json").read_text())["verdict"]["cause"], done


def test_html_is_the_page_of_report(bench):
    path = written(bench, "log", "OMP: Error #15: Initializing libomp.dylib, but found libomp.dylib <script>\n")
    page = bench.call("explain", "--format", "html", path).printed
    assert page.startswith("<!DOCTYPE html>") and "two" in page.lower() and "<script" not in page
    bench.call("explain", "-o", "out.html", path)
    out = bench.folder / "out.html"
    assert out.read_text() == page and stat.S_IMODE(out.stat().st_mode) == 0o600


def test_verbose_lists_what_was_not_understood(bench):
    path = written(bench, "log", "a line about nothing\nOMP: Error #15: Initializing a, but found b already initialized.\n")
    said = bench.call("explain", "--verbose", path).said
    assert "log:1: a line about nothing" in said
    assert "log:2" not in said


def test_a_rule_is_two_files(bench):
    folder = bench.folder / "rules" / "mine"
    folder.mkdir(parents=True)
    (folder / "flux.toml").write_text(
        """id = "mine/flux"
cause = "native_extension_bug"
title = "The flux capacitor failed"
weight = "likely"
[when]
all = [{ fact = "words.line", matches = 'flux capacitor overload' }]
[say]
what = "It said \\"{words}\\"."
why = "It cannot take more than 1.21 GW."
do = ["Lower the voltage."]
see = ["a test"]
"""
    )
    (folder / "flux.test.toml").write_text(
        """[[case]]
name = "said so"
expect = "match"
facts = { "words.line" = ["flux capacitor overload"] }
[[case]]
name = "said nothing"
expect = "no-match"
facts = { "words.line" = ["all is well"] }
"""
    )
    assert bench.call("rules", "test", "--rules", "rules").status == 0
    listed = [line for line in bench.call("rules", "list", "--rules", "rules").printed.splitlines() if line.startswith("mine/flux")]
    assert len(listed) == 1 and " 2 cases " in listed[0]
    path = written(bench, "log", "flux capacitor overload\n")
    assert explained(bench, path).verdict["cause"] == "unknown"
    assert explained(bench, path, options=["--rules", "rules"]).verdict["rule"] == "mine/flux"


class TestBadInput:
    """Each a clear message and no crash."""

    def test_nothing_readable_is_refused(self, bench):
        done = bench.call("explain", "absent.log")
        assert done.status == 2 and "absent.log" in done.said

    def test_one_unreadable_file_among_several_is_a_gap(self, bench):
        path = written(bench, "log", "OMP: Error #15: Initializing a, but found b already initialized.\n")
        report = explained(bench, path, bench.folder / "absent")
        assert report.verdict["cause"] == "duplicate_openmp_runtime"
        assert any("absent" in gap["what"] for gap in report["gaps"])

    def test_a_file_that_may_not_be_read(self, bench):
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        path = written(bench, "log", "x")
        path.chmod(0)
        assert bench.call("explain", path).status == 2

    @pytest.mark.parametrize("what", ["empty", "noise", "deep", "zeros"])
    def test_odd_bytes_are_unknown(self, bench, what):
        data = {"empty": b"", "noise": random.Random(1).randbytes(300_000), "deep": b'{"a":' * 100_000, "zeros": bytes(100_000)}[what]
        assert explained(bench, written(bench, "x", data)).verdict["cause"] == "unknown"

    def test_a_folder_of_ten_thousand_files(self, bench):
        folder = bench.folder / "many"
        folder.mkdir()
        for number in range(10_000):
            (folder / f"{number}.log").write_text("nothing\n")
        (folder / "z.log").write_text("OMP: Error #15: Initializing a, but found b already initialized.\n")
        done = bench.call("explain", "--format", "json", folder)
        assert done.status == 0, done
        assert any("10000" in gap["why"] or "10,000" in gap["why"] for gap in json.loads(done.printed)["gaps"])

    @pytest.mark.slow
    def test_a_line_of_100_megabytes(self, bench):
        path = bench.folder / "line"
        with open(path, "wb") as file:
            for _ in range(100):
                file.write(b"x" * 1_000_000)
            file.write(b" OMP: Error #15: Initializing a, but found b already initialized.")
        assert explained(bench, path).verdict["cause"] == "duplicate_openmp_runtime"

    @pytest.mark.slow
    def test_an_apple_report_cut_anywhere(self, bench):
        whole = apple_text().encode()
        for end in range(0, len(whole), 100):
            explained(bench, written(bench, "cut.ips", whole[:end]))

    @pytest.mark.slow
    def test_a_core_file_cut_anywhere(self, bench):
        core = real_core(bench)
        data = core.read_bytes()
        for end in range(0, min(len(data), 40 * 65536), 65536):
            report = explained(bench, written(bench, "core", data[:end]))
            assert report.verdict["cause"] in {"unknown", "native_extension_bug", "user_code_error"}
        assert explained(bench, core).facts["exit.signal"] == "SIGSEGV"


def real_core(bench):
    """A core file that this kernel wrote; skips where it writes none into the working folder."""
    pattern = open("/proc/sys/kernel/core_pattern").read().strip()
    if pattern.startswith("|") or "/" in pattern:
        pytest.skip(f"core files go to {pattern}")
    limit = "ulimit -c unlimited 2>/dev/null || exit 9; kill -SEGV $$"
    if subprocess.run(["bash", "-c", limit], cwd=bench.folder, check=False).returncode == 9:
        pytest.skip("core files may not be written")
    found = sorted(bench.folder.glob("core*"))
    if not found:
        pytest.skip("the kernel wrote no core file")
    return found[0]
