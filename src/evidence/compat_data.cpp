// Reads the compatibility data and answers the two questions about a release.
#include "evidence/compat_data.h"

#include "embedded_compat.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace km::evidence {
namespace {

using nlohmann::json;

// The member as text; empty where it is something else.
std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

const json& at(const json& object, const char* key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::map<std::string, std::string, std::less<>> texts_at(const json& object, const char* key) {
  std::map<std::string, std::string, std::less<>> texts;
  for (const auto& [name, value] : at(object, key).items()) {
    if (value.is_string()) texts.emplace(name, value.get<std::string>());
  }
  return texts;
}

Release release_of(const json& entry) {
  Release release;
  release.version = text_at(entry, "version");
  release.number = parse_version(release.version);
  release.cuda = text_at(entry, "cuda");
  release.requires_ = texts_at(entry, "requires");
  for (const auto& [platform, build] : at(entry, "builds").items()) {
    if (!build.is_array() || build.empty() || !build[0].is_string()) continue;
    const bool has_least = build.size() > 1 && build[1].is_string();
    release.builds[platform] = {build[0].get<std::string>(),
                                has_least ? build[1].get<std::string>() : std::string{}};
  }
  return release;
}

int number_after_dot(std::string_view text) {
  const Version version = parse_version(text);
  return version.size() < 2 ? 0 : version[1];
}

// Calls `use(first, last)` for each span of "3.8-3.10,3.12".
template <class Use>
void each_span(std::string_view pythons, Use use) {
  while (!pythons.empty()) {
    const std::size_t end = std::min(pythons.find(','), pythons.size());
    const std::string_view span = pythons.substr(0, end);
    const int first = number_after_dot(span);
    const std::size_t dash = span.find('-');
    if (span.ends_with('+')) {
      use(first, std::numeric_limits<int>::max());
    } else {
      use(first, dash == std::string_view::npos ? first : number_after_dot(span.substr(dash + 1)));
    }
    pythons.remove_prefix(std::min(end + 1, pythons.size()));
  }
}

}  // namespace

CompatData parse_compat(std::string_view text) {
  CompatData data;
  const json file = json::parse(text, nullptr, false);
  data.date = text_at(file, "generated");
  for (const auto& [name, package] : at(file, "packages").items()) {
    auto& releases = data.packages[name];
    for (const json& entry : at(package, "releases")) releases.push_back(release_of(entry));
  }
  data.numpy2_first = texts_at(at(file, "numpy2"), "first");
  data.glibc_of = texts_at(at(file, "glibc"), "of");
  for (const json& entry : at(file, "needs_cpu")) {
    NeedsCpu needs{text_at(entry, "package"), parse_version(text_at(entry, "from")), {}};
    for (const json& feature : at(entry, "features")) {
      if (feature.is_string()) needs.features.push_back(feature.get<std::string>());
    }
    data.needs_cpu.push_back(std::move(needs));
  }
  for (const json& entry : at(file, "metal")) {
    data.metal.push_back({text_at(entry, "metal"), text_at(entry, "tensorflow"),
                          text_at(entry, "keras"), text_at(entry, "says")});
  }
  for (const json& entry : at(file, "cuda")) {
    data.cuda.push_back({parse_version(text_at(entry, "cuda")), text_at(entry, "linux_driver"),
                         text_at(entry, "windows_driver")});
  }
  data.rosetta_avx_from = parse_version(text_at(at(file, "rosetta_avx"), "from_macos"));
  data.windows_gpu_last = parse_version(text_at(at(file, "windows_gpu_last"), "tensorflow"));
  return data;
}

const CompatData& compat_data() {
  static const CompatData data = parse_compat(embedded::compat()[0].text);
  return data;
}

const Release* find_release(const std::vector<Release>& releases, std::string_view version) {
  const Version wanted = parse_version(version);
  if (wanted.empty()) return nullptr;
  const Release* same = nullptr;
  for (const Release& release : releases) {
    if (compare(release.number, wanted) == 0) return &release;
    // Below 1.0 a minor version goes on for years, and its last release says little of the first.
    if (wanted.size() >= 2 && wanted[0] > 0 && same_minor(release.number, wanted)) same = &release;
  }
  return same;
}

bool serves_python(std::string_view pythons, int minor) {
  bool serves = false;
  each_span(pythons, [&](int first, int last) { serves |= first <= minor && minor <= last; });
  return serves;
}

int newest_python(std::string_view pythons) {
  int newest = 0;
  each_span(pythons, [&](int, int last) { newest = std::max(newest, last); });
  return newest;
}

}  // namespace km::evidence
