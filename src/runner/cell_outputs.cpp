// What comes back from a cell, put where it belongs.
#include "kernels/stderr_text.h"
#include "runner/cell_run.h"
#include "runner/timing.h"

#include <utility>

namespace km::runner {

using jupyter::Channel;
using jupyter::Json;

namespace {

// Taken in one go, so that signals and limits are looked at under a flood as well.
constexpr int kMessagesAtOnce = 512;

}  // namespace

void CellRun::read_pipes() {
  auto& lifetime = kernel_.lifetime();
  const auto now = std::chrono::system_clock::now();
  for (const bool out : {true, false}) {
    std::string text = lifetime.take(out ? lifetime.stdout_fd() : lifetime.stderr_fd());
    if (text.empty()) continue;
    if (kernel_.is_ipykernel()) {
      if (!out) text = kernels::without_log(text);
      if (text.empty()) continue;
      order_.text(out ? "stdout" : "stderr", std::move(text), pipes_empty_at_, now);
    } else if (run_.plan.kernel_says) {
      run_.plan.kernel_says(text);
    }
  }
  pipes_empty_at_ = now;
}

void CellRun::read_shell() {
  while (auto message = kernel_.client().receive(Channel::shell)) {
    if (message->parent_id != request_) continue;
    record_timing(execution_, *message, std::chrono::system_clock::now());
    reply_ = std::move(message);
    replied_at_ = Clock::now();
  }
  // Cells are told that nobody can answer (allow_stdin); a kernel that asks all the same gets an
  // empty line.
  while (const auto question = kernel_.client().receive(Channel::input)) {
    static_cast<void>(kernel_.client().reply_input(*question, ""));
  }
  while (kernel_.client().receive(Channel::control)) continue;
}

void CellRun::read_iopub() {
  for (int i = 0; i < kMessagesAtOnce && !idle_at_; ++i) {
    auto message = kernel_.client().receive(Channel::iopub);
    if (!message) return;
    take_message(std::move(*message));
  }
}

void CellRun::take_message(jupyter::Message message) {
  if (message.parent_id != request_) return;
  const auto now = std::chrono::system_clock::now();
  record_timing(execution_, message, now);
  if (message.type == "status") {
    if (jupyter::text_member(message.content, "execution_state") != "idle") return;
    idle_at_ = Clock::now();
    read_pipes();  // a child's last words are in the pipe before the cell ends
    order_.cell_ended(sent_time(message, now));
    return;
  }
  const auto sent = sent_time(message, now);
  order_.message(std::move(message), sent, now);
}

void CellRun::take_ordered() {
  for (const auto& item : order_.take()) {
    if (const auto* piece = std::get_if<PipeText>(&item)) {
      take_text(*piece);
    } else {
      take_output(std::get<jupyter::Message>(item));
    }
  }
}

void CellRun::take_text(const PipeText& piece) {
  if (run_.output_widgets.take_stream(request_, piece.stream, piece.text)) return;
  outputs_.add_stream(piece.stream, piece.text);
  run_.out.message("stream", {{"name", piece.stream}, {"text", piece.text}}, outputs_);
}

void CellRun::add_rest(const supervisor::Lifetime::End& end) {
  const std::string errors = kernels::without_log(kernels::without_dump(end.rest_stderr));
  if (!end.rest_stdout.empty()) take_text({"stdout", end.rest_stdout, {}, {}});
  if (!errors.empty()) take_text({"stderr", errors, {}, {}});
}

void CellRun::take_output(const jupyter::Message& message) {
  run_.widgets.add(message);
  run_.output_widgets.see(message);
  const Json& count = jupyter::member(message.content, "execution_count");
  if (count.is_number_integer()) cell()["execution_count"] = count;
  if (message.type == "execute_input" || message.type.starts_with("comm")) return;
  const std::string display = jupyter::display_id_of(message);
  if (!display.empty()) {
    // One display may stand under several cells.
    const Json& data = jupyter::member(message.content, "data");
    const Json& metadata = jupyter::member(message.content, "metadata");
    for (auto& [earlier, outputs] : run_.displays) {
      if (outputs.update_display(display, data, metadata)) run_.out.changed(earlier, outputs);
    }
    has_displays_ = true;
  }
  if (message.type != "update_display_data" && run_.output_widgets.take(message)) return;
  outputs_.add(message);
  run_.out.message(message.type, message.content, outputs_);
}

void CellRun::tell_output_widgets() {
  // The kernel's side of a widget reads what it caught; nbclient tells it with every output, which
  // it can take up no earlier than after the cell.
  for (auto& [comm, outputs] : run_.output_widgets.changed()) {
    static_cast<void>(kernel_.client().send(Channel::shell, "comm_msg",
                                            {{"comm_id", comm},
                                             {"data",
                                              {{"method", "update"},
                                               {"state", {{"outputs", outputs}}},
                                               {"buffer_paths", Json::array()}}}}));
    run_.widgets.set_outputs(comm, std::move(outputs));
  }
}

void CellRun::add(const Json& output) {
  outputs_.add_output(output);
  added_ = true;
}

}  // namespace km::runner
