// Reads a memory cgroup's counters; v1 and v2 name and nest them differently.
#include "os/cgroup.h"
#include "os/cgroup_create.h"
#include "os/cgroup_location.h"
#include "os/fields.h"
#include "os/file.h"
#include "os/pseudo_file.h"

#include <algorithm>
#include <array>
#include <unistd.h>
#include <utility>

namespace km::os {
namespace {

using Buffer = std::array<char, 8192>;  // memory.stat is 1.5 to 4 KiB

std::optional<std::int64_t> number_in(const PseudoFile& file) {
  Buffer buffer;
  const auto text = file.read(buffer);
  if (!text) return std::nullopt;
  auto rest = *text;
  return to_number(take_field(rest));
}

// v1 says "none" by the largest multiple of the page size.
bool is_limit(std::int64_t bytes) { return bytes < (std::int64_t{1} << 62U); }

void tighten(std::int64_t& limit, std::optional<std::int64_t> other) {
  if (other && is_limit(*other) && (limit == 0 || *other < limit)) limit = *other;
}

}  // namespace

struct Cgroup::State {
  CgroupLocation at;
  bool made_by_us = false;
  PseudoFile usage;
  PseudoFile stat;
  PseudoFile kills;
  PseudoFile hits;
  PseudoFile peak;
  std::vector<PseudoFile> limits;  // v2: its own and its ancestors'; v1 has them in `stat`

  State(CgroupLocation location, bool made) : at(std::move(location)), made_by_us(made) {
    const auto file = [this](const char* name) { return PseudoFile(at.folder / name); };
    stat = file("memory.stat");
    if (at.version == 1) {
      usage = file("memory.usage_in_bytes");
      kills = file("memory.oom_control");
      hits = file("memory.failcnt");
      peak = file("memory.max_usage_in_bytes");
      return;
    }
    usage = file("memory.current");
    kills = file("memory.events");
    peak = file("memory.peak");
    for (std::optional<CgroupLocation> level = at; level; level = level->parent()) {
      limits.emplace_back(level->folder / "memory.max");
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (made_by_us) remove_memory_cgroup(at.folder);
  }
};

Cgroup::Cgroup(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cgroup::Cgroup(Cgroup&&) noexcept = default;
Cgroup& Cgroup::operator=(Cgroup&&) noexcept = default;
Cgroup::~Cgroup() = default;

std::optional<Cgroup> Cgroup::of(pid_t pid, const Root& root) {
  // With v2 the nearest ancestor that has the controller does the counting; the topmost one never
  // has the files.
  for (auto at = locate_memory_cgroup(pid, root); at; at = at->parent()) {
    auto state = std::make_unique<State>(*at, false);
    if (state->usage) return Cgroup(std::move(state));
  }
  return std::nullopt;
}

Result<Cgroup> Cgroup::create(std::string_view name, std::int64_t limit_bytes, const Root& root) {
  const std::string context = "cannot limit the memory by a cgroup";
  const auto own = locate_memory_cgroup(::getpid(), root);
  if (!own) return fail(context + ": no memory controller is mounted on this machine");
  auto made = make_memory_cgroup(*own, name, limit_bytes, root);
  if (!made) return tl::make_unexpected(std::move(made).error().within(context));
  return Cgroup(std::make_unique<State>(std::move(*made), true));
}

std::optional<Cgroup> Cgroup::reopen(const std::string& procs_file, int version, bool own) {
  CgroupLocation at;
  at.version = version;
  at.folder = std::filesystem::path(procs_file).parent_path();
  at.mount = at.folder;  // what lies above has nothing to do with its counters
  auto state = std::make_unique<State>(std::move(at), own);
  if (!state->usage) return std::nullopt;
  return Cgroup(std::move(state));
}

int Cgroup::version() const { return state_->at.version; }
const std::string& Cgroup::path() const { return state_->at.path; }
std::string Cgroup::procs_file() const { return (state_->at.folder / "cgroup.procs").string(); }

std::optional<std::int64_t> Cgroup::usage_bytes() const { return number_in(state_->usage); }

std::optional<CgroupUse> Cgroup::use() const {
  const auto usage = usage_bytes();
  if (!usage) return std::nullopt;
  CgroupUse use;
  use.usage_bytes = *usage;
  for (const auto& limit : state_->limits) tighten(use.limit_bytes, number_in(limit));
  Buffer buffer;
  const auto stat = state_->stat.read(buffer);
  if (!stat) return use;
  const bool v1 = state_->at.version == 1;
  // In v1 the plain names leave out the cgroups below.
  const auto inactive = number_of(*stat, v1 ? "total_inactive_file" : "inactive_file");
  const auto active = number_of(*stat, v1 ? "total_active_file" : "active_file");
  use.file_cache_bytes = inactive.value_or(0) + active.value_or(0);
  if (v1) tighten(use.limit_bytes, number_of(*stat, "hierarchical_memory_limit"));
  return use;
}

std::optional<CgroupEvents> Cgroup::events() const {
  Buffer buffer;
  const auto text = state_->kills.read(buffer);
  if (!text) return std::nullopt;
  CgroupEvents events;
  events.oom_kills = number_of(*text, "oom_kill").value_or(0);
  events.limit_hits = state_->at.version == 1 ? number_in(state_->hits).value_or(0)
                                              : number_of(*text, "max").value_or(0);
  events.peak_bytes = number_in(state_->peak).value_or(0);
  return events;
}

std::vector<pid_t> Cgroup::processes() const {
  const auto text = read_pseudo_file(procs_file());
  if (!text) return {};
  std::vector<pid_t> pids;
  for (std::string_view rest = *text; !rest.empty();) {
    if (const auto pid = to_number<pid_t>(take_field(rest))) pids.push_back(*pid);
  }
  return pids;
}

}  // namespace km::os
