"""Each wheel as other tools see it: tag, files, architecture, oldest system, linked libraries, symbols, signature."""
import pathlib
import re
import stat
import zipfile

import lief
import pytest
from conftest import PLATFORMS, ROOT, wheel_of
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from wheel.wheelfile import WheelFile

MAC = [platform for platform in PLATFORMS if platform.startswith("macosx")]
LINUX = [platform for platform in PLATFORMS if platform.startswith("manylinux")]
MOST_BYTES = 6_000_000


@pytest.mark.parametrize("platform", PLATFORMS)
def test_files_and_tag(platform):
    wheel = wheel_of(platform)
    assert wheel.stat().st_size <= MOST_BYTES
    with WheelFile(wheel) as archive:  # checks each hash of RECORD
        names = archive.namelist()
        for name in names:
            archive.read(name)
        scripts = [name for name in names if ".data/scripts/" in name]
        assert sorted(name.rsplit("/", 1)[1] for name in scripts) == ["jupyter-medic", "kernelmedic"]
        assert all(archive.getinfo(name).external_attr >> 16 & stat.S_IXUSR for name in scripts)
        rest = [name for name in names if name not in scripts]
        assert all(".dist-info/" in name for name in rest), rest
        for library in ("zeromq3", "libsodium", "re2", "zydis", "libcxx"):
            assert any(f"/licenses/libraries/{library}" in name for name in names), library
        info = next(name for name in names if name.endswith("/WHEEL"))
        tags = re.findall(r"^Tag: (.*)$", archive.read(info).decode(), re.MULTILINE)
    assert f"py3-none-{platform}" in tags
    assert all(tag.removeprefix("py3-none-") in wheel.name for tag in tags)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_rules_are_inside(platform, program_of):
    program = program_of(platform).read_bytes()
    for text in (b"apple/killed-for-memory", b"memory/cgroup-limit", b"gpu/plugin-bug"):
        assert text in program


@pytest.mark.parametrize("platform", LINUX)
def test_linux_program(platform, program_of):
    with open(program_of(platform), "rb") as file:
        elf = ELFFile(file)
        assert elf.header.e_machine == {"x86_64": "EM_X86_64", "aarch64": "EM_AARCH64"}[platform.removeprefix("manylinux_2_17_")]
        dynamic = next(segment for segment in elf.iter_segments() if segment.header.p_type == "PT_DYNAMIC")
        needed = {tag.needed for tag in dynamic.iter_tags() if tag.entry.d_tag == "DT_NEEDED"}
        versions = {
            version.name
            for section in elf.iter_sections() if isinstance(section, GNUVerNeedSection)
            for _, auxiliaries in section.iter_versions() for version in auxiliaries
        }
    assert needed <= {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2",
                      "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
    assert versions
    newest = max(tuple(map(int, name.removeprefix("GLIBC_").split("."))) for name in versions if name.startswith("GLIBC_"))
    assert newest <= (2, 17), versions
    assert all(name.startswith("GLIBC_") for name in versions), versions


@pytest.mark.parametrize("platform", MAC)
def test_macos_program(platform, program_of):
    fat = lief.MachO.parse(str(program_of(platform)))
    assert fat.size == 1
    mach = fat.at(0)
    arm = platform.endswith("arm64")
    assert mach.header.cpu_type == (lief.MachO.Header.CPU_TYPE.ARM64 if arm else lief.MachO.Header.CPU_TYPE.X86_64)
    assert mach.build_version.minos[:2] == ([12, 0] if arm else [11, 0])
    assert {library.name for library in mach.libraries} == {"/usr/lib/libSystem.B.dylib"}
    assert mach.is_pie
    assert not mach.has_rpath
    if arm:
        assert mach.has_code_signature and mach.code_signature.data_size > 0


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_path_of_the_building_machine(platform, program_of):
    program = program_of(platform).read_bytes()
    assert str(ROOT).encode() not in program
    assert str(pathlib.Path.home() / ".cache").encode() not in program
    with zipfile.ZipFile(wheel_of(platform)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("/")]
