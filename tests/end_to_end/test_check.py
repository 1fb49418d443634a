"""`check`: environments that are healthy, and environments that were broken for real, one way each."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from multiprocessing import shared_memory

import conftest
import environments
import pytest
from conftest import needs
from supervised import supervise  # noqa: F401: a fixture

# Written without a doctor's own word for it: what the initialiser of a library does when it is loaded.
AVX512_AT_LOADING = """
#include <immintrin.h>
double table[8];
__attribute__((constructor)) static void fill(void) {
  _mm512_storeu_pd(table, _mm512_set1_pd(1.0));
}
"""
AVX512_ON_REQUEST = """
#include <immintrin.h>
double table[8];
__attribute__((target("avx512f"))) static void wide(void) { _mm512_storeu_pd(table, _mm512_set1_pd(1.0)); }
__attribute__((constructor)) static void fill(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) wide(); else table[0] = 1.0;
}
"""


@pytest.fixture
def patient(request):
    """A copy of this environment under the test's name, gone afterwards."""
    made = environments.copy_of_this(request.node.name)
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture
def bare(request):
    made = environments.empty(request.node.name)
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


def look(bench, patient, *options, status=None, **more):
    """The report of a look without probes."""
    finished = bench.call("check", "--no-probe", "--format", "json", "--python", patient, *options, **more)
    assert finished.status in ((0, 1) if status is None else (status,)), finished
    report = bench.report(finished.stdout)
    certain = any(finding["confidence"] == "certain" for finding in report["findings"])
    assert finished.status == (1 if certain else 0), finished
    return report


def found(report, rule):
    """The finding of that rule."""
    for finding in report["findings"]:
        if finding["rule"] == rule:
            return finding
    pytest.fail(f"{rule} was not found in {report}")


# Healthy


@pytest.mark.sanitized
def test_this_environment_is_healthy(bench):
    report = look(bench, sys.prefix, status=0)
    assert report["subject"] == "environment"
    assert report["verdict"] is None, report
    assert report.facts["python.architecture"] in ("x86_64", "arm64")
    finished = bench.call("check", "--no-probe", "--python", sys.executable)
    assert finished.status == 0 and "Nothing was found that would end a kernel." in finished.printed, finished
    assert "[✓]" in finished.printed and "[✗]" not in finished.printed


