#!/usr/bin/env python3
"""Refreshes data/compat.json from the package index that pip is configured with; for maintainers.

    scripts/refresh_compat.py --dry-run --package tensorflow-metal   what would change
    scripts/refresh_compat.py                                        every listed package

It reads the index's JSON pages (PEP 691) and the metadata beside the wheels (PEP 658); no wheel is downloaded. Releases
that are new are added, builds that changed are updated. What no index tells (cuda, cudnn, numpy2, needs_cpu, metal)
is kept by hand: data/README.md says from where. Review the diff.
"""

import argparse
import datetime
import json
import pathlib
import re
import subprocess
import sys
import urllib.request

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "compat.json"
REQUIREMENTS = ("numpy", "protobuf", "keras", "jaxlib", "tensorflow")
RELEASE = re.compile(r"\d+(\.\d+)*(\.post\d+)?$")  # neither candidates nor development versions
WHEEL = re.compile(r"[^-]+-(?P<version>[^-]+)(-\d[^-]*)?-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl$")
MANYLINUX = {"1": "2.5", "2010": "2.12", "2014": "2.17"}


def key(version):
    return [int(number) for number in re.findall(r"\d+", version)]


def configured_index():
    answer = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
    return answer.stdout.strip() or "https://pypi.org/simple"


def fetch(url, accept="*/*"):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=60) as reply:
        return reply.read().decode()


def platforms(tag):
    """(platform, least glibc or macOS) of a wheel's platform tag; nothing for those we do not list (musl, 32 bit)."""
    if tag == "any":
        yield "any", None
    for part in tag.split("."):
        if match := re.fullmatch(r"manylinux(?:_(\d+)_(\d+)|(\d+))_(x86_64|aarch64)", part):
            glibc = MANYLINUX.get(match[3]) if match[3] else f"{match[1]}.{match[2]}"
            yield f"linux_{match[4]}", glibc
        elif match := re.fullmatch(r"macosx_(\d+)_(\d+)_(x86_64|arm64|universal2)", part):
            for arch in ("arm64", "x86_64") if match[3] == "universal2" else (match[3],):
                # The first macOS of that processor is 11, whatever a universal wheel says.
                yield f"macos_{arch}", "11.0" if arch == "arm64" and int(match[1]) < 11 else f"{match[1]}.{match[2]}"
        elif match := re.fullmatch(r"win_(amd64|arm64)", part):
            yield f"windows_{match[1]}", None


def spans(minors):
    """[8, 9, 10, 12] → "3.8-3.10,3.12"."""
    runs = []
    for minor in sorted(minors):
        if runs and runs[-1][1] == minor - 1:
            runs[-1][1] = minor
        else:
            runs.append([minor, minor])
    return ",".join(f"3.{a}" if a == b else f"3.{a}-3.{b}" for a, b in runs)


def builds_of(files):
    pythons, least, open_ended = {}, {}, set()
    for file in files:
        wheel = WHEEL.match(file["filename"])
        for platform, system in platforms(wheel["platform"]) if wheel else ():
            if wheel["python"] in ("py3", "py2.py3"):
                low = re.search(r">=?\s*3\.(\d+)", file.get("requires-python") or "")
                minors = {int(low[1]) if low else 0}
                open_ended.add(platform)
            else:
                minors = {int(minor) for minor in re.findall(r"cp3(\d+)", wheel["python"])}
                if wheel["abi"] == "abi3":
                    open_ended.add(platform)
                elif not wheel["abi"].startswith("cp") or wheel["abi"].endswith("t"):
                    minors = set()  # PyPy, free-threaded
            if minors:
                pythons.setdefault(platform, set()).update(minors)
                if system and (platform not in least or key(system) < key(least[platform])):
                    least[platform] = system
    if "any" in pythons:
        pythons = {"any": pythons["any"]}
    result = {}
    for platform, minors in sorted(pythons.items()):
        text = f"3.{min(minors)}+" if platform in open_ended else spans(minors)
        result[platform] = [text, least[platform]] if platform in least else [text]
    return result


