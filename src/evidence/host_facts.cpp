// The JSON between us and ourselves under an emulator.
#include "evidence/host.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace km::evidence {
namespace {

using nlohmann::json;

bool read_text(const json& object, const char* key, std::string& out) {
  const auto entry = object.find(key);
  if (entry == object.end()) return true;
  if (!entry->is_string()) return false;
  out = entry->get<std::string>();
  return true;
}

bool read_list(const json& object, const char* key, std::vector<std::string>& out) {
  const auto entry = object.find(key);
  if (entry == object.end()) return true;
  if (!entry->is_array()) return false;
  for (const json& item : *entry) {
    if (!item.is_string()) return false;
    out.push_back(item.get<std::string>());
  }
  return true;
}

}  // namespace

std::string host_facts_json(const os::HostIdentity& host) {
  const json object{{"os", host.os},
                    {"os_version", host.os_version},
                    {"kernel", host.kernel},
                    {"architecture", host.architecture},
                    {"hardware", host.hardware},
                    {"cpu", host.cpu},
                    {"cpu_features", host.cpu_features},
                    {"translation", host.translation},
                    {"container", host.container}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<os::HostIdentity> parse_host_facts(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return fail("what it printed is no JSON object");
  os::HostIdentity host;
  const bool right =
      read_text(object, "os", host.os) && read_text(object, "os_version", host.os_version) &&
      read_text(object, "kernel", host.kernel) &&
      read_text(object, "architecture", host.architecture) &&
      read_text(object, "hardware", host.hardware) && read_text(object, "cpu", host.cpu) &&
      read_list(object, "cpu_features", host.cpu_features) &&
      read_text(object, "translation", host.translation) &&
      read_text(object, "container", host.container);
  if (!right) return fail("what it printed has a field of the wrong type");
  if (host.architecture.empty()) return fail("what it printed names no architecture");
  return host;
}

std::vector<std::string> lacking(const std::vector<std::string>& features) {
  // What prebuilt numerical libraries are compiled for.
  static constexpr std::array<std::string_view, 4> kWanted{"avx", "avx2", "fma", "avx512f"};
  std::vector<std::string> lacks;
  for (const std::string_view wanted : kWanted) {
    if (std::find(features.begin(), features.end(), wanted) == features.end())
      lacks.emplace_back(wanted);
  }
  return lacks;
}

}  // namespace km::evidence
