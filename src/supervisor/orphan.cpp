// Cases whose supervisor was killed: completed by whoever comes next, from open.json and the flight
// recorder.
#include "os/cgroup.h"
#include "os/host.h"
#include "os/process.h"
#include "supervisor/open_case.h"
#include "supervisor/postmortem.h"
#include "supervisor/recorder.h"
#include "supervisor/ring_place.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace km::supervisor {
namespace {

std::string phase_of(const OpenCase& open, const Recording& recording) {
  if (open.scene.subject == "program") return "program";
  if (recording.running_cell) return "cell";
  return recording.marks.empty() ? "start" : "idle";
}

// The last thing that anybody saw of the process.
std::int64_t last_seen_us(const OpenCase& open, const Recording& recording) {
  auto last = open.scene.started_us;
  if (!recording.samples.empty()) last = std::max(last, recording.samples.back().time_us);
  if (!recording.marks.empty()) last = std::max(last, recording.marks.back().time_us);
  return last;
}

// The cgroup is left behind when the supervisor is killed; its counters are still there, and it is
// ours to remove.
std::optional<os::CgroupEvents> events_left_behind(const OpenCase& open) {
  if (open.cgroup_procs_file.empty()) return std::nullopt;
  const auto cgroup =
      os::Cgroup::reopen(open.cgroup_procs_file, open.scene.cgroup_version, open.scene.cgroup_own);
  return cgroup ? cgroup->events() : std::nullopt;
}

std::string last_note(const Recording& recording, std::string_view wanted) {
  std::string last;
  for (const auto& [key, value] : recording.notes) {
    if (key == wanted) last = value;
  }
  return last;
}

}  // namespace

bool is_orphaned(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder / "report.json", error) || error) return false;
  const auto open = read_open_case(folder);
  return open && !os::is_alive(open->supervisor) && !os::is_alive(open->child);
}

Result<Orphan> complete(const std::filesystem::path& folder) {
  KM_ASSIGN(const auto open, read_open_case(folder));
  if (os::is_alive(open.supervisor)) return fail("kernelmedic still watches this case");
  if (os::is_alive(open.child)) {
    return fail("its " + open.scene.subject + " (process " + std::to_string(open.child.pid) +
                ") still runs");
  }
  std::vector<casefile::Gap> gaps;
  Recording recording;
  if (auto read = read_recording(folder / kRingName)) {
    recording = std::move(*read);
  } else {
    gaps.push_back({"flight recorder", read.error().what, ""});
  }
  auto scene = scene_of(open, recording, last_seen_us(open, recording));
  scene.phase = phase_of(open, recording);
  scene.supervisor_killed = true;
  scene.requested = last_note(recording, "requested");
  scene.cgroup_after = events_left_behind(open);
  scene.host_oom_kills_after = os::host_oom_kills();
  Orphan orphan{postmortem(scene, {}, folder, folder.filename().string(), std::move(gaps)),
                open.journal, open.notebook};
  remove_outside_ring(folder);
  return orphan;
}

}  // namespace km::supervisor