def test_a_kernelspec_leads_to_its_environment(bench):
    bench.kernelspec("mine", [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    finished = bench.call("check", "--no-probe", "--format", "json", "--kernel", "mine")
    assert finished.status == 0, finished
    assert bench.report(finished.stdout).facts["python.executable"] == sys.executable


def test_a_kernelspec_that_was_wrapped_is_looked_through(bench):
    inner = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    bench.kernelspec("wrapped", [bench.program, "kernel", "-f", "{connection_file}", "--", *inner])
    finished = bench.call("check", "--no-probe", "--format", "json", "--kernel", "wrapped")
    assert finished.status == 0, finished
    assert bench.report(finished.stdout)["findings"] == []


# Processors


@needs(conftest.why_no_emulator, conftest.why_no_tensorflow, conftest.why_sanitized)
def test_tensorflow_on_a_processor_without_avx(bench):
    report = look(bench, sys.prefix, "--wrap", "qemu-x86_64 -cpu Nehalem", status=1)
    finding = found(report, "check/cpu-lacks")
    assert finding["cause"] == "cpu_lacks_instruction"
    assert "libtensorflow_framework.so.2 needs avx" in finding["what"]
    assert report.verdict["rule"] == "check/cpu-lacks"
    # It is right: that very import ends so.
    died = subprocess.run(["qemu-x86_64", "-cpu", "Nehalem", sys.executable, "-c", "import tensorflow"], capture_output=True, check=False)
    assert died.returncode in (-signal.SIGILL, 128 + signal.SIGILL)


@needs(conftest.why_no_emulator, conftest.why_no_compiler, conftest.why_sanitized)
def test_an_initialiser_counts_and_a_dispatcher_does_not(bench, patient):
    suffix = environments.extension_suffix()
    for name, source, flags in (("eager", AVX512_AT_LOADING, ["-mavx512f"]), ("careful", AVX512_ON_REQUEST, [])):
        code = bench.file(f"{name}.c", source)
        target = patient.packages / f"{name}{suffix}"
        subprocess.run(["cc", "-O1", *flags, "-shared", "-fPIC", "-o", target, code], check=True)
    # A processor that has all that the rest needs.
    report = look(bench, patient.folder, "--wrap", "qemu-x86_64 -cpu max", status=1)
    finding = found(report, "check/cpu-lacks")
    assert f"eager{suffix} needs avx512f" in finding["what"]
    assert "careful" not in finding["what"]


def test_files_of_another_architecture(bench, patient):
    foreign = environments.wheel("regex==2024.11.6", "--platform", "manylinux2014_aarch64", "--python-version", "3.11")
    patient.unpack(foreign)
    report = look(bench, patient.folder, status=1)
    finding = found(report, "check/foreign-architecture")
    assert finding["cause"] == "wrong_architecture_library"
    assert "regex/_regex.cpython-311-aarch64-linux-gnu.so is made for arm64" in finding["what"]
    assert report["findings"] == [finding]


def test_files_of_another_system(bench, patient):
    patient.unpack(environments.wheel("MarkupSafe==2.1.5", "--platform", "macosx_10_9_x86_64", "--python-version", "3.11"))
    finding = found(look(bench, patient.folder, status=1), "check/foreign-architecture")
    assert "markupsafe/_speedups.cpython-311-darwin.so is made for macOS" in finding["what"]


# Files


def test_a_deleted_library(bench, patient):
    victim = patient.natives("numpy/linalg")[0]
    victim.unlink()
    report = look(bench, patient.folder, status=1)
    finding = found(report, "check/natives-missing")
    assert finding["cause"] == "broken_installation"
    assert str(victim.relative_to(patient.packages)) in finding["what"]
    assert any("--force-reinstall --no-deps numpy" in action for action in finding["do"])


def test_a_truncated_library(bench, patient):
    victim = patient.natives("numpy/linalg")[0]
    patient.replace(victim, victim.read_bytes()[:20_000])
    finding = found(look(bench, patient.folder, status=1), "check/files-broken")
    assert finding["cause"] == "broken_installation"
    assert str(victim.relative_to(patient.packages)) in finding["what"]


def test_hostile_files_do_no_harm(bench, patient):
    packages = patient.packages
    (packages / "empty.so").write_bytes(b"")
    with open(packages / "sparse.so", "wb") as file:
        file.write(b"\x7fELF\x02\x01\x01")
        file.truncate(1 << 30)
    (packages / "line\nbreak.so").write_bytes(b"\x7fELF" + b"\xff" * 200)
    os.mkfifo(packages / "pipe.so")
    (packages / "loop").symlink_to(packages)
    (packages / "dead.so").symlink_to("nowhere")
    (packages / "evil-1.0.dist-info").mkdir()
    (packages / "evil-1.0.dist-info/METADATA").write_bytes(b"Name: evil\nVersion: \x1b[31m\xff\n")
    (packages / "evil-1.0.dist-info/RECORD").write_bytes(b'"' + b"a" * 100_000)
    report = look(bench, patient.folder, status=1)
    finding = found(report, "check/files-broken")
    assert "sparse.so" in finding["what"]
    finished = bench.call("check", "--no-probe", "--python", patient.folder)
    assert "\x1b" not in finished.printed


# Libraries and versions


def test_two_openmp_runtimes(bench, patient):
    patient.unpack(environments.wheel("intel-openmp==2024.2.1", "--platform", "manylinux1_x86_64"))
    patient.unpack(environments.wheel("scikit-learn==1.7.2", "--platform", "manylinux2014_x86_64", "--python-version", "3.11"))
    report = look(bench, patient.folder)
    finding = found(report, "check/openmp-runtimes")
    assert finding["cause"] == "duplicate_openmp_runtime"
    assert "libiomp5" in finding["what"] and "scikit_learn.libs/libgomp" in finding["what"]


def test_extensions_for_numpy_1_under_numpy_2(bench, patient):
    patient.unpack(environments.wheel("PyWavelets==1.4.1", "--platform", "manylinux2014_x86_64", "--python-version", "3.11"))
    finding = found(look(bench, patient.folder, status=1), "check/numpy-abi")
    assert finding["cause"] == "library_abi_conflict"
    assert "of pywavelets 1.4.1" in finding["what"]
    # It is right.
    if sys.version_info[:2] == (3, 11):
        tried = subprocess.run([patient.python, "-c", "import pywt"], capture_output=True, check=False)
        assert tried.returncode != 0 and b"numpy" in tried.stderr.lower()


def test_a_new_protobuf_under_an_old_tensorflow(bench, bare):
    bare.unpack(environments.wheel("protobuf==7.34.0", "--platform", "manylinux2014_x86_64", "--python-version", "3.11"))
    info = bare.packages / "tensorflow-2.15.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tensorflow\nVersion: 2.15.1\n"
        "Requires-Dist: protobuf !=4.21.0,!=4.21.1,!=4.21.2,!=4.21.3,!=4.21.4,!=4.21.5,<5.0.0dev,>=3.20.3\n"
    )
    report = look(bench, bare.folder)
    finding = next(f for f in report["findings"] if f["rule"] in ("check/compat-protobuf", "check/requirements"))
    assert finding["cause"] == "library_abi_conflict"
    assert "protobuf" in finding["what"] and "7.34.0" in finding["what"]


@needs(conftest.why_no_compiler)
def test_a_library_that_is_nowhere(bench, patient):
    bench.file("gone.c", "int gone(void) { return 1; }")
    bench.file("needs.c", "int gone(void);\nint PyInit_needs(void) { return gone(); }")
    suffix = environments.extension_suffix()
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "libkmgone.so.7", "-Wl,-soname,libkmgone.so.7", "gone.c"], cwd=bench.folder, check=True)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", patient.packages / f"needs{suffix}", "needs.c", "./libkmgone.so.7"], cwd=bench.folder, check=True)
    finding = found(look(bench, patient.folder), "check/libraries-missing")
    assert finding["cause"] == "broken_installation"
    assert f"libkmgone.so.7, which needs{suffix} needs" in finding["what"]


