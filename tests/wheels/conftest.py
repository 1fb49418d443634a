"""What the tests of the wheels stand on: build/wheels, as scripts/wheels left it."""
import os
import pathlib
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLATFORMS = ("macosx_12_0_arm64", "macosx_11_0_x86_64", "manylinux_2_17_x86_64", "manylinux_2_17_aarch64")


def wheel_of(platform):
    folder = pathlib.Path(os.environ.get("KM_WHEELS", ROOT / "build/wheels"))
    found = sorted(folder.glob(f"*{platform}*.whl"))
    if not found:
        pytest.skip(f"no wheel for {platform} in {folder}; type: make wheels")
    return found[-1]


@pytest.fixture(scope="session")
def program_of(tmp_path_factory):
    """The program inside a platform's wheel, unpacked once."""
    unpacked = {}

    def program(platform):
        if platform not in unpacked:
            folder = tmp_path_factory.mktemp(platform)
            with zipfile.ZipFile(wheel_of(platform)) as archive:
                name = next(one for one in archive.namelist() if one.endswith(".data/scripts/kernelmedic"))
                path = folder / "kernelmedic"
                path.write_bytes(archive.read(name))
            path.chmod(0o755)
            unpacked[platform] = path
        return unpacked[platform]

    return program
