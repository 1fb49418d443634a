// The way from the kernel to clients: passed on as it came, and looked at.
#include "proxy/proxy.h"

#include <fmt/format.h>
#include <utility>

namespace km::proxy {

using jupyter::Channel;
using jupyter::Json;

bool Proxy::forward_reply(Channel channel) {
  const auto way = static_cast<std::size_t>(channel);
  auto& target = front_.of(channel);
  if (!to_clients_[way].flush(target)) {
    if (Clock::now() - to_clients_[way].since < kSlowest) return false;
    to_clients_[way].frames.clear();  // its client takes nothing; the others wait behind it
  }
  Frames frames;
  if (!receive(kernel_->of(channel), frames)) return false;
  const auto look = looker_.look_at(frames);
  if (!look) return true;
  voice_.imitate(look->header);
  if (look->delimiter == 0) {  // the answer to a question of ours
    if (look->type == "kernel_info_reply") kernel_->answered();
    return true;
  }
  if (channel != Channel::input) note_reply(*look);
  to_clients_[way].pass(std::move(frames), target);
  return true;
}

void Proxy::note_reply(const Look& look) {
  kernel_->answered();
  if (look.type == "create_subshell_reply") {
    if (const auto content = jupyter::parse_json(look.content_text))
      subshells_.insert(jupyter::text_member(*content, "subshell_id"));
  }
  Request* request = requests_.find(look.parent_id);
  if (request == nullptr) return;
  if (request->is_execute()) {
    constexpr std::string_view kAsksExit = "\"ask_exit\"";
    if (look.content_text.find(kAsksExit) != std::string_view::npos) {
      // quit(): the kernel leaves because somebody wanted it.
      leaving_ = true;
      kernel_->lifetime().requested(supervisor::Request::shutdown);
    }
    deaths_ = 0;
    if (request->count && request->stores_history) names_.ran(request->code, *request->count);
  }
  requests_.replied(look.parent_id);
}

bool Proxy::forward_iopub() {
  Held& way = to_clients_[static_cast<std::size_t>(Channel::iopub)];
  if (!way.flush(front_.iopub)) {
    if (Clock::now() - way.since < kSlowest) return false;
    give_up_on_slow_clients();
  }
  Frames frames;
  if (!receive(kernel_->of(Channel::iopub), frames)) return false;
  take_iopub(std::move(frames));
  return true;
}

void Proxy::take_iopub(Frames frames) {
  // Checking 20 MB of prints takes as long as printing them. Nothing of that size is ever kept back
  // or counted here, so it is not looked at; its reader checks it anyway.
  constexpr std::size_t kLarge = std::size_t{1} << 20U;
  Held& way = to_clients_[static_cast<std::size_t>(Channel::iopub)];
  if (kernel_->open() && content_size(frames) > kLarge) {
    way.pass(std::move(frames), front_.iopub);
    return;
  }
  const auto look = looker_.look_at(frames);
  if (!look) return;
  voice_.imitate(look->header);
  if (!kernel_->open()) {
    kernel_->heard(voice_);
    use(Source::shell);
  }
  if (look->type == "iopub_welcome") return;  // for our own subscription; clients got theirs
  if (kernel_->is_ours(look->parent_id)) {
    // The fresh kernel's first `idle` shows everybody that it is there.
    if (generation_ == 1 || kernel_->is_preparation(look->parent_id)) return;
  }
  // After a death the state is idle already: "starting" would keep clients waiting, and what a
  // fresh kernel says before its first cell belongs to none.
  if (generation_ > 1 && look->parent_id.empty() && !kernel_->ready()) return;
  note_published(*look);  // it may have filled the way with text of the cell's pipes
  const std::string type = look->type;
  const std::string parent = look->parent_id;
  const std::string parent_header(look->parent_text);
  const bool speaks = type == "error" || type == "execute_input" || type == "status";
  const std::string content(speaks ? look->content_text : std::string_view());
  way.pass(std::move(frames), front_.iopub);
  if (speaks) after_published(type, parent, parent_header, content);
}

void Proxy::note_published(const Look& look) {
  comms_.saw(look.type, look.content_text);
  Request* request = requests_.find(look.parent_id);
  if (request == nullptr) return;
  if (look.type == "status") {
    const bool idle = look.content_text.find("\"idle\"") != std::string_view::npos;
    if (!idle) {
      request->busy = true;
      if (request->is_execute()) cell_begins(*request);
    } else if (request->is_execute()) {
      read_pipes();  // what a child of the cell said is in the pipe before the cell ends
      cell_ends(*request);
    }
  } else if (look.type == "execute_input") {
    request->shown = true;
    if (const auto content = jupyter::parse_json(look.content_text)) {
      const auto& count = jupyter::member(*content, "execution_count");
      if (count.is_number_integer()) last_count_ = count.get<int>();
      request->count = last_count_;
    }
  }
}

void Proxy::after_published(const std::string& type, const std::string& parent,
                            const std::string& parent_header, std::string_view content) {
  if (type == "status") {
    if (content.find("\"idle\"") != std::string_view::npos) requests_.idle(parent);
    return;
  }
  const Request* request = requests_.find(parent);
  if (request == nullptr || request->silent) return;
  if (type == "execute_input") {
    notes_for(parent_header);
    return;
  }
  const auto error = jupyter::parse_json(content);
  if (!error || jupyter::text_member(*error, "ename") != "NameError") return;
  const std::string name = undefined_name(jupyter::text_member(*error, "evalue"));
  if (const auto cell = names_.lost(name)) {
    put_note(parent_header,
             fmt::format("`{}` was lost when the kernel died: cell [{}] had made it. "
                         "Run that cell again, and those that it needs.",
                         name, *cell));
  }
}

void Proxy::cell_begins(Request& request) {
  last_cell_ = request.header;
  if (running_ == request.id) return;
  running_ = request.id;
  casefile::Cell cell;
  cell.id = request.cell;
  cell.execution_count = request.count.value_or(last_count_ + 1);
  cell.source = request.code;
  kernel_->lifetime().cell_begins(cell, fmt::format("[{}]", *cell.execution_count));
}

void Proxy::cell_ends(Request& request) {
  if (running_ != request.id) return;
  running_.clear();
  kernel_->lifetime().cell_ends();
}

}  // namespace km::proxy