@needs(conftest.why_no_compiler)
def test_a_helper_that_is_no_module_is_told_aside(bench, patient):
    """As debugpy's library for attaching, which needs a newer system than the rest of it."""
    bench.file("gone.c", "int gone(void) { return 1; }\n")
    bench.file("helper.c", "int gone(void);\nint attach(void) { return gone(); }\n")
    bench.file("module.c", "int gone(void);\nvoid *PyInit_module(void) { return (void *)(long)gone(); }\n")
    for name, *needed in (("libkmgone.so.7", "-Wl,-soname,libkmgone.so.7", "gone.c"), ("helper.so", "helper.c", "./libkmgone.so.7")):
        subprocess.run(["cc", "-shared", "-fPIC", "-o", name, *needed], cwd=bench.folder, check=True)
    (patient.packages / "helper.so").write_bytes((bench.folder / "helper.so").read_bytes())
    finding = found(look(bench, patient.folder, status=0), "check/lacking-aside")
    assert finding["confidence"] == "possible"
    assert "helper.so" in finding["what"]
    # The same need in a module is sure to be felt.
    subprocess.run(["cc", "-shared", "-fPIC", "-o", patient.packages / "module.so", "module.c", "./libkmgone.so.7"], cwd=bench.folder, check=True)
    finding = found(look(bench, patient.folder), "check/libraries-missing")
    assert "module.so" in finding["what"]


# Kernels


def test_no_ipykernel(bench, patient):
    patient.remove("ipykernel")
    finding = found(look(bench, patient.folder, status=1), "check/kernel-packages")
    assert finding["cause"] == "kernel_startup_failure"
    assert "Not in this environment: ipykernel." in finding["what"]


