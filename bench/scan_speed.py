"""A static look at this environment (TensorFlow and all): `check --no-probe` beside the bare walk, readelf, pyelftools and lief."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from common import PYTHON, ROOT, told, tool

WALK = "import os, sys\nfor _ in os.walk(sys.argv[1]): pass"
# The same headers that check reads: dynamic section, needed libraries, versions.
ELFTOOLS = """
import pathlib, sys
from elftools.elf.elffile import ELFFile
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        elf = ELFFile(file)
        for segment in elf.iter_segments():
            if segment.header.p_type == "PT_DYNAMIC":
                [tag.entry for tag in segment.iter_tags()]
"""
LIEF = "import lief, sys\nfor path in sys.argv[1:]: lief.parse(path)"


def venv_with_readers():
    """pyelftools and lief in an environment of their own, so that they are not in the one that is looked at."""
    folder = ROOT / "build/bench-venv"
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([PYTHON, "-m", "venv", folder], check=True)
    done = subprocess.run([python, "-m", "pip", "install", "-q", "pyelftools", "lief"], capture_output=True, check=False)
    return python if done.returncode == 0 else None


def seconds(argv):
    begin = time.monotonic()
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.monotonic() - begin


def is_native(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    environment = pathlib.Path(PYTHON).parent.parent
    packages = next(environment.glob("lib/python3.*/site-packages"))
    files = sum(len(names) for _, _, names in os.walk(packages))
    natives = [str(path) for path in packages.rglob("*.so*") if is_native(path)]
    peers = {
        "kernelmedic check --no-probe": [tool(), "check", "--no-probe", "--python", environment],
        "walking the folders (os.walk)": [PYTHON, "-c", WALK, packages],
    }
    if shutil.which("readelf"):
        peers["readelf -d -V of the native files"] = ["readelf", "-d", "-V", *natives]
    readers = venv_with_readers()
    if readers:
        peers["pyelftools, dynamic sections"] = [readers, "-c", ELFTOOLS, *natives]
        peers["lief.parse"] = [readers, "-c", LIEF, *natives]
    else:
        print("  pyelftools and lief cannot be installed here: left out")
    print(f"{files} files, {len(natives)} native, {runs} runs each (lief once), warm")
    seconds(peers["kernelmedic check --no-probe"])
    medians = {}
    for name, argv in peers.items():
        medians[name] = told(name, [seconds(argv) for _ in range(1 if name.startswith("lief") else runs)], digits=3)
    ours = medians["kernelmedic check --no-probe"]
    for name in list(peers)[1:]:
        print(f"  check / {name}: {ours / medians[name]:.2f}")
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "KERNELMEDIC_HOME": home}
        again = [tool(), "check", "--no-probe", "--recall", "--format", "json", "--python", environment]
        subprocess.run(again, env=env, stdout=subprocess.DEVNULL, check=False)
        begin = time.monotonic()
        subprocess.run(again, env=env, stdout=subprocess.DEVNULL, check=False)
        print(f"  at the start of a kernel, nothing changed: {1000 * (time.monotonic() - begin):.0f} ms")
    child = subprocess.Popen(peers["kernelmedic check --no-probe"], stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    print(f"  memory at most: {usage.ru_maxrss / 1024:.0f} MiB")
    if shutil.which("strace"):
        log = subprocess.run(["strace", "-f", "-e", "trace=pread64", *peers["kernelmedic check --no-probe"]], capture_output=True, text=True, check=False)
        print(f"  reads: {log.stderr.count('pread64(') / len(natives):.1f} a native file")


if __name__ == "__main__":
    main()
