#include "kernels/forewarning.h"

#include "jupyter/json_text.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <sys/resource.h>

namespace km::kernels {
namespace {

constexpr std::size_t kLongestReport = std::size_t{16} << 20;

// One line under a cell; the whole of it is a command away.
std::string shortened(std::string text) {
  constexpr std::size_t kLongest = 240;
  if (text.size() <= kLongest) return text;
  text.resize(text.rfind(' ', kLongest) == std::string::npos ? 0 : text.rfind(' ', kLongest));
  return text + " ...";
}

bool ends_processes(std::string_view cause) {
  return cause == "cpu_lacks_instruction" || cause == "translated_process" ||
         cause == "code_signature_invalid";
}

}  // namespace

std::unique_ptr<Forewarning> Forewarning::begin(const ForewarningPlan& plan) {
  if (plan.program.empty() || plan.python.empty()) return nullptr;
  std::array<int, 2> ends{-1, -1};
  if (::pipe(ends.data()) != 0) return nullptr;
  os::Fd from(ends[0]);
  const os::Fd into(ends[1]);
  const os::Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing || ::fcntl(from.get(), F_SETFD, FD_CLOEXEC) != 0 ||
      ::fcntl(from.get(), F_SETFL, O_NONBLOCK) != 0 ||
      ::fcntl(into.get(), F_SETFD, FD_CLOEXEC) != 0)
    return nullptr;
  os::ChildPlan child;
  child.argv = {plan.program.string(),
                "check",
                "--no-probe",
                "--recall",
                "--format",
                "json",
                "--python",
                plan.python};
  if (!plan.wrap.empty()) child.argv.insert(child.argv.end(), {"--wrap", plan.wrap});
  child.folder = plan.folder;
  child.stdin_fd = nothing.get();
  child.stdout_fd = into.get();
  child.stderr_fd = nothing.get();
  child.new_session = true;  // a Ctrl-C is none of its business
  child.end_with_parent = true;
  auto started = os::Child::start(child);
  if (!started) return nullptr;
  // The kernel's own start comes first.
  constexpr int kLast = 10;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(started->pid()), kLast);
  return std::unique_ptr<Forewarning>(new Forewarning(std::move(*started), std::move(from)));
}

Forewarning::~Forewarning() {
  if (!child_) return;
  (void)child_->signal(SIGKILL);
  (void)child_->wait();
}

std::vector<std::string> Forewarning::take() {
  if (!child_) return {};
  std::array<char, 16384> piece{};
  while (true) {
    const ssize_t got = ::read(output_.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return {};  // it is still looking
    if (got <= 0 || text_.size() > kLongestReport) break;
    text_.append(piece.data(), static_cast<std::size_t>(got));
  }
  (void)child_->signal(SIGKILL);  // it has said all it had
  (void)child_->wait();
  child_.reset();
  return sure_killers(text_);
}

std::vector<std::string> sure_killers(std::string_view report) {
  std::vector<std::string> sentences;
  const auto json = jupyter::parse_json(report);
  if (!json || !json->is_object()) return sentences;
  const auto& findings = jupyter::member(*json, "findings");
  if (!findings.is_array()) return sentences;
  for (const auto& finding : findings) {
    const auto& deadly = jupyter::member(finding, "deadly");
    if (!deadly.is_boolean() || !deadly.get<bool>() ||
        !ends_processes(jupyter::text_member(finding, "cause")))
      continue;
    sentences.push_back(fmt::format("{}: {}", jupyter::text_member(finding, "title"),
                                    shortened(jupyter::text_member(finding, "what"))));
  }
  return sentences;
}

}  // namespace km::kernels
