"""Runs each suite twice, direct and behind the proxy, and prints what differs."""

import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
# Tests that cannot pass behind any proxy; why, is told in docs/conformance.md.
EXPLAINED = {
    "ipykernel": {"test_parent_header_and_ident"},
    "nbclient": {"test_error_notebook_hook", "test_kernel_death_during_execution"},
}
QUIET = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "-W", "ignore", "--timeout", "60"]


def source(home, package):
    return next(path for path in (home / "sdist").iterdir() if path.is_dir() and path.name.startswith(f"{package}-"))


def suites(home):
    """name → (folder, arguments of pytest, options of `kernel`)"""
    ipykernel, nbclient = source(home, "ipykernel"), source(home, "nbclient")
    client = source(home, "jupyter_client")
    loop = ["-o", "asyncio_default_fixture_loop_scope=function"]
    return {
        "jupyter_kernel_test": (HERE, ["kernel_under_test.py"], ""),
        "ipykernel": (ipykernel, [*loop, *(f"tests/test_{name}.py" for name in
                      ("message_spec", "kernel", "subshells", "debugger", "async"))], ""),
        "nbclient": (nbclient, [*loop, "-n", "2", "tests/test_client.py"], ""),
        "nbclient-exit": (nbclient, [*loop, "-n", "2", "tests/test_client.py"], "--on-death exit"),
        **{f"jupyter_client-{name}": (client, [*loop, f"tests/test_{name}.py"], "")
           for name in ("client", "kernelmanager", "restarter")},
    }


def run(home, name, folder, arguments, options, wrapped, again=""):
    report = home / f"{name}-{'wrapped' if wrapped else 'direct'}{again}.xml"
    environment = {**os.environ, "PYTHONPATH": str(HERE), "KERNELMEDIC_OPTIONS": options}
    if not wrapped:
        environment.pop("KERNELMEDIC")
    with tempfile.TemporaryDirectory() as state:
        environment["KERNELMEDIC_HOME"] = state
        log = report.with_suffix(".log")
        with log.open("w") as out:
            subprocess.run([sys.executable, "-m", "pytest", "-p", "wrap_kernels", *QUIET, "--junit-xml", str(report),
                            *arguments], cwd=folder, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                           timeout=1800, check=False)
    outcome = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        tags = {child.tag for child in case}
        key = f"{case.get('classname')}::{case.get('name')}"
        outcome[key] = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
    return outcome


def fails_again(home, name, folder, arguments, options, key):
    """Some of these tests race against their own threads: one counts as failed that fails three times in a row."""
    test = key.partition("::")[2]
    for attempt in ("-2", "-3"):
        selected = [*arguments, "-k", test.replace("[", " and ").replace("]", "").replace("-", " and ")]
        outcome = run(home, name, folder, selected, options, True, attempt)
        if outcome.get(key) != "failed":
            return False
    return True


def counts(outcome):
    return ", ".join(f"{sum(1 for v in outcome.values() if v == kind)} {kind}" for kind in ("passed", "failed", "skipped"))


def main():
    home = pathlib.Path(sys.argv[1])
    wanted = sys.argv[2:]
    unexplained = 0
    print(f"{'suite':<30} {'direct':<34} behind kernelmedic")
    for name, (folder, arguments, options) in suites(home).items():
        if wanted and not any(name == one or name.startswith(f"{one}-") for one in wanted):
            continue
        direct = run(home, name, folder, arguments, options, wrapped=False)
        wrapped = run(home, name, folder, arguments, options, wrapped=True)
        print(f"{name:<30} {counts(direct):<34} {counts(wrapped)}", flush=True)
        for key, outcome in sorted(wrapped.items()):
            if outcome != "failed" or direct.get(key) == "failed":
                continue
            if any(one in key for one in EXPLAINED.get(name, ())):
                print(f"    only behind kernelmedic: {key} (explained)", flush=True)
            elif fails_again(home, name, folder, arguments, options, key):
                unexplained += 1
                print(f"    only behind kernelmedic: {key}", flush=True)
            else:
                print(f"    failed once, passed when repeated: {key}", flush=True)
        missing = sorted(set(direct) - set(wrapped))
        unexplained += len(missing)
        for key in missing:
            print(f"    not run behind kernelmedic: {key}")
    print(f"{unexplained} differences without an explanation")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
