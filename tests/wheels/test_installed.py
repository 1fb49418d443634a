"""The wheel installed where nothing else of ours is: a fresh environment here, and one in a bare Debian 11."""
import os
import pathlib
import platform as machine
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, wheel_of

EXERCISE = ROOT / "tests/wheels/exercise.sh"
HOURS = 3600
PLATFORM = f"manylinux_2_17_{machine.machine()}"


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=HOURS, check=False, **options)
    print(done.stdout[-6000:])
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def test_in_a_fresh_environment(tmp_path):
    said = run([str(EXERCISE), sys.executable, str(wheel_of(PLATFORM)), str(tmp_path / "fresh")])
    assert said.rstrip().endswith("whole")


def test_jupyterlab_shows_the_verdict(tmp_path):
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed")
    python = tmp_path / "venv/bin/python"
    run([sys.executable, "-m", "venv", str(tmp_path / "venv")])
    lists = (ROOT / "scripts/requirements.txt").read_text() + (ROOT / "scripts/requirements-test.txt").read_text()
    needed = [line for line in lists.splitlines() if line and not line.startswith(("#", "tensorflow", "papermill", "jupyter-console"))]
    run([str(python), "-m", "pip", "install", "-q", str(wheel_of(PLATFORM)), *needed])
    run([str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(ROOT / "tests/end_to_end/test_front_ends.py"),
         "-k", "test_a_person_sees_why_and_works_on and lab"],
        env={**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}", "KERNELMEDIC": str(python.parent / "kernelmedic"),
             "KM_SCREENS": str(tmp_path / "screens")})


# One that Debian 12's libraries would not fit into.
@pytest.mark.skipif(os.geteuid() != 0, reason="making a root needs root")
def test_in_a_bare_debian_11(tmp_path):
    if shutil.which("debootstrap") is None:
        pytest.skip("no debootstrap; type: apt-get install debootstrap")
    root = pathlib.Path(os.environ.get("KM_OLD_ROOT", tmp_path / "root"))
    if not (root / "usr/bin/python3").exists():
        run(["debootstrap", "--variant=minbase", "--include=python3-venv,python3-pip,ca-certificates", "bullseye", str(root)])
    wheel = wheel_of(PLATFORM)
    for source in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"):
        if pathlib.Path(source).exists():
            shutil.copy(source, str(root) + source)
    shutil.copy(wheel, root / "tmp" / wheel.name)
    shutil.copy(EXERCISE, root / "tmp/exercise.sh")
    # Mounts of its own, gone with the process.
    said = run(["unshare", "--mount", "sh", "-c",
                'mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" && mount -t tmpfs none "$0/dev/shm" && '
                'rm -rf "$0/tmp/work" && exec chroot "$0" /tmp/exercise.sh python3 "/tmp/$1" /tmp/work', str(root), wheel.name],
               env={**{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "http", "HTTP", "no_", "NO_"))},
                    "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "LC_ALL": "C.UTF-8"})
    assert said.rstrip().endswith("whole")
