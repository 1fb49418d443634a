"""Python environments for `check` to look at: healthy ones made of hard links to this very one, then broken on purpose."""

import csv
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHEELS = ROOT / "build/test-wheels"  # fetched once
ROOM = ROOT / "build/test-environments"  # hard links need the file system of the environment


class Environment:
    """A virtual environment in a folder of its own."""

    def __init__(self, folder, version=f"{sys.version_info.major}.{sys.version_info.minor}"):
        self.folder = folder
        self.python = folder / "bin/python"
        self.packages = folder / f"lib/python{version}/site-packages"

    def metadata(self, name):
        """The .dist-info folder of a package."""
        return next(self.packages.glob(f"{name}-*.dist-info"))

    def remove(self, name):
        """What `pip uninstall` does."""
        folders = set()
        for path, *_ in csv.reader((self.metadata(name) / "RECORD").read_text().splitlines()):
            if not path.startswith(".."):
                (self.packages / path).unlink(missing_ok=True)
                folders |= {path.split("/")[0]} if "/" in path and ".dist-info" not in path else set()
        for folder in folders:
            shutil.rmtree(self.packages / folder, ignore_errors=True)
        shutil.rmtree(self.metadata(name))

    def unpack(self, wheel):
        """What pip does with a wheel, but without asking whether it fits."""
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            for name in names:
                if not name.endswith("/"):
                    (self.packages / name).unlink(missing_ok=True)  # never write through a hard link
            archive.extractall(self.packages)
        info = next(name.split("/")[0] for name in names if name.endswith(".dist-info/METADATA"))
        (self.packages / info / "INSTALLER").write_text("pip\n")

    def replace(self, path, data):
        """Other contents for a file, which may be a hard link to one that others use."""
        path.unlink()
        path.write_bytes(data)

    def natives(self, package):
        return sorted((self.packages / package).rglob("*.so"))


def copy_of_this(name):
    """This environment, TensorFlow and all, as hard links."""
    source = pathlib.Path(sys.prefix)
    if not (source / "pyvenv.cfg").exists():
        pytest.skip("the tests do not run in a virtual environment that could be copied")
    folder = fresh_folder(name)
    for command in (["cp", "-al"], ["cp", "-a"]):  # across file systems there are no hard links
        if subprocess.run([*command, f"{source}/.", folder], capture_output=True, check=False).returncode == 0:
            return Environment(folder)
    pytest.fail("this environment cannot be copied")


def empty(name):
    folder = fresh_folder(name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, capture_output=True)
    return Environment(folder)


def fresh_folder(name):
    folder = ROOM / f"{name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def wheel(requirement, *options):
    """A real wheel from the index; skips where it cannot be had."""
    folder = WHEELS / "".join(c if c.isalnum() or c in ".-_" else "_" for c in " ".join([requirement, *options]))
    found = sorted(folder.glob("*.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", *options, "-d", folder, requirement]
        fetched = subprocess.run(command, capture_output=True, check=False)
        if fetched.returncode != 0:
            pytest.skip(f"{requirement} cannot be fetched: {fetched.stderr.decode(errors='replace').strip().splitlines()[-1:]}")
        found = sorted(folder.glob("*.whl"))
    return found[0]


def extension_suffix():
    return sysconfig.get_config_var("EXT_SUFFIX")
