// What follows from a kernel's end: the verdict under its cell, answers for everybody who waits,
// and a fresh kernel; or the end of the session.
#include "kernels/verdict_outputs.h"
#include "proxy/proxy.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace km::proxy {

using jupyter::Channel;
using jupyter::Json;

namespace {

std::string title_of(const supervisor::Lifetime::End& end) {
  return end.diagnosis ? end.diagnosis->verdict().title : "the kernel died";
}

Json as_display(const Json& output) {
  return {{"data", output.at("data")}, {"metadata", Json::object()}, {"transient", Json::object()}};
}

Json without_type(Json output) {
  output.erase("output_type");
  return output;
}

std::string reply_to(const std::string& request) {
  constexpr std::string_view kRequest = "_request";
  return request.substr(0, request.size() - kRequest.size()) + "_reply";
}

}  // namespace

std::optional<int> Proxy::kernel_ended() {
  read_signals();  // the one that ended it may have come a moment ago
  // First what it still said, in the order in which it said it.
  kernel_->last_messages([this](Frames& frames) {
    make_room();
    take_iopub(std::move(frames));
  });
  read_pipes();
  for (const Channel channel : {Channel::shell, Channel::control, Channel::input})
    while (forward_reply(channel)) continue;

  Request* running = requests_.running();
  if (running != nullptr) cell_begins(*running);
  const bool was_ready = kernel_->ready();
  const std::string_view phase = running != nullptr ? "cell" : was_ready ? "idle" : "start";
  const auto end = kernel_->lifetime().finish(
      phase, {{"kernel.ready", was_ready, "answer to kernel_info_request"}});
  say_text("stdout", end.rest_stdout);
  say_text("stderr", end.rest_stderr);
  const int status = end.status.as_shell();
  if (end.diagnosis && plan_.died) plan_.died(end);
  // Nobody's accident, or an end that was asked for: as without us.
  if (!end.diagnosis || leaving_) return status;
  names_.died();
  if (!goes_on(was_ready)) {
    leave_word(end);
    return status != 0 ? status : 1;
  }
  // What clients have sent before they could know of it counts as queued, if there was a queue: a
  // cell that comes while none runs has lost nothing and is for the fresh kernel.
  if (!was_ready || requests_.has_cell()) record_what_waits();
  auto requests = requests_.take_all();
  // A client that just comes asks for kernel_info and takes no "aborted" for an answer; whoever
  // answers is all the same.
  const auto asks_who =
      std::stable_partition(requests.begin(), requests.end(), [](const Request& request) {
        return request.type != "kernel_info_request" || request.replied;
      });
  std::vector<Request> again(std::make_move_iterator(asks_who),
                             std::make_move_iterator(requests.end()));
  requests.erase(asks_who, requests.end());
  tell(end, std::move(requests));
  running_.clear();
  last_count_ = 0;
  subshells_.clear();
  for (Held& held : to_kernel_) held.forget();
  if (auto started = start_kernel(); !started) {
    if (plan_.say) plan_.say("no fresh kernel could be started: " + started.error().what);
    return status != 0 ? status : 1;
  }
  for (Request& request : again) ask_again(std::move(request));
  return std::nullopt;
}

bool Proxy::goes_on(bool was_ready) {
  // One that cannot start any more will not start at the next try either, whatever --max-deaths is;
  // the very first one is the server's to start again.
  constexpr int kMostFailedStarts = 5;
  ++deaths_;
  failed_starts_ = was_ready ? 0 : failed_starts_ + 1;
  if (plan_.on_death == OnDeath::exit || (generation_ == 1 && !was_ready)) return false;
  return failed_starts_ < kMostFailedStarts &&
         (plan_.max_deaths == 0 || deaths_ < plan_.max_deaths);
}

// No reply: the client's own watch finds the kernel gone, and the cell holds the reason.
void Proxy::leave_word(const supervisor::Lifetime::End& end) {
  const auto requests = requests_.take_all();
  const auto cell = std::find_if(requests.begin(), requests.end(),
                                 [](const Request& request) { return request.is_open_cell(); });
  if (cell != requests.end()) tell_cell(*cell, end);
}

void Proxy::record_what_waits() {
  // The queue in front is short: what waits behind it needs a moment to come through.
  constexpr std::chrono::milliseconds kMoment{2};
  const auto until = Clock::now() + std::chrono::milliseconds(100);
  std::array<zmq::pollitem_t, 1> item{{{front_.shell.handle(), 0, ZMQ_POLLIN, 0}}};
  do {
    Frames frames;
    while (receive(front_.shell, frames)) {
      const auto look = look_at(frames, signer_);
      if (!look || look->delimiter == 0 || replays_.again(look->signature)) continue;
      comms_.saw(look->type, look->content_text);
      record(Channel::shell, frames, *look);
    }
    try {
      if (zmq::poll(item, kMoment) <= 0) return;
    } catch (const zmq::error_t&) {
      return;
    }
  } while (Clock::now() < until);
}