def test_a_kernelspec_with_a_dead_path(bench):
    bench.kernelspec("dead", ["/gone/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    finding = found(look(bench, sys.prefix, status=0), "check/kernelspec-dead")
    assert finding["cause"] == "kernel_startup_failure"
    assert "/gone/bin/python is not there" in finding["what"] and "kernel.json" in finding["what"]


def test_a_kernel_that_was_asked_for_with_a_dead_path(bench):
    bench.kernelspec("dead", ["/gone/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    finished = bench.call("check", "--format", "json", "--kernel", "dead")
    assert finished.status == 1, finished
    assert found(bench.report(finished.stdout), "check/kernelspec-dead")["deadly"]


def test_a_bare_python_in_a_kernelspec(bench):
    bench.kernelspec("bare", ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    finding = found(look(bench, sys.prefix, status=0), "check/kernelspec-notes")
    assert "whatever `python` is first on PATH" in finding["what"]


def test_an_environment_whose_python_is_gone(bench, patient):
    patient.python.unlink()
    patient.python.symlink_to("/gone/bin/python3.11")
    finding = found(look(bench, patient.folder, status=1), "check/interpreter-gone")
    assert "/gone/bin/python3.11" in finding["what"]


# Surroundings


def test_a_file_that_hides_random(bench):
    bench.file("random.py", "x = 1\n")
    finding = found(look(bench, sys.prefix, status=0), "check/shadowing")
    assert finding["cause"] == "shadowed_module"
    assert str(bench.folder / "random.py") in finding["what"]


def test_a_file_that_keeps_kernels_from_starting(bench):
    bench.file("enum.py", "x = 1\n")
    finding = found(look(bench, sys.prefix, status=1), "check/shadowing-start")
    assert str(bench.folder / "enum.py") in finding["what"]


@needs(lambda: None if pathlib.Path("/dev/shm").is_dir() else "no /dev/shm here")
def test_a_stale_segment(bench):
    segment = shared_memory.SharedMemory(create=True, size=4096)
    try:
        name = f"/dev/shm/{segment.name}"
        assert name not in json.dumps(look(bench, sys.prefix)["findings"]), "this process has it mapped"
        segment.close()
        finding = found(look(bench, sys.prefix), "check/shared-memory-stale")
        assert finding["cause"] == "shared_memory_limit"
        assert name in finding["what"] + json.dumps(look(bench, sys.prefix).facts)
    finally:
        segment.unlink()


@needs(conftest.why_no_private_mounts, conftest.why_no_tensorflow)
def test_a_small_shared_memory(bench):
    small = ["unshare", "-m", "--propagation", "private", "sh", "-c", 'mount -t tmpfs -o size=64m none /dev/shm && exec "$@"', "sh"]
    finding = found(look(bench, sys.prefix, before=small), "check/shared-memory-small")
    assert finding["cause"] == "shared_memory_limit"
    assert "64 MiB" in finding["what"] or "64.0 MiB" in finding["what"]


@needs(lambda: None if shutil.which("prlimit") else "no prlimit here")
def test_few_processes_are_allowed(bench):
    finding = found(look(bench, sys.prefix, before=["prlimit", "--nproc=40"]), "check/thread-limit")
    assert finding["cause"] == "thread_or_process_limit"
    assert "40 processes" in finding["what"]


def test_variables_that_hurt(bench):
    finding = found(look(bench, sys.prefix, environment={"KMP_DUPLICATE_LIB_OK": "TRUE"}), "check/variables")
    assert "KMP_DUPLICATE_LIB_OK" in finding["what"]
    assert "TRUE" not in json.dumps(finding), "values of variables stay out"


# Probes


def probed(bench, patient, name, *options):
    finished = bench.call("check", "--format", "json", "--python", patient, "--probe", name, *options)
    report = bench.report(finished.stdout)
    assert [answer["probe"] for answer in report["probes"]] == [name]
    return finished, report, report["probes"][0]


@pytest.mark.slow
@needs(conftest.why_sanitized)
def test_every_probe_of_this_environment_passes(bench):
    finished = bench.call("check", "--format", "json", "--python", sys.executable)
    assert finished.status == 0, finished
    report = bench.report(finished.stdout)
    assert report["findings"] == []
    outcomes = {answer["probe"]: answer["outcome"] for answer in report["probes"]}
    assert {"interpreter", "import-ipykernel", "import-numpy", "threads-numpy", "fork-numpy", "memory", "kernel"} <= set(outcomes)
    assert set(outcomes.values()) <= {"passed", "skipped"}, outcomes
    assert not bench.home.exists() or bench.cases() == []


@needs(conftest.why_no_emulator, conftest.why_no_tensorflow, conftest.why_sanitized)
def test_a_probe_agrees_with_the_look(bench):
    finished, report, answer = probed(bench, sys.prefix, "import-tensorflow", "--wrap", "qemu-x86_64 -cpu Nehalem")
    assert finished.status == 1
    assert answer["outcome"] == "died" and "libtensorflow_framework.so.2 was being loaded" in answer["says"]
    seen = found(report, "check/cpu-lacks")
    happened = next(finding for finding in report["findings"] if not finding["rule"].startswith("check/"))
    assert seen["cause"] == happened["cause"] == "cpu_lacks_instruction"
    assert seen["deadly"] and happened["deadly"]
    assert "probe import-tensorflow" in json.dumps(report["facts"])


def test_an_import_that_fails_is_a_finding(bench, patient):
    patient.remove("ipykernel")
    finished, report, answer = probed(bench, patient.folder, "import-ipykernel")
    assert finished.status == 1
    assert answer["outcome"] == "failed" and "No module named 'ipykernel'" in answer["says"]
    assert {finding["cause"] for finding in report["findings"]} == {"kernel_startup_failure"}


@needs(conftest.why_no_compiler)
def test_an_import_that_kills_is_a_finding(bench, patient):
    init = patient.packages / "ipykernel/__init__.py"
    patient.replace(init, b"import ctypes\nctypes.string_at(0)\n")
    finished, report, answer = probed(bench, patient.folder, "import-ipykernel")
    assert finished.status == 1
    assert answer["outcome"] == "died" and "SIGSEGV" in answer["says"]
    assert any(finding["deadly"] and "Does ipykernel import?" in finding["what"] for finding in report["findings"])


def test_an_unknown_probe(bench):
    finished = bench.call("check", "--probe", "gone")
    assert finished.status == 2 and "import-numpy" in finished.said, finished


# Repairs


def test_there_is_nothing_to_repair(bench):
    finished = bench.call("check", "--no-probe", "--fix", "--python", sys.prefix)
    assert finished.status == 0 and "There is nothing to repair." in finished.printed, finished


@pytest.mark.slow
def test_the_script_makes_an_environment_that_works(bench, bare):
    for requirement in ("PyWavelets==1.4.1", "numpy==2.2.6"):
        bare.unpack(environments.wheel(requirement, "--platform", "manylinux2014_x86_64", "--python-version", "3.11"))
    look = bench.call("check", "--no-probe", "--fix", "--python", bare.folder)
    assert look.status == 1, look
    script = bench.file("fix.sh", look.printed)
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0, look
    fresh = pathlib.Path(f"{bare.folder}-medic")
    shutil.rmtree(fresh, ignore_errors=True)
    before = sorted(bare.folder.rglob("*"))
    try:
        made = subprocess.run(["sh", script], env=bench.environment, capture_output=True, check=False)
        if b"No matching distribution" in made.stderr or b"Could not find a version" in made.stderr:
            pytest.skip("the index cannot be reached")
        assert made.returncode == 0, made.stderr[-2000:]
        assert subprocess.run([fresh / "bin/python", "-c", "import pywt, ipykernel"], check=False).returncode == 0
        again = bench.call("check", "--no-probe", "--python", fresh)
        assert again.status == 0, again
        assert sorted(bare.folder.rglob("*")) == before, "the old environment stays as it is"
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@needs(lambda: None if shutil.which("jupyter", path=str(pathlib.Path(sys.executable).parent)) else "no jupyter command here")
def test_jupyter_medic_is_the_doctor(bench):
    path = f"{bench.program.parent}:{bench.environment['PATH']}"
    done = subprocess.run(["jupyter", "medic", "--no-probe", "--python", sys.prefix], env={**bench.environment, "PATH": path}, capture_output=True, check=False)
    assert done.returncode == 0 and b"Nothing was found" in done.stdout, done


# At the start of a run


@needs(conftest.why_no_emulator, conftest.why_no_tensorflow, conftest.why_sanitized)
def test_a_sure_killer_is_told_before_it_kills(bench):
    wrap = ("--wrap", "qemu-x86_64 -cpu Nehalem")  # the kernel starts slowly there: the look is done before the first cell
    finished = bench.run(["1 + 1"], *wrap)
    assert finished.status == 0, finished
    assert finished.tells("before it dies: Installed libraries need instructions that this processor lacks"), finished
    texts = [output.get("data", {}).get("text/plain", "") for output in bench.out().cells[0].outputs]
    assert any("Seen before it happens" in text and "needs avx" in text for text in texts), texts
    kept = list((bench.home / "checks").glob("*.json"))
    assert len(kept) == 1
    again = bench.run(["2 + 2"], *wrap)
    assert again.tells("before it dies"), again
    assert list((bench.home / "checks").glob("*.json")) == kept, "what was found is remembered"


@needs(conftest.why_no_emulator, conftest.why_no_tensorflow, conftest.why_sanitized)
def test_a_sure_killer_is_told_behind_the_proxy(bench, supervise):
    kernel = supervise(ready=False)
    kernel.manager.kernel_spec.argv[:0] = ["qemu-x86_64", "-cpu", "Nehalem"]
    kernel.start()
    first = kernel.run("1 + 1")
    assert "Seen before it happens" in first.shown and "needs avx" in first.shown, first
    assert "before it dies" in kernel.said()


def test_a_healthy_environment_is_not_warned_of(bench):
    finished = bench.run(["import time; time.sleep(1)", "1 + 1"])
    assert finished.status == 0 and not finished.tells("before it dies"), finished
    assert not [output for cell in bench.out().cells for output in cell.outputs if "Seen before" in json.dumps(output)]


# Macs, from here: real wheels, fetched on demand


MAC = pathlib.Path(os.environ.get("KM_MAC_WHEELS", environments.ROOT / "build/mac-wheels"))
needs_mac_wheels = needs(lambda: None if (MAC / "pair-2.20.0-1.2.0").is_dir() else f"no wheels of Macs here: scripts/fetch_mac_wheels {MAC}")


@needs_mac_wheels
@pytest.mark.parametrize(
    ("tensorflow", "metal", "libraries", "symbols"),
    [("2.18.1", "1.1.0", 0, 1), ("2.19.1", "1.1.0", 0, 1), ("2.18.1", "1.2.0", 0, 0), ("2.19.1", "1.2.0", 0, 0), ("2.20.0", "1.1.0", 1, 44), ("2.20.0", "1.2.0", 1, 38)],
)
def test_whether_tensorflow_metal_can_load(bench, tensorflow, metal, libraries, symbols):
    report = look(bench, MAC / f"pair-{tensorflow}-{metal}", "--platform", "macos-15-arm64")
    missing = report.facts["scan.metal_missing"] or []
    assert sum(one.startswith("library ") for one in missing) == libraries
    assert sum(one.startswith("symbol ") for one in missing) == symbols
    rules = {finding["rule"]: finding for finding in report["findings"]}
    assert ("check/metal-symbols" in rules) == bool(missing)
    if missing:
        assert rules["check/metal-symbols"]["cause"] == "gpu_driver_mismatch"


@needs_mac_wheels
def test_an_intel_tensorflow_on_apple_silicon(bench):
    environment = MAC / "tensorflow-2.16.2-x86_64"
    old = found(look(bench, environment, "--platform", "macos-14-arm64", status=1), "check/rosetta-old")
    assert old["cause"] == "translated_process" and old["confidence"] == "certain"
    assert "tensorflow/libtensorflow_framework.2.dylib needs avx" in old["what"]
    assert "translates no AVX" in old["why"] and "macOS 27" in old["why"]
    new = found(look(bench, environment, "--platform", "macos-15-arm64"), "check/rosetta-new")
    assert new["cause"] == "translated_process" and new["confidence"] == "likely"
    assert "translates AVX and AVX2 but does not tell" in new["why"]
    native = look(bench, environment, "--platform", "macos-13-x86_64")
    assert not [finding for finding in native["findings"] if finding["cause"] == "translated_process"]


# Bad input


def test_what_cannot_be_looked_at(bench):
    for arguments in (["--python", "/gone"], ["--python", bench.folder], ["--kernel", "gone"], ["--platform", "amiga-500"], ["--wrap", "'"]):
        finished = bench.call("check", "--no-probe", *arguments)
        assert finished.status == 2, finished
        assert finished.said.startswith("kernelmedic: ") and len(finished.said.splitlines()) >= 2, finished