def requires_of(files):
    """What REQUIREMENTS are asked for; of several lines the first, extras left out."""
    wheel = next((f for f in files if f["filename"].endswith(".whl") and f.get("core-metadata", f.get("dist-info-metadata"))), None)
    result = {}
    for line in fetch(wheel["url"] + ".metadata").splitlines() if wheel else ():
        match = re.match(r"Requires-Dist:\s*([\w.-]+)\s*(?:\[[^]]*\])?\s*\(?([^;()]*)\)?\s*(;.*)?$", line)
        if match and "extra" not in (match[3] or ""):
            name = re.sub(r"[-_.]+", "-", match[1].lower())
            if name in REQUIREMENTS and match[2].strip():
                result.setdefault(name, match[2].replace(" ", ""))
    return result


def refresh(name, package, index):
    """The package's releases, new ones and changed builds included; and what changed, in words."""
    page = json.loads(fetch(f"{index.rstrip('/')}/{name}/", "application/vnd.pypi.simple.v1+json"))
    by_version = {}
    for file in page["files"]:
        wheel = WHEEL.match(file["filename"])
        if wheel and RELEASE.match(wheel["version"]) and not file.get("yanked"):
            by_version.setdefault(wheel["version"], []).append(file)
    known = {release["version"]: release for release in package["releases"]}
    first = min(map(key, known))
    last_of_minor = {}
    for version in sorted(by_version, key=key):
        last_of_minor[tuple(key(version)[:2])] = version
    changes, releases = [], dict(known)
    for version, files in by_version.items():
        wanted = package["keep"] == "all" or version in last_of_minor.values()
        builds = builds_of(files)
        if key(version) < first or not (wanted or version in known) or not builds:
            continue
        if version not in known:
            releases[version] = {"version": version, "builds": builds}
            if requires := requires_of(files):
                releases[version]["requires"] = requires
            changes.append(f"{name} {version}: new")
        elif known[version]["builds"] != builds:
            releases[version] = {**known[version], "builds": builds}
            changes.append(f"{name} {version}: {json.dumps(known[version]['builds'])} -> {json.dumps(builds)}")
    if package["keep"] == "minor":
        for version in [v for v in releases if v in by_version and v != last_of_minor[tuple(key(v)[:2])]]:
            del releases[version]
            changes.append(f"{name} {version}: a later patch release stands for it")
    return sorted(releases.values(), key=lambda release: key(release["version"])), changes


def to_text(data):
    """JSON with one line a release or entry, so that a refresh is reviewed as a diff."""
    lines = []
    for name, value in data.items():
        if name == "packages":
            packages = []
            for package, content in value.items():
                releases = ",\n".join(f"   {json.dumps(release)}" for release in content["releases"])
                head = json.dumps({k: v for k, v in content.items() if k != "releases"})[:-1]
                packages.append(f'  "{package}": {head}, "releases": [\n{releases}]}}')
            lines.append(' "packages": {\n' + ",\n".join(packages) + "}")
        elif isinstance(value, list):
            lines.append(f' "{name}": [\n' + ",\n".join(f"  {json.dumps(entry)}" for entry in value) + "]")
        elif isinstance(value, dict):
            lines.append(f' "{name}": {{\n' + ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()) + "}")
        else:
            lines.append(f' "{name}": {json.dumps(value)}')
    return "{\n" + ",\n".join(lines) + "}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", action="append", help="only this one; may be given several times")
    parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    parser.add_argument("--index", default=None, help="address of the simple index (default: the one of pip)")
    options = parser.parse_args()
    data = json.loads(DATA.read_text())
    index = options.index or configured_index()
    names = options.package or list(data["packages"])
    changed = []
    for name in names:
        if name not in data["packages"]:
            parser.error(f"{name} is not in {DATA.name}; add it with its first release and what to keep")
        data["packages"][name]["releases"], changes = refresh(name, data["packages"][name], index)
        changed += changes
        print(f"{name}: {len(changes)} changes", file=sys.stderr)
    print("\n".join(changed) if changed else "nothing changed")
    if changed and not options.dry_run:
        data["generated"] = datetime.date.today().isoformat()
        DATA.write_text(to_text(data))


if __name__ == "__main__":
    main()