void Proxy::ask_again(Request request) {
  std::vector<std::string> texts = request.identities;
  texts.emplace_back(jupyter::kDelimiter);
  texts.push_back(signer_.sign(request.header, "{}", "{}", "{}"));
  texts.push_back(request.header);
  texts.insert(texts.end(), 3, "{}");
  Frames frames = frames_of(texts);
  send(kernel_->of(request.channel), frames);
  request.busy = false;
  requests_.add(std::move(request));
}

void Proxy::tell(const supervisor::Lifetime::End& end, std::vector<Request> requests) {
  // The cell that ran; where a request of another kind did, the first that waited behind it.
  const auto waits = [](const Request& request) { return request.is_open_cell(); };
  auto cell = std::find_if(requests.begin(), requests.end(),
                           [&](const Request& request) { return waits(request) && request.busy; });
  if (cell == requests.end()) cell = std::find_if(requests.begin(), requests.end(), waits);
  const bool told = cell != requests.end();
  for (auto request = requests.begin(); request != requests.end(); ++request) {
    if (request == cell || (request->busy && waits(*request))) {
      tell_cell(*request, end);
      const int count = request->count.value_or(last_count_ + 1);
      Json reply = without_type(kernels::error_output("KernelDied", title_of(end),
                                                      end.card.text + "\n" + what_is_gone()));
      reply["status"] = "error";
      reply["execution_count"] = count;
      reply["payload"] = Json::array();
      reply["user_expressions"] = Json::object();
      Frames frames =
          voice_.reply(request->identities, "execute_reply", request->header, std::move(reply));
      send(front_.of(request->channel), frames);
      publish(voice_.publish("status", request->header, {{"execution_state", "idle"}}));
    } else {
      abort(*request);
    }
  }
  close_comms();
  if (told) {
    notes_.push_back(kernels::note_output(
        "The kernel died in the cell before and was started anew. " + what_is_gone()));
  } else {
    // No cell was running: the next one is where a person looks.
    notes_.push_back(kernels::verdict_display(end.card));
    notes_.push_back(kernels::note_output(
        "The kernel died before this cell and was started anew. " + what_is_gone()));
  }
}

void Proxy::tell_cell(const Request& request, const supervisor::Lifetime::End& end) {
  if (!request.shown) {
    publish(voice_.publish("status", request.header, {{"execution_state", "busy"}}));
    publish(voice_.publish(
        "execute_input", request.header,
        {{"code", request.code}, {"execution_count", request.count.value_or(last_count_ + 1)}}));
  }
  notes_for(request.header);
  publish(voice_.publish("display_data", request.header,
                         as_display(kernels::verdict_display(end.card))));
  if (plan_.on_death == OnDeath::respawn)
    put_note(request.header, "A fresh kernel is running. " + what_is_gone());
  publish(voice_.publish("error", request.header,
                         without_type(kernels::error_output(
                             "KernelDied", title_of(end), end.card.text + "\n" + what_is_gone()))));
}

void Proxy::abort(const Request& request) {
  if (request.wants_reply() && !request.replied) {
    Frames frames = voice_.reply(request.identities, reply_to(request.type), request.header,
                                 {{"status", "aborted"}});
    send(front_.of(request.channel), frames);
  }
  if (!request.busy && !request.replied)
    publish(voice_.publish("status", request.header, {{"execution_state", "busy"}}));
  publish(voice_.publish("status", request.header, {{"execution_state", "idle"}}));
}

void Proxy::close_comms() {
  for (const std::string& id : comms_.take_all()) {
    publish(voice_.publish("comm_close", "{}", {{"comm_id", id}, {"data", Json::object()}}));
  }
}

void Proxy::notes_for(const std::string& parent_header) {
  for (const Json& note : std::exchange(notes_, {}))
    publish(voice_.publish("display_data", parent_header, as_display(note)));
}

void Proxy::put_note(const std::string& parent_header, std::string_view sentence) {
  publish(
      voice_.publish("display_data", parent_header, as_display(kernels::note_output(sentence))));
}

std::string Proxy::what_is_gone() const {
  const auto cells = names_.cells();
  if (!cells) return "All variables are gone.";
  if (cells->first == cells->second)
    return fmt::format("All variables are gone; run cell [{}] again first.", cells->first);
  return fmt::format("All variables are gone; run cells [{}] to [{}] again first.", cells->first,
                     cells->second);
}

}  // namespace km::proxy
