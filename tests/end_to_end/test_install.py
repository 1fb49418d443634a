"""`install` and `uninstall`: supervised kernels beside or in the place of others, and exactly as it was afterwards."""

import importlib.util
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture
def python3(bench):
    """A kernel `mine` in the user's folder; its kernel.json."""
    bench.kernelspec("mine", ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], metadata={"debugger": True})
    (bench.kernels / "mine" / "logo-32x32.png").write_bytes(b"a picture")
    return bench.kernels / "mine" / "kernel.json"


def state(folder):
    """All files below a folder: name → bytes and mode."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in sorted(folder.rglob("*")) if path.is_file()
    }


def spec_of(bench, name):
    return json.loads((bench.kernels / name / "kernel.json").read_text())


def start(bench, name, monkeypatch):
    for variable, value in bench.environment.items():
        monkeypatch.setenv(variable, value)
    manager, client = start_new_kernel(kernel_name=name, cwd=str(bench.folder), startup_timeout=120)
    return manager, client


def text_of(client, code):
    told = []
    reply = client.execute_interactive(code, output_hook=told.append, timeout=120)
    shown = [m["content"] for m in told if m["msg_type"] in ("stream", "display_data")]
    return reply["content"], "".join(c.get("text", "") or c["data"]["text/plain"] for c in shown)


def test_a_twin_is_added_and_works_and_is_removed(bench, python3, monkeypatch):
    before = state(bench.kernels)
    added = bench.call("install", "--kernel", "mine")
    assert added.status == 0, added
    twin = spec_of(bench, "mine-medic")
    assert twin["display_name"] == "mine (medic)"
    assert twin["metadata"]["debugger"] is True
    assert twin["metadata"]["interpreter"]["path"] == twin["argv"][5]
    assert (bench.kernels / "mine-medic" / "logo-32x32.png").read_bytes() == b"a picture"
    assert "mine-medic" in KernelSpecManager(kernel_dirs=[str(bench.kernels)]).find_kernel_specs()
    manager, client = start(bench, "mine-medic", monkeypatch)
    try:
        reply, shown = text_of(client, KILL)
        assert reply["ename"] == "KernelDied"
        assert "SIGKILL" in shown
        assert text_of(client, "print(1)")[1].endswith("1\n")
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    assert bench.call("uninstall").status == 0
    assert state(bench.kernels) == before


def test_a_replaced_kernel_is_restored_byte_for_byte(bench, python3):
    python3.write_text('{ "argv": ["python",  "-m", "ipykernel_launcher", "-f", "{connection_file}"],\n\t"display_name": "Mine" }')
    python3.chmod(0o640)
    before = state(bench.kernels)
    assert bench.call("install", "--kernel", "mine", "--replace").status == 0
    assert spec_of(bench, "mine")["display_name"] == "Mine"
    assert spec_of(bench, "mine")["argv"][1] == "kernel"
    assert bench.call("uninstall", "--kernel", "mine").status == 0
    after = state(bench.kernels)
    assert {name: content for name, (content, _) in after.items()} == {name: content for name, (content, _) in before.items()}


def test_twice_is_once(bench, python3):
    for arguments in (["install", "--kernel", "mine"], ["install", "--kernel", "mine", "--replace"]):
        assert bench.call(*arguments).status == 0
        once = state(bench.kernels)
        again = bench.call(*arguments)
        assert again.status == 0, again
        assert "already" in again.printed
        assert state(bench.kernels) == once
    assert bench.call("uninstall", "--all").status == 0
    assert bench.call("uninstall").status == 2


def test_a_kernel_starts_when_we_are_gone(bench, python3, monkeypatch, tmp_path):
    program = tmp_path / "kernelmedic"
    shutil.copy2(bench.program, program)
    bench.program = program
    assert bench.call("install", "--kernel", "mine", "--replace").status == 0
    program.unlink()
    manager, client = start(bench, "mine", monkeypatch)
    try:
        told = text_of(client, "import os, sys; print(sys.argv[sys.argv.index('-f') + 1], os.path.basename(os.readlink('/proc/self/exe')))")[1]
        assert str(manager.connection_file) in told
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def test_what_others_changed_is_not_overwritten(bench, python3):
    assert bench.call("install", "--kernel", "mine", "--replace").status == 0
    edited = python3.read_text().replace('"mine"', '"edited"', 1)
    python3.write_text(edited)
    refused = bench.call("uninstall")
    assert refused.status == 2
    assert refused.tells("was changed since")
    assert bench.call("install", "--kernel", "mine", "--replace").status == 2
    assert python3.read_text() == edited


def test_a_spec_that_was_written_anew_is_kept_and_check_sees_it(bench, python3):
    original = python3.read_text()
    assert bench.call("install", "--kernel", "mine", "--replace").status == 0
    python3.write_text(original)  # as `ipython kernel install` does
    told = bench.call("check", "--no-probe", "--kernel", "mine")
    assert "lost its wrapper" in " ".join(told.printed.split()), told
    assert bench.call("uninstall").status == 0
    assert state(python3.parent).keys() == {"kernel.json", "logo-32x32.png"}
    assert python3.read_text() == original


def test_a_name_that_others_have_is_not_taken(bench, python3):
    bench.kernelspec("taken", ["x", "{connection_file}"])
    refused = bench.call("install", "--kernel", "mine", "--name", "taken")
    assert refused.status == 2
    assert refused.tells("is there already and not ours")
    for name in ("../x", "a b", ""):
        arguments = ["install", "--kernel", "mine", "--name", name] if name else ["install", "--kernel", "nothing"]
        assert bench.call(*arguments).status == 2


def test_an_image_has_its_defaults_in_one_file(bench, python3, tmp_path):
    image = tmp_path / "image"
    assert bench.call("install", "--all", "--prefix", image).status == 0
    spec = json.loads((image / "share/jupyter/kernels/mine-medic/kernel.json").read_text())
    defaults = image / "etc/kernelmedic/kernel.toml"
    assert spec["argv"][4:6] == ["--defaults", str(defaults)]
    assert stat.S_IMODE(defaults.stat().st_mode) == 0o644
    assert all(line.startswith("#") or not line for line in defaults.read_text().splitlines())
    assert bench.call("uninstall", "--prefix", image).status == 0
    assert state(image) == {}


def test_all_takes_every_language_and_no_twin_twice(bench, python3):
    bench.kernelspec("other", ["/usr/bin/other", "{connection_file}"], language="other")
    for _ in range(2):
        assert bench.call("install", "--all", "--user").status == 0
    names = sorted(path.name for path in bench.kernels.iterdir())
    assert [name for name in names if name.startswith(("mine", "other"))] == ["mine", "mine-medic", "other", "other-medic"]
    assert "metadata" in spec_of(bench, "other-medic")
    assert "interpreter" not in spec_of(bench, "other-medic")["metadata"]


def test_another_kernel_that_comes_first_is_named(bench, python3, tmp_path):
    first = tmp_path / "first"
    shutil.copytree(bench.kernels / "mine", first / "kernels" / "mine-medic")
    told = bench.call("install", "--kernel", "mine", "--user", environment={"JUPYTER_PATH": str(first)})
    assert told.status == 0, told
    assert str(first / "kernels" / "mine-medic") in told.said


def test_papermill_and_nbclient_get_the_card(bench, python3):
    assert bench.call("install", "--kernel", "mine").status == 0
    book = bench.notebook(["1", KILL, "3"], kernel="mine-medic")
    done = subprocess.run(
        [sys.executable, "-m", "papermill", str(book), str(bench.folder / "out.ipynb")],
        env=bench.environment, cwd=bench.folder, capture_output=True, text=True, timeout=120, check=False,
    )
    assert done.returncode == 1
    assert "SIGKILL" in done.stderr
    died = [cell for cell in bench.out().cells if cell.get("outputs") and "SIGKILL" in json.dumps(cell.outputs)]
    assert died
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", "--allow-errors", "--inplace", str(book)],
        env=bench.environment, cwd=bench.folder, capture_output=True, text=True, timeout=120, check=False,
    )
    assert done.returncode == 0, done.stderr
    cells = bench.out("nb.ipynb").cells
    assert [cell.outputs[-1].output_type for cell in cells] == ["execute_result", "error", "execute_result"]


def test_it_works_for_an_ordinary_user(bench, python3):
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("changing to another user needs root and setpriv")
    as_nobody = ["setpriv", "--reuid", "65534", "--clear-groups"]
    if subprocess.run([*as_nobody, str(bench.program), "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("another user cannot reach the program here")
    with tempfile.TemporaryDirectory() as home:
        shutil.copytree(bench.kernels, f"{home}/kernels")
        for path in [pathlib.Path(home), *pathlib.Path(home).rglob("*")]:
            os.chown(path, 65534, 65534)
        done = bench.call("install", "--kernel", "mine", "--replace", before=as_nobody, cwd="/",
                          environment={"JUPYTER_DATA_DIR": home, "HOME": home})
        assert done.status == 0, done
        assert "kernelmedic" in json.loads(pathlib.Path(f"{home}/kernels/mine/kernel.json").read_text())["metadata"]


@pytest.mark.skipif(importlib.util.find_spec("jupyter_console") is None, reason="jupyter-console is not installed for this Python")
def test_the_console_goes_on(bench, python3):
    assert bench.call("install", "--kernel", "mine").status == 0
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "console", "--kernel", "mine-medic", "--simple-prompt"],
        input=f"print(6 * 7)\n{KILL}\nprint('on')\nexit\n", env=bench.environment, cwd=bench.folder, capture_output=True,
        text=True, timeout=120, check=False,
    )
    assert done.returncode == 0, done
    assert "42" in done.stdout
    assert "SIGKILL" in done.stdout
    assert "\non\n" in done.stdout
