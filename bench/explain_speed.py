"""How fast `kernelmedic explain` reads large logs, beside ripgrep, RE2::Set and Hyperscan with 150 patterns of the same kind."""
import gzip
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from common import ROOT, told, tool

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SIZE = 1 << 30
PATTERNS = ROOT / "bench/explain_patterns.txt"
# What a log of a notebook server on Linux is made of; # is a random digit.
USUAL = """[I 2026-03-## 1#:2#:3#.### ServerApp] 200 GET /api/contents/work/nb##.ipynb?content=0&hash=0&############# (user@10.0.##.##) ##.##ms
[D 2026-03-## 1#:2#:3#.### ServerApp] activity on #######-####-####: status (busy), comm_msg execute_input stream display_data
2026-03-## 1#:2#:3#.######: I tensorflow/core/common_runtime/executor.cc:####] step ###### loss=0.#### accuracy=0.####, #### samples/s on /device:CPU:0
####/1875 [==============>...............] - ETA: ##s - loss: 0.#### - accuracy: 0.####
[#####.######] eth0: link up, #### Mbps, full duplex, flow control off
[#####.######] audit: type=1400 audit(17600#####.###:42): apparmor="STATUS" operation="profile_load" profile="unconfined" """.splitlines()
TELLING = """OMP: Error #15: Initializing libiomp5.dylib, but found libomp.dylib already initialized.
Fatal Python error: Segmentation fault
[#####.######] Memory cgroup out of memory: Killed process #### (python) total-vm:######kB, anon-rss:######kB
ImportError: libcudart.so.11.0: cannot open shared object file: No such file or directory
[W 2026-03-## 1#:2#:3#.### ServerApp] AsyncIOLoopKernelRestarter: restarting kernel (1/5), keep random ports""".splitlines()


def some_lines(share, size, chance):
    lines, have = [], 0
    while have < size:
        line = chance.choice(TELLING if chance.random() < share else USUAL)
        lines.append("".join(chance.choice("0123456789") if c == "#" else c for c in line))
        have += len(line) + 1
    return ("\n".join(lines) + "\n").encode()


def make_log(path, share):
    part = some_lines(share, SIZE // 128, random.Random(7))
    with open(path, "wb") as log:
        for _ in range(SIZE // len(part)):
            log.write(part)
        # Even the quiet log has something to find, far from both ends.
        log.write(some_lines(0.5, 1000, random.Random(8)) + part)


def measured(command):
    """Processor seconds, seconds on the clock and peak memory in MiB of a shell command."""
    begin = time.monotonic()
    process = subprocess.Popen(["bash", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime, time.monotonic() - begin, used.ru_maxrss / 1024


def compare(title, size, commands):
    print(title)
    runs = {name: [] for name in commands}
    for _ in range(RUNS):  # by turns, so that a busy minute hits all
        for name, command in commands.items():
            runs[name].append(measured(command))
    medians = {}
    for name, values in runs.items():
        medians[name] = told(name, [size / cpu / 1e9 for cpu, _, _ in values], "GB/s per core")
        told("", [clock for _, clock, _ in values], "s on the clock")
        told("", [peak for _, _, peak in values], "MiB at most", 0)
    ours, *peers = medians
    print("  ratios: " + ", ".join(f"{medians[ours] / medians[peer]:.2f} x {peer}" for peer in peers))


def built_peers(folder):
    """The compiled peers: name to command; what is not installed is left out and said."""
    source, program = ROOT / "bench/explain_peers.cpp", folder / "peers"
    build = ["c++", "-std=c++20", "-O3", "-DNDEBUG", str(source), "-o", str(program)]
    names = ["re2-set", "hyperscan"]
    if subprocess.run([*build, "-DKM_HYPERSCAN", "-lre2", "-lhs"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("without Hyperscan; type: apt-get install libhyperscan-dev")
        subprocess.run([*build, "-lre2"], check=True)
        names.remove("hyperscan")
    peers = {name: f"{program} {name} {PATTERNS} LOG" for name in names}
    if shutil.which("rg"):
        peers["rg -n -f"] = f"rg -n -f {PATTERNS} LOG"
    else:
        print("without ripgrep; type: apt-get install ripgrep")
    return peers


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        peers = built_peers(folder)
        explain = f"{tool()} explain --format json"
        for title, share in [("1 GiB, hardly a line matches", 0), ("1 GiB, 1 % of the lines match", 0.01)]:
            log = folder / "large.log"
            make_log(log, share)
            commands = {"kernelmedic explain": f"exec {explain} {log}"}
            commands |= {peer: "exec " + command.replace("LOG", str(log)) for peer, command in peers.items()}
            compare(title, log.stat().st_size, commands)
        packed = folder / "large.log.gz"
        with open(log, "rb") as plain, gzip.open(packed, "wb", compresslevel=1) as out:
            shutil.copyfileobj(plain, out, 1 << 20)
        commands = {"kernelmedic explain": f"exec {explain} {packed}"}
        if shutil.which("rg"):
            commands["zcat | rg -n -f"] = f"zcat {packed} | rg -n -f {PATTERNS}"
        compare("the same, as .gz", log.stat().st_size, commands)
        small = folder / "small.log"
        small.write_text("\n".join(USUAL * 20 + TELLING) + "\n")
        print("a small log, from start to verdict")
        told("kernelmedic explain", [measured(f"exec {explain} {small}")[1] * 1000 for _ in range(20)], "ms", 1)


if __name__ == "__main__":
    main()
