// Is there a build of a package for this Python on this platform, and for this operating system?
#include "evidence/compat_checks.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

namespace km::evidence {
namespace {

using Releases = std::vector<Release>;

// The builds of a release that could be meant: for the platforms that the interpreter may be of.
std::vector<const Build*> builds_here(const Release& release, const Situation& situation) {
  std::vector<const Build*> here;
  if (const auto any = release.builds.find("any"); any != release.builds.end()) {
    here.push_back(&any->second);
  }
  for (const std::string& platform : situation.platforms) {
    const auto found = release.builds.find(platform);
    if (found != release.builds.end()) here.push_back(&found->second);
  }
  return here;
}

bool is_here(const Release& release, const Situation& situation) {
  return !builds_here(release, situation).empty();
}

bool serves(const Release& release, const Situation& situation) {
  const auto builds = builds_here(release, situation);
  return std::any_of(builds.begin(), builds.end(), [&](const Build* build) {
    return situation.python_minor < 0 || serves_python(build->python, situation.python_minor);
  });
}

// "the first that has is 2.12.0": of those that serve, the nearest above `release`, else below.
template <class Serves>
std::string nearest(const Releases& releases, const Version& version, Serves serves_here) {
  const Release* below = nullptr;
  for (const Release& release : releases) {
    if (!serves_here(release)) continue;
    if (compare(release.number, version) > 0) {
      return fmt::format("the first that has is {}", release.version);
    }
    below = &release;
  }
  return below == nullptr ? std::string{} : fmt::format("the last that has is {}", below->version);
}

int newest_served(const Releases& releases, const Situation& situation) {
  int newest = 0;
  for (const Release& release : releases) {
    for (const Build* build : builds_here(release, situation)) {
      newest = std::max(newest, newest_python(build->python));
    }
  }
  return newest;
}

// Why none of what is asked for (`name`, at `version`) can be had here.
std::string misfit(const std::string& name, const Version& version, bool here,
                   const Releases& releases, const Situation& situation) {
  const auto on_platform = [&](const Release& release) { return is_here(release, situation); };
  if (std::none_of(releases.begin(), releases.end(), on_platform)) {
    return fmt::format("{} has no build for {} at all", name, situation.place);
  }
  if (!here) {
    return fmt::format("{} has no build for {}; {}", name, situation.place,
                       nearest(releases, version, on_platform));
  }
  const std::string python = fmt::format("Python 3.{}", situation.python_minor);
  const std::string other = nearest(
      releases, version, [&](const Release& release) { return serves(release, situation); });
  if (!other.empty()) {
    return fmt::format("{} has no build for {} on {}; {}", name, python, situation.place, other);
  }
  const int newest = newest_served(releases, situation);
  if (situation.python_minor > newest) {
    return fmt::format(
        "{} has no build for {} on {}, and no other release has one; the newest Python with a "
        "build is 3.{}",
        name, python, situation.place, newest);
  }
  return fmt::format("{} has no build for {} on {}, and no other release has one", name, python,
                     situation.place);
}

void judge_installed(const std::string& name, const std::string& version, const Releases& releases,
                     const Situation& situation, Judgement& judgement) {
  const Release* release = find_release(releases, version);
  if (release == nullptr) return;
  if (serves(*release, situation)) {
    // A platform that is guessed or a Python that is not known proves no fit.
    judgement.judged |= situation.python_minor >= 0 && situation.platforms.size() == 1;
    return;
  }
  judgement.misfits.push_back(misfit(name + " " + version, release->number,
                                     is_here(*release, situation), releases, situation));
}

void judge_wanted(const std::string& wanted, const CompatData& data, const Situation& situation,
                  Judgement& judgement) {
  const std::size_t end = std::min(wanted.find_first_of("<>=!~ ["), wanted.size());
  const auto package = data.packages.find(wanted.substr(0, end));
  if (package == data.packages.end() || package->second.empty()) return;
  const std::size_t sign = wanted.find_first_of("<>=!~", end);
  const std::string requirement = sign == std::string::npos ? "*" : wanted.substr(sign);
  const Releases& releases = package->second;
  const Release* newest = nullptr;
  bool here = false;
  for (const Release& release : releases) {
    if (!fits(release.number, requirement)) continue;
    if (serves(release, situation)) {
      judgement.judged |= situation.python_minor >= 0 && situation.platforms.size() == 1;
      return;
    }
    here |= is_here(release, situation);
    newest = &release;
  }
  if (newest != nullptr) {
    judgement.misfits.push_back(misfit(wanted, newest->number, here, releases, situation));
    return;
  }
  // Older than all that are listed: what the oldest has no build for, its forerunners have none
  // for.
  const std::size_t number = requirement.find_first_of("0123456789");
  if (number == std::string::npos) return;
  const Version version = parse_version(std::string_view(requirement).substr(number));
  const Release& oldest = releases.front();
  if (compare(version, oldest.number) < 0 && !serves(oldest, situation)) {
    judgement.misfits.push_back(
        misfit(wanted, version, is_here(oldest, situation), releases, situation));
  }
}

}  // namespace

Judgement judge_builds(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  for (const std::string& wanted : situation.wanted) {
    judge_wanted(wanted, data, situation, judgement);
  }
  if (situation.conda) return judgement;
  for (const auto& [name, version] : situation.packages) {
    const auto package = data.packages.find(name);
    if (version.empty() || package == data.packages.end()) continue;
    judge_installed(name, version, package->second, situation, judgement);
  }
  return judgement;
}

Judgement judge_os(const Situation& situation, const CompatData& data) {
  Judgement judgement;
  const Version& here = situation.os == "linux" ? situation.glibc : situation.os_version;
  if (situation.conda || here.empty() || situation.platforms.size() != 1) return judgement;
  const std::string_view system = situation.os == "linux" ? "glibc" : "macOS";
  for (const auto& [name, version] : situation.packages) {
    const auto package = data.packages.find(name);
    if (version.empty() || package == data.packages.end()) continue;
    const Release* release = find_release(package->second, version);
    const auto build = release == nullptr ? decltype(release->builds.begin()){}
                                          : release->builds.find(situation.platforms.front());
    if (release == nullptr || build == release->builds.end() || build->second.least.empty()) {
      continue;
    }
    judgement.judged = true;
    if (compare(here, parse_version(build->second.least)) >= 0) continue;
    judgement.misfits.push_back(fmt::format("{} {} needs {} {} or newer; here is {}", name, version,
                                            system, build->second.least, fmt::join(here, ".")));
  }
  return judgement;
}

}  // namespace km::evidence
