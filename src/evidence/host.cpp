// The machine and its processor as the process saw them: under `--wrap` we ask through the same
// wrapper.
#include "evidence/host.h"

#include "evidence/collectors.h"
#include "os/child.h"
#include "os/handle.h"
#include "os/macos.h"
#include "os/process.h"
#include "os/self.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace km::evidence {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAskLimit{5000};  // an emulator translates our start first
constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024;

std::chrono::milliseconds left_until(Clock::time_point end) {
  return std::max(std::chrono::milliseconds{0},
                  std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()));
}

// Everything up to the end of file; bounded in bytes and time.
std::string read_all(int fd, Clock::time_point end) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() < kMaxAnswer) {
    pollfd ready{fd, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(left_until(end).count()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// What `wrap... kernelmedic host-facts` prints.
Result<std::string> answer_under(const std::vector<std::string>& wrap) {
  const auto own = os::own_executable();
  if (own.empty()) return fail("the system does not tell which file this program is");
  std::array<int, 2> ends{-1, -1};
  if (::pipe(ends.data()) != 0) return fail_errno("cannot make a pipe");
  const os::Fd from(ends[0]);
  os::Fd into(ends[1]);
  ::fcntl(from.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(into.get(), F_SETFD, FD_CLOEXEC);
  const os::Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) return fail_errno("cannot open /dev/null");

  os::ChildPlan plan;
  plan.argv = wrap;
  plan.argv.push_back(own.string());
  plan.argv.emplace_back("host-facts");
  plan.stdin_fd = nothing.get();
  plan.stdout_fd = into.get();
  plan.stderr_fd = nothing.get();
  plan.end_with_parent = true;
  KM_ASSIGN(os::Child child, os::Child::start(plan));
  into.reset();  // else the end of file never comes

  const auto end = Clock::now() + kAskLimit;
  std::string text = read_all(from.get(), end);
  const bool ended = child.ended_within(left_until(end));
  if (!ended) (void)child.signal(SIGKILL);
  KM_ASSIGN(const os::ExitStatus status, child.wait());
  if (!ended) return fail("it did not answer within 5 s");
  if (status.signal != 0) return fail("it was ended by " + os::signal_name(status.signal));
  if (status.code != 0) return fail("it ended with exit code " + std::to_string(status.code));
  return text;
}

// The process's own view: ours, or that of a process behind the same wrapper.
struct View {
  os::HostIdentity host;
  std::string_view source;
};

View view_of(const Scene& scene, casefile::CaseFile& out) {
  if (scene.wrap.empty()) {
    os::HostIdentity ours = os::host_identity();
    if (ours.os == "macos" && !ours.translation.empty())
      out.gap("kernelmedic's own build", "it is the x86-64 one, translated by Rosetta",
              "install it into a native Python: arch -arm64 python3 -m pip install kernelmedic");
    return {os::macos::seen_by(std::move(ours), scene.architecture), "this machine"};
  }
  const auto wrapped = answer_under(scene.wrap).and_then(parse_host_facts);
  if (wrapped) return {*wrapped, "kernelmedic host-facts behind the same --wrap"};
  out.gap("the processor behind " + scene.wrap.front(), wrapped.error().what,
          "run it by hand: " + scene.wrap.front() + " ... kernelmedic host-facts");
  // Ours is not the one the process saw: its features must not decide.
  os::HostIdentity host = os::host_identity();
  host.cpu.clear();
  host.cpu_features.clear();
  host.translation.clear();
  return {std::move(host), "this machine"};
}

void add_text(std::string_view name, const std::string& value, std::string_view source,
              casefile::CaseFile& out) {
  if (!value.empty()) out.add(name, value, source);
}

void add_translation(const View& view, bool known, std::string_view words,
                     casefile::CaseFile& out) {
  if (!view.host.translation.empty()) {
    out.add("host.translation", view.host.translation, view.source);
  } else if (words.find("qemu: uncaught target signal") != std::string_view::npos) {
    out.add("host.translation", std::string("qemu-user"),
            "last words: \"qemu: uncaught target signal\"");
  } else if (known) {
    out.none("host.translation", view.source);
  }
}

}  // namespace

void collect_host(const Scene& scene, std::string_view words, casefile::CaseFile& out) {
  const View view = view_of(scene, out);
  const os::HostIdentity& host = view.host;
  add_text("host.os", host.os, view.source, out);
  add_text("host.os_version", host.os_version, view.source, out);
  add_text("host.kernel", host.kernel, view.source, out);
  add_text("host.architecture", host.architecture, view.source, out);
  add_text("host.hardware", host.hardware, view.source, out);
  if (host.container.empty()) {
    out.none("host.container", view.source);
  } else {
    out.add("host.container", host.container, view.source);
  }
  // A terminal that was opened with Rosetta hands it down to everything that it starts.
  if (host.os == "macos" && host.hardware == "arm64" &&
      os::architecture_of(::getppid()) == "x86_64")
    out.add("host.terminal", std::string("translated"), "P_TRANSLATED of our parent");
  add_text("cpu.model", host.cpu, view.source, out);
  const bool processor_known = !host.cpu_features.empty();
  add_translation(view, processor_known || scene.wrap.empty(), words, out);
  if (!processor_known) return;
  out.add("cpu.features", host.cpu_features, view.source);
  if (host.architecture != "x86_64") return;
  const auto lacks = lacking(host.cpu_features);
  if (lacks.empty()) {
    out.none("cpu.lacks", view.source);
  } else {
    out.add("cpu.lacks", lacks, view.source);
  }
}

void add_host(const std::vector<std::string>& wrap, std::string_view architecture,
              casefile::CaseFile& out) {
  Scene scene;
  scene.architecture = architecture;
  scene.wrap = wrap;
  collect_host(scene, {}, out);
}

}  // namespace km::evidence
