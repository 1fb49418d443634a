"""Packs one built program into a wheel: the program, `jupyter medic`, licence and metadata; no Python code at all."""
import hashlib
import os
import pathlib
import re
import stat
import sys
import zipfile

from wheel.wheelfile import WheelFile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# `jupyter medic` looks for a program of this name beside its own; the program knows by it what it is called for.
JUPYTER = '#!/bin/sh\nexec "$(dirname "$0")/kernelmedic" "$@"\n'


def metadata(version):
    description = (ROOT / "README.md").read_text(encoding="utf-8")
    return "\n".join([
        "Metadata-Version: 2.1", "Name: kernelmedic", f"Version: {version}",
        "Summary: Says why a Jupyter kernel died, and brings it back", "License: Apache-2.0",
        "Classifier: License :: OSI Approved :: Apache Software License",
        "Classifier: Operating System :: MacOS :: MacOS X", "Classifier: Operating System :: POSIX :: Linux",
        "Classifier: Framework :: Jupyter", "Requires-Python: >=3.8", "Description-Content-Type: text/markdown", "",
        description])


def tags_of(platform):
    # The older name of the same promise, for an older pip.
    names = [platform]
    if platform.startswith("manylinux_2_17_"):
        names.append("manylinux2014_" + platform.removeprefix("manylinux_2_17_"))
    return names


def licences(sources, zig):
    """Of the libraries inside: Debian's records of them, and those of libc++, which zig brings."""
    texts = {path.name: path for path in sorted((sources / "licenses").iterdir())}
    texts |= {name: zig / name / "LICENSE.TXT" for name in ("libcxx", "libcxxabi", "libunwind")}
    return [(f"libraries/{name}", path.read_bytes()) for name, path in texts.items() if path.exists()]


def main(program, platform, sources, zig, folder):
    version = re.search(r"project\(kernelmedic VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    names = tags_of(platform)
    name = f"kernelmedic-{version}"
    target = pathlib.Path(folder) / f"{name}-py3-none-{'.'.join(names)}.whl"
    target.parent.mkdir(parents=True, exist_ok=True)
    wheel = "\n".join(["Wheel-Version: 1.0", "Generator: kernelmedic", "Root-Is-Purelib: false",
                       *(f"Tag: py3-none-{one}" for one in names), ""])
    files = [
        (f"{name}.data/scripts/kernelmedic", pathlib.Path(program).read_bytes(), 0o755),
        (f"{name}.data/scripts/jupyter-medic", JUPYTER.encode(), 0o755),
        (f"{name}.dist-info/licenses/LICENSE", (ROOT / "LICENSE").read_bytes(), 0o644),
        *((f"{name}.dist-info/licenses/{path}", text, 0o644) for path, text in licences(pathlib.Path(sources), pathlib.Path(zig))),
        (f"{name}.dist-info/METADATA", metadata(version).encode(), 0o644),
        (f"{name}.dist-info/WHEEL", wheel.encode(), 0o644),
    ]
    target.unlink(missing_ok=True)
    # Always the same date: the same sources give the same bytes.
    with WheelFile(target, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for path, data, mode in files:
            entry = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
            entry.external_attr = (stat.S_IFREG | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    print(f"{os.path.relpath(target)}  {target.stat().st_size / 1e6:.1f} MB  sha256 {digest[:16]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
