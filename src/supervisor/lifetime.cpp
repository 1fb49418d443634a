// A lifetime while it lasts: output, cells, signals.
#include "supervisor/lifetime.h"

#include "jupyter/cell_name.h"
#include "os/host.h"
#include "os/process.h"
#include "supervisor/lifetime_state.h"

#include <algorithm>
#include <csignal>
#include <poll.h>
#include <utility>

namespace km::supervisor {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

std::string Lifetime::State::take(std::size_t stream) {
  auto& outlet = outlets[stream];
  std::string text;
  if (stream == 1 && !plan.outlives_us) text = take_while_it_waits(outlet);
  text += outlet.take();
  if (!text.empty()) words(text);
  if (outlet.fd() < 0 && keeper) keeper->drop(routes[stream]);
  return text;
}

// faulthandler is heard while it still writes: its dump is larger than the narrow pipe, so the
// process waits, alive, and what its end will change can be looked at: a stack that ran over,
// shared memory that was full.
std::string Lifetime::State::take_while_it_waits(Outlet& outlet) {
  auto text = outlet.take_all_but_one();
  if (text.find("Fatal Python error:") == std::string::npos) return text;
  open.scene.stack_bytes = os::stack_bytes(child->pid());
  if (const auto shm = os::space_of("/dev/shm")) open.scene.shm_free_bytes = shm->free_bytes;
  return text;
}

void Lifetime::State::words(std::string_view text) {
  if (recorder) recorder->words(text);
}

void Lifetime::State::look_at_oom_score() {
  // It follows the memory, and cells may follow each other by the millisecond.
  constexpr std::chrono::seconds kEvery{1};
  const auto now = Clock::now();
  if (oom_score_at && now - *oom_score_at < kEvery) return;
  oom_score_at = now;
  open.scene.oom_score = os::oom_score(child->pid());
}

void Lifetime::State::note_request(Request why, std::string_view detail) {
  if (request == why) return;
  request = why;
  if (!recorder) return;
  recorder->note("requested", to_string(why));
  if (!detail.empty()) recorder->note("requested_detail", detail);
}

void Lifetime::State::pump(milliseconds longest, bool until_death) {
  constexpr milliseconds kOneWait{60'000};
  const auto deadline = Clock::now() + longest;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return;
    std::array<pollfd, 3> waiting{{{outlets[0].fd(), POLLIN, 0},
                                   {outlets[1].fd(), POLLIN, 0},
                                   {until_death ? child->death_fd() : -1, POLLIN, 0}}};
    if (!until_death && outlets[0].fd() < 0 && outlets[1].fd() < 0) return;
    const auto wait = static_cast<int>(std::min(left, kOneWait).count());
    if (::poll(waiting.data(), waiting.size(), wait) <= 0) continue;
    for (std::size_t stream = 0; stream < outlets.size(); ++stream) {
      if (waiting[stream].revents != 0) outlets[stream].keep(take(stream));
    }
    if (waiting[2].revents != 0) return;
  }
}

Lifetime::Lifetime(std::unique_ptr<State> state) : state_(std::move(state)) {}
Lifetime::~Lifetime() = default;

pid_t Lifetime::pid() const { return state_->child->pid(); }
const std::string& Lifetime::case_id() const { return state_->id; }
int Lifetime::death_fd() const { return state_->child->death_fd(); }
int Lifetime::stdout_fd() const { return state_->outlets[0].fd(); }
int Lifetime::stderr_fd() const { return state_->outlets[1].fd(); }
const std::vector<casefile::Gap>& Lifetime::gaps() const { return state_->gaps; }
std::int64_t Lifetime::memory_bytes() const { return state_->watcher->latest().tree_rss_bytes; }

std::string Lifetime::take(int fd) {
  if (fd < 0) return {};
  if (fd == stdout_fd()) return state_->take(0);
  if (fd == stderr_fd()) return state_->take(1);
  return {};
}

void Lifetime::close_output(int fd) {
  if (fd < 0) return;
  for (std::size_t stream = 0; stream < state_->outlets.size(); ++stream) {
    if (state_->outlets[stream].fd() != fd) continue;
    state_->outlets[stream].close();
    if (state_->keeper) state_->keeper->drop(state_->routes[stream]);
  }
}

void Lifetime::words(std::string_view text) { state_->words(text); }

void Lifetime::cell_begins(const casefile::Cell& cell, std::string_view label) {
  // An interrupt was meant for the cell that ran then.
  if (state_->request == Request::interrupt) state_->note_request(Request::none, {});
  if (state_->recorder)
    state_->recorder->cell_begins(cell, label, jupyter::cell_file_name(cell.source));
  state_->look_at_oom_score();
  state_->watcher->busy(true);
}

void Lifetime::cell_ends() {
  if (state_->recorder) state_->recorder->cell_ends();
  state_->look_at_oom_score();
  state_->watcher->busy(false);
}

void Lifetime::signal(int number) {
  // It may have ended a moment ago; then there is nobody to tell.
  static_cast<void>(state_->child->signal(number));
}

void Lifetime::interrupt() {
  if (state_->request == Request::none) state_->note_request(Request::interrupt, {});
  state_->signal_all(SIGINT);
}

void Lifetime::requested(Request why, std::string_view detail) {
  state_->note_request(why, detail);
}

void Lifetime::end(milliseconds grace) {
  // Its output is read meanwhile: a process that waits for room in a pipe cannot end in order.
  constexpr milliseconds kAfterKill{10'000};
  if (state_->child->reaped() || state_->child->ended_within(milliseconds(0))) return;
  if (grace.count() > 0) {
    state_->our_signal = SIGTERM;
    signal(SIGTERM);
    state_->pump(grace, true);
  }
  if (state_->child->ended_within(milliseconds(0))) return;
  state_->our_signal = SIGKILL;
  state_->signal_all(SIGKILL);
  // Only a process inside the kernel, on a dead disk for one, can outlast this.
  state_->pump(kAfterKill, true);
}

}  // namespace km::supervisor
