// macOS has no control groups: memory there is limited by nobody but the machine. Not yet run on a
// Mac.
#include "os/cgroup.h"

namespace km::os {

struct Cgroup::State {
  std::string path;
};

Cgroup::Cgroup(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cgroup::Cgroup(Cgroup&&) noexcept = default;
Cgroup& Cgroup::operator=(Cgroup&&) noexcept = default;
Cgroup::~Cgroup() = default;

std::optional<Cgroup> Cgroup::of(pid_t /*pid*/, const Root& /*root*/) { return std::nullopt; }

Result<Cgroup> Cgroup::create(std::string_view /*name*/, std::int64_t /*limit_bytes*/,
                              const Root& /*root*/) {
  return fail("not available on this platform: macOS has no memory cgroups");
}

std::optional<Cgroup> Cgroup::reopen(const std::string& /*procs_file*/, int /*version*/,
                                     bool /*own*/) {
  return std::nullopt;
}

int Cgroup::version() const { return 0; }
const std::string& Cgroup::path() const { return state_->path; }
std::string Cgroup::procs_file() const { return {}; }
std::optional<CgroupUse> Cgroup::use() const { return std::nullopt; }
std::optional<std::int64_t> Cgroup::usage_bytes() const { return std::nullopt; }
std::optional<CgroupEvents> Cgroup::events() const { return std::nullopt; }
std::vector<pid_t> Cgroup::processes() const { return {}; }

}  // namespace km::os
