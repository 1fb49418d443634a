// The loop of one cell; what it gathers is in cell_outputs.cpp.
#include "runner/cell_run.h"

#include "kernels/verdict_outputs.h"
#include "runner/timing.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

namespace km::runner {

using jupyter::Channel;
using jupyter::Json;

namespace {

// nbclient's iopub_timeout: after the reply, how long to wait for a lost `idle`.
constexpr std::chrono::seconds kIdleAfterReply{4};
// A kernel sends both together; one that failed at its own reply (seen: ipykernel 5 with IPython 9)
// never will.
constexpr std::chrono::seconds kReplyAfterIdle{10};
// How often the journal reaches the system while a cell runs.
constexpr std::chrono::milliseconds kProgress{250};
// From the interrupt of a time limit to the kill.
constexpr std::chrono::seconds kLimitGrace{5};

CellEnd ended(CellEnd::How how) {
  CellEnd end;
  end.how = how;
  return end;
}

CellEnd no_reply() {
  CellEnd end = ended(CellEnd::How::error);
  end.error_name = "NoReply";
  end.error_value =
      "the kernel finished the cell and sent no reply; it may not fit its other packages";
  return end;
}

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

CellRun::CellRun(RunState& run, KernelSession& kernel, std::size_t cell, const Json& notes)
    : run_(run), kernel_(kernel), index_(cell), outputs_(run.plan.max_output_bytes) {
  for (const Json& note : notes) outputs_.add_output(note);
  run_.out.begin(index_, notes);
}

CellEnd CellRun::run(int count, bool allows_errors) {
  count_ = count;
  Json& target = cell();
  target["execution_count"] = nullptr;
  target["outputs"] = outputs_.to_json();
  const std::string source = run_.out.notebook().source(index_);
  casefile::Cell about;
  about.id = run_.out.notebook().id(index_);
  about.index = static_cast<int>(index_) + 1;
  about.execution_count = count;
  about.source = source;
  kernel_.lifetime().cell_begins(about, fmt::format("cell {}", index_ + 1));
  pipes_empty_at_ = std::chrono::system_clock::now();
  // What other cells' threads and children left on the way belongs to no cell, as in nbclient.
  kernel_.lifetime().take(kernel_.lifetime().stdout_fd());
  kernel_.lifetime().take(kernel_.lifetime().stderr_fd());
  const auto begun = Clock::now();
  if (run_.plan.cell_timeout) deadline_ = begun + *run_.plan.cell_timeout;
  progress_at_ = begun + kProgress;
  auto sent = kernel_.client().send(Channel::shell, "execute_request",
                                    {{"code", source},
                                     {"silent", false},
                                     {"store_history", true},
                                     {"user_expressions", Json::object()},
                                     {"allow_stdin", false},
                                     {"stop_on_error", !allows_errors}});
  request_ = sent ? *sent : "not sent";  // then the kernel's end or a limit ends the cell
  while (true) {
    auto end = look(Clock::now());
    if (!end) continue;
    tell_output_widgets();
    end->interrupted = interrupted_;
    return std::move(*end);
  }
}

std::optional<CellEnd> CellRun::look(Clock::time_point now) {
  auto& lifetime = kernel_.lifetime();
  kernel_.client().wait(
      {lifetime.death_fd(), run_.signals.fd(), lifetime.stdout_fd(), lifetime.stderr_fd()},
      pause(now));
  now = Clock::now();
  if (auto end = read_signals(now)) return end;
  read_pipes();
  read_shell();
  read_iopub();
  order_.tick(std::chrono::system_clock::now());
  take_ordered();
  if (reply_ && (idle_at_ || now - *replied_at_ > kIdleAfterReply)) return finished();
  if (kernel_.dead()) return died();
  if (idle_at_ && now - *idle_at_ > kReplyAfterIdle) return no_reply();
  if (now >= progress_at_) {
    run_.out.progress(outputs_, now);
    progress_at_ = now + kProgress;
  }
  return check_limits(now);
}

std::chrono::milliseconds CellRun::pause(Clock::time_point now) const {
  // Every timer that may pass; one look a second in any case, whatever clock jumps.
  Clock::duration pause = std::chrono::seconds(1);
  const auto until = [&](std::optional<Clock::time_point> time) {
    if (time) pause = std::min(pause, *time - now);
  };
  until(progress_at_);
  until(kill_at_);
  if (!kill_at_) {
    until(deadline_);
    until(run_.total_deadline);
  }
  if (const auto tick = order_.next_tick()) {
    pause = std::min<Clock::duration>(pause, *tick - std::chrono::system_clock::now());
  }
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(pause));
}

std::optional<CellEnd> CellRun::read_signals(Clock::time_point now) {
  while (const auto number = run_.signals.next()) {
    if (run_.stop.on_signal(*number, true, now) == SignalAction::end_run)
      return ended(CellEnd::How::stopped);
    interrupted_ = true;
    kernel_.lifetime().requested(supervisor::Request::interrupt);
    kernel_.interrupt();
  }
  return std::nullopt;
}

std::optional<CellEnd> CellRun::check_limits(Clock::time_point now) {
  if (kill_at_ && now >= *kill_at_) {
    const std::string what =
        fmt::format("cell {}: the interrupt did not end it; its kernel is killed", index_ + 1);
    if (run_.plan.say) run_.plan.say(what);
    CellEnd end = ended(CellEnd::How::killed);
    end.error_name = "CellTimeoutError";
    end.error_value = what;
    end.total_limit = limit_ == Limit::total;
    return end;
  }
  if (limit_ != Limit::none) return std::nullopt;
  const bool total = run_.total_deadline && now >= *run_.total_deadline;
  if (!total && (!deadline_ || now < *deadline_)) return std::nullopt;
  limit_ = total ? Limit::total : Limit::cell;
  kill_at_ = now + kLimitGrace;
  if (run_.plan.say) {
    run_.plan.say(
        total
            ? fmt::format("cell {}: the run's time is over (--total-timeout {:g} s); interrupting",
                          index_ + 1, seconds(*run_.plan.total_timeout))
            : fmt::format("cell {} ran longer than --timeout {:g} s; interrupting", index_ + 1,
                          seconds(*run_.plan.cell_timeout)));
  }
  kernel_.lifetime().requested(supervisor::Request::time_limit);
  kernel_.interrupt();
  return std::nullopt;
}

CellEnd CellRun::finished() const {
  // An interrupt or a limit that the kernel survived explains no later death.
  kernel_.lifetime().requested(supervisor::Request::none);
  CellEnd end;
  const Json& content = reply_->content;
  for (const Json& payload : jupyter::member(content, "payload")) {
    if (jupyter::text_member(payload, "source") == "ask_exit" &&
        jupyter::member(payload, "keepkernel") != true) {
      end.asks_exit = true;
    }
  }
  const std::string status = jupyter::text_member(content, "status");
  if (limit_ != Limit::none) {
    end.how = CellEnd::How::timed_out;
    end.total_limit = limit_ == Limit::total;
    end.error_name = "CellTimeoutError";
    end.error_value = end.total_limit
                          ? "the time of the whole run was over; the cell was interrupted"
                          : fmt::format("the cell ran longer than {:g} s and was interrupted",
                                        seconds(*run_.plan.cell_timeout));
  } else if (status != "ok") {  // "error", or "aborted" by a kernel that stops after an error
    end.how = CellEnd::How::error;
    end.error_name = jupyter::text_member(content, "ename");
    end.error_value = jupyter::text_member(content, "evalue");
    if (end.error_name.empty()) end.error_name = status;
  }
  return end;
}

CellEnd CellRun::died() {
  kernel_.last_messages([this](jupyter::Message message) { take_message(std::move(message)); });
  read_shell();
  read_pipes();
  if (!idle_at_) order_.died();
  take_ordered();
  // It may have died of something else right after the cell.
  if (idle_at_ && reply_) return finished();
  return ended(CellEnd::How::died);
}

void CellRun::close() {
  Json& target = cell();
  target["outputs"] = outputs_.to_json();
  target["execution_count"] = count_;
  keep_timing(target, execution_);
  run_.out.end(added_ || outputs_.truncated(), Clock::now());
  if (has_displays_) run_.displays.insert_or_assign(index_, std::move(outputs_));
}

}  // namespace km::runner
