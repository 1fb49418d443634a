// open.json written and read; only what a completing process cannot find out again is in it.
#include "supervisor/open_case.h"

#include "os/file.h"

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>
#include <utility>

namespace km::supervisor {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSchema = "kernelmedic.open/1";
constexpr std::int64_t kMaxOpenBytes =
    8 << 20;  // a command line may have 2 MiB (Linux, ARG_MAX), escaped it is more

Json json_of(const os::ProcessId& id) { return {{"pid", id.pid}, {"start", id.start_ticks}}; }

os::ProcessId process_of(const Json& json) {
  return {json.at("pid").get<pid_t>(), json.at("start").get<std::uint64_t>()};
}

Json json_of(const std::optional<os::CgroupEvents>& events) {
  if (!events) return nullptr;
  return {{"oom_kills", events->oom_kills},
          {"limit_hits", events->limit_hits},
          {"peak_bytes", events->peak_bytes}};
}

std::optional<os::CgroupEvents> events_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return os::CgroupEvents{json.at("oom_kills").get<std::int64_t>(),
                          json.at("limit_hits").get<std::int64_t>(),
                          json.at("peak_bytes").get<std::int64_t>()};
}

template <class T>
Json json_of_optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class T>
std::optional<T> optional_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return json.get<T>();
}

OpenCase parsed(const Json& json) {
  OpenCase open;
  open.supervisor = process_of(json.at("supervisor"));
  open.child = process_of(json.at("child"));
  open.started_unix_us = json.at("started_unix_us").get<std::int64_t>();
  open.journal = json.at("journal").get<std::string>();
  open.notebook = json.at("notebook").get<std::string>();
  auto& scene = open.scene;
  scene.subject = json.at("subject").get<std::string>();
  scene.pid = open.child.pid;
  scene.argv = json.at("argv").get<std::vector<std::string>>();
  scene.wrap = json.at("wrap").get<std::vector<std::string>>();
  scene.python = json.at("python").get<std::string>();
  scene.working_folder = json.at("working_folder").get<std::string>();
  scene.started_us = json.at("started_us").get<std::int64_t>();
  const auto& limit = json.at("memory_limit");
  scene.limit_bytes = optional_of<std::int64_t>(limit.at("bytes"));
  scene.limit_source = limit.at("source").get<std::string>();
  const auto& cgroup = json.at("cgroup");
  scene.cgroup_version = cgroup.at("version").get<int>();
  scene.cgroup_own = cgroup.at("own").get<bool>();
  open.cgroup_procs_file = cgroup.at("procs_file").get<std::string>();
  scene.cgroup_before = events_of(cgroup.at("before"));
  scene.host_oom_kills_before = optional_of<std::int64_t>(json.at("host_oom_kills_before"));
  scene.limits = json.at("limits").get<std::vector<std::pair<std::string, std::int64_t>>>();
  scene.oom_score = optional_of<int>(json.at("oom_score"));
  scene.oom_score_adj = optional_of<int>(json.at("oom_score_adj"));
  return open;
}

std::string iso_time(std::int64_t unix_us) {
  const auto seconds = static_cast<std::time_t>(unix_us / 1'000'000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return {};
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

}  // namespace

std::string to_json(const OpenCase& open) {
  const auto& scene = open.scene;
  const Json json{
      {"schema", kSchema},
      {"supervisor", json_of(open.supervisor)},
      {"child", json_of(open.child)},
      {"subject", scene.subject},
      {"argv", scene.argv},
      {"wrap", scene.wrap},
      {"python", scene.python},
      {"working_folder", scene.working_folder},
      {"started_us", scene.started_us},
      {"started_unix_us", open.started_unix_us},
      {"memory_limit",
       {{"bytes", json_of_optional(scene.limit_bytes)}, {"source", scene.limit_source}}},
      {"cgroup",
       {{"version", scene.cgroup_version},
        {"own", scene.cgroup_own},
        {"procs_file", open.cgroup_procs_file},
        {"before", json_of(scene.cgroup_before)}}},
      {"host_oom_kills_before", json_of_optional(scene.host_oom_kills_before)},
      {"limits", scene.limits},
      {"oom_score", json_of_optional(scene.oom_score)},
      {"oom_score_adj", json_of_optional(scene.oom_score_adj)},
      {"journal", open.journal.string()},
      {"notebook", open.notebook.string()},
  };
  // File names and arguments may hold any bytes.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<OpenCase> open_case_from_json(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail("not JSON");
  if (!json.is_object() || json.value("schema", Json()) != kSchema) {
    return fail("no \"" + std::string(kSchema) + "\"");
  }
  try {
    return parsed(json);
  } catch (const Json::exception& error) {
    return fail(error.what());
  }
}

Result<OpenCase> read_open_case(const std::filesystem::path& folder) {
  const auto file = folder / "open.json";
  KM_ASSIGN(const auto text, os::read_file(file, kMaxOpenBytes));
  auto open = open_case_from_json(text);
  if (!open) return tl::make_unexpected(std::move(open).error().within(file.string()));
  return open;
}

evidence::Scene scene_of(const OpenCase& open, const Recording& recording, std::int64_t ended_us) {
  auto scene = open.scene;
  scene.ended_us = ended_us;
  scene.ended_time = iso_time(open.started_unix_us + (ended_us - scene.started_us));
  scene.samples = recording.samples;
  scene.words = recording.words;
  scene.cell = recording.running_cell;
  for (const auto& mark : recording.marks) {
    scene.marks.push_back({static_cast<double>(mark.time_us - scene.started_us) / 1e6, mark.label});
    if (!mark.code_file.empty()) scene.cell_files[mark.code_file] = mark.label;
  }
  return scene;
}

}  // namespace km::supervisor
