"""A kernel that is not ipykernel, behind the proxy: R, by Debian's r-cran-irkernel."""

import os
import shutil
import signal
import subprocess

import pytest
from conftest import needs, wait_for
from supervised import supervise  # noqa: F401: a fixture


def why_no_r():
    if not shutil.which("R"):
        return "R is not installed"
    trial = subprocess.run(["R", "--slave", "-e", "library(IRkernel)"], capture_output=True, check=False)
    return None if trial.returncode == 0 else "IRkernel is not installed"


@needs(why_no_r)
@pytest.mark.slow
def test_r_speaks_and_its_death_is_told(supervise):
    kernel = supervise(ready=False)
    kernel.manager.kernel_spec.argv = ["R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"]
    kernel.manager.kernel_spec.language = "R"
    kernel.start()
    assert kernel.run("cat('hello\\n')").text == "hello\n"
    failed = kernel.run("stop('no')")
    assert failed.reply["status"] == "error"
    died = kernel.run("tools::pskill(Sys.getpid(), 9)")
    assert died.reply["ename"] == "KernelDied"
    assert died.verdicts[0]["death"]["signal"] == "SIGKILL"
    assert "again" in kernel.run("cat('again\\n')").text
    request = kernel.send("writeLines('x', 'begun'); Sys.sleep(600)")
    wait_for((kernel.bench.folder / "begun").exists, "the cell to begin")
    os.killpg(os.getpgid(kernel.pid), signal.SIGINT)
    assert kernel.collect(request).reply["status"] in {"error", "abort", "aborted", "ok"}  # "abort" is IRkernel's own word
    assert kernel.alive
