// A kernel's whole life: start, kernel_info, one cell, an interrupt, the end.
#include "jupyter/kernelspec.h"
#include "probe/probes.h"
#include "probe/python.h"
#include "runner/kernel_session.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <utility>

namespace km::probe {
namespace {

using jupyter::Channel;
using jupyter::Json;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class RoundTrip {
 public:
  RoundTrip(const Patient& patient, const Setting& setting)
      : patient_(patient), setting_(setting), until_(Clock::now() + setting.limit) {}

  Answer go() {
    if (begin() && run_a_cell() && interrupt_a_cell()) end();
    return std::move(answer_);
  }

 private:
  struct Reply {
    std::string status;  // "ok", "error"; empty: none came
    std::string error;   // its name
    std::string result;  // as text
  };

  bool begin() {
    runner::KernelPlan plan;
    plan.spec = jupyter::for_python(patient_.python);
    plan.wrap = patient_.wrap;
    plan.folder = patient_.folder;
    plan.home = setting_.home;
    auto spawned = runner::KernelSession::spawn(plan);
    if (!spawned) return fail(spawned.error().what);
    session_ = std::move(*spawned);
    const auto begun = Clock::now();
    switch (session_->wait_for_answer(left(), setting_.signals, setting_.stop)) {
      case runner::KernelSession::Answer::ready:
        break;
      case runner::KernelSession::Answer::died:
        return died("start", "it died before it answered");
      case runner::KernelSession::Answer::silent:
        return too_slow("start", "it never answered");
      case runner::KernelSession::Answer::stopped:
        return stopped();
    }
    answered_after_ = std::chrono::duration<double>(Clock::now() - begun).count();
    return true;
  }

  bool run_a_cell() {
    const auto reply = run("6 * 7", {});
    if (!reply) return false;
    if (reply->status != "ok") return fail("a cell ended with " + reply->error);
    if (reply->result != "42") return fail("6 * 7 gave \"" + reply->result + "\"");
    return true;
  }

  bool interrupt_a_cell() {
    // It says when it can be interrupted; should the interrupt be lost, the time limit remains.
    const auto reply = run(
        "import time\nprint('waiting', flush=True)\nwhile True:\n    time.sleep(0.05)", "waiting");
    if (!reply) return false;
    if (reply->error != "KeyboardInterrupt")
      return fail("an interrupted cell ended with " +
                  (reply->error.empty() ? reply->status : reply->error));
    return true;
  }

  void end() {
    session_->shut_down();
    if (died_at_end()) return;
    answer_.outcome = Outcome::passed;
    answer_.says =
        fmt::format("it answered after {:.1f} s, ran a cell, was interrupted and ended in order",
                    answered_after_);
  }

  // Runs one cell; interrupts it when `word` has been printed (empty: never). Nothing where that
  // was the end of it all; the answer is complete then.
  std::optional<Reply> run(const std::string& code, std::string_view word) {
    const auto request = session_->client().send(Channel::shell, "execute_request",
                                                 {{"code", code},
                                                  {"silent", false},
                                                  {"store_history", false},
                                                  {"user_expressions", Json::object()},
                                                  {"allow_stdin", false},
                                                  {"stop_on_error", false}});
    if (!request) return lost(fail(request.error().what));
    Reply reply;
    bool idle = false;
    while (reply.status.empty() || !idle) {
      auto& lifetime = session_->lifetime();
      session_->client().wait(
          {lifetime.death_fd(), setting_.signals.fd(), lifetime.stdout_fd(), lifetime.stderr_fd()},
          std::max(left(), milliseconds(0)));
      lifetime.take(lifetime.stdout_fd());
      lifetime.take(lifetime.stderr_fd());
      while (const auto message = session_->client().receive(Channel::shell)) {
        if (message->parent_id != *request || message->type != "execute_reply") continue;
        reply.status = jupyter::text_member(message->content, "status");
        reply.error = jupyter::text_member(message->content, "ename");
      }
      while (const auto message = session_->client().receive(Channel::iopub)) {
        if (message->parent_id != *request) continue;
        idle |= read_output(message->type, message->content, reply, word);
      }
      if (session_->dead()) return lost(died("cell", "it died in a cell"));
      while (const auto number = setting_.signals.next())
        setting_.stop.on_signal(*number, false, Clock::now());
      if (setting_.stop.ends_run()) return lost(stopped());
      if (left().count() <= 0) {
        return lost(too_slow("cell", interrupted_ ? "it did not end a cell that was interrupted"
                                                  : "it did not end a cell"));
      }
    }
    return reply;
  }

  // True for the last message of a cell.
  bool read_output(const std::string& type, const Json& content, Reply& reply,
                   std::string_view word) {
    if (type == "execute_result")
      reply.result = jupyter::text_member(jupyter::member(content, "data"), "text/plain");
    if (type == "stream" && !word.empty() && !interrupted_ &&
        jupyter::text_member(content, "text").find(word) != std::string::npos) {
      interrupted_ = true;
      session_->interrupt();
    }
    return type == "status" && jupyter::text_member(content, "execution_state") == "idle";
  }

  static std::optional<Reply> lost(bool) { return std::nullopt; }

  milliseconds left() const { return std::chrono::ceil<milliseconds>(until_ - Clock::now()); }

  // Each completes the answer, and says that it goes on no more.
  bool fail(std::string says) {
    answer_.outcome = Outcome::failed;
    answer_.says = std::move(says);
    return false;
  }
  bool died(std::string_view phase, std::string_view says) {
    auto end = session_->finish(phase);
    answer_.outcome = Outcome::died;
    answer_.says = says;
    answer_.death = std::move(end.diagnosis);
    if (answer_.death) note_death();
    return false;
  }
  bool too_slow(std::string_view phase, std::string_view says) {
    session_->end(supervisor::Request::time_limit,
                  fmt::format("no answer within {} s", setting_.limit.count()));
    auto end = session_->finish(phase);
    answer_.outcome = Outcome::too_slow;
    answer_.says = fmt::format("{} within {} s", says, setting_.limit.count());
    answer_.death = std::move(end.diagnosis);  // why it never answered
    return false;
  }
  bool stopped() {
    session_->end(supervisor::Request::terminated, "");
    answer_.outcome = Outcome::skipped;
    answer_.says = fmt::format("stopped by {}", setting_.stop.ended_by());
    return false;
  }
  // A crash on the way out, after all else went well.
  bool died_at_end() {
    auto end = session_->finish("idle");
    if (!end.diagnosis) return false;
    answer_.outcome = Outcome::died;
    answer_.says = "it died while it was shut down";
    answer_.death = std::move(end.diagnosis);
    note_death();
    return true;
  }
  void note_death() {
    answer_.says += ": " + answer_.death->verdict().title;
    answer_.death->casefile.facts.push_back({"probe.name", setting_.probe, "the examination"});
  }

  const Patient& patient_;  // both of examine()
  const Setting& setting_;
  Clock::time_point until_;
  std::unique_ptr<runner::KernelSession> session_;
  Answer answer_;
  double answered_after_ = 0;
  bool interrupted_ = false;
};

Answer ask(const Patient& patient, const Setting& setting) {
  return RoundTrip(patient, setting).go();
}

}  // namespace

Probe kernel() {
  return {.name = "kernel",
          .question = "Does a kernel start, run a cell, take an interrupt and end?",
          .needs = "import-ipykernel",
          .limit = std::chrono::seconds(90),
          .applies = [](const Patient&) { return true; },
          .ask = ask};
}

}  // namespace km::probe
