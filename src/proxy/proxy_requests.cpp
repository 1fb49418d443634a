// The way from clients to the kernel: checked, recorded, passed on as it came.
#include "proxy/proxy.h"

#include <algorithm>
#include <csignal>
#include <unistd.h>
#include <utility>

namespace km::proxy {

using jupyter::Channel;
using jupyter::Json;

namespace {

// Of a cell, for the record; a larger one is cut.
constexpr std::size_t kMostCode = std::size_t{64} * 1024;

Json content_of(const Look& look) {
  auto content = jupyter::parse_json(look.content_text);
  return content ? std::move(*content) : Json();
}

bool flag(const Json& content, std::string_view name, bool otherwise) {
  const auto& value = jupyter::member(content, name);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

}  // namespace

bool Proxy::forward_request(Channel channel) {
  const auto way = static_cast<std::size_t>(channel);
  auto& target = kernel_->of(channel);
  if (!to_kernel_[way].flush(target)) return false;
  Frames frames;
  if (!receive(front_.of(channel), frames)) return false;
  const auto look = look_at(frames, signer_);
  // Not of somebody who holds the key, or come a second time: a kernel would drop it as well.
  if (!look || look->delimiter == 0 || replays_.again(look->signature)) return true;
  if (take_request(channel, frames, *look)) return true;
  to_kernel_[way].pass(std::move(frames), target);
  return true;
}

// True where it is answered here.
bool Proxy::take_request(Channel channel, Frames& frames, const Look& look) {
  if (channel == Channel::input) return false;
  comms_.saw(look.type, look.content_text);
  if (look.type == "shutdown_request") {
    leaving_ = true;
    kernel_->lifetime().requested(supervisor::Request::shutdown);
  } else if (look.type == "interrupt_request" && plan_.interrupts_itself) {
    kernel_->lifetime().requested(supervisor::Request::interrupt);
    // As ipykernel does it: the group where it is ours, so that its children are reached too.
    if (::getpgrp() == ::getpid())
      ::kill(0, SIGINT);
    else
      kernel_->lifetime().signal(SIGINT);
    answer(channel, frames, look, "interrupt_reply", {{"status", "ok"}});
    return true;
  } else if (look.type == "connect_request") {
    // The kernel would tell its private ports.
    const auto& given = plan_.kernel.given.connection;
    answer(channel, frames, look, "connect_reply",
           {{"shell_port", given.shell_port},
            {"iopub_port", given.iopub_port},
            {"stdin_port", given.stdin_port},
            {"control_port", given.control_port},
            {"hb_port", given.hb_port},
            {"status", "ok"}});
    return true;
  } else if (look.type == "delete_subshell_request") {
    const std::string id = jupyter::text_member(content_of(look), "subshell_id");
    if (generation_ > 1 && !subshells_.contains(id)) {  // it went with its kernel
      answer(channel, frames, look, "delete_subshell_reply", {{"status", "ok"}});
      return true;
    }
  }
  record(channel, frames, look);
  // A subshell that went with its kernel: the cell runs in the main shell of the fresh one.
  const std::string subshell = jupyter::text_member(look.header, "subshell_id");
  if (generation_ > 1 && !subshell.empty() && !subshells_.contains(subshell)) {
    Json header = look.header;
    header.erase("subshell_id");
    frames = with_header(frames, look, header, signer_);
  }
  return false;
}

void Proxy::record(Channel channel, const Frames& frames, const Look& look) {
  Request request;
  request.channel = channel;
  for (std::size_t i = 0; i < look.delimiter; ++i)
    request.identities.emplace_back(text_of(frames[i]));
  request.header = look.header_text;
  request.id = look.id;
  request.type = look.type;
  if (request.is_execute()) {
    const Json content = content_of(look);
    request.code = jupyter::text_member(content, "code").substr(0, kMostCode);
    request.silent = flag(content, "silent", false);
    request.stores_history = flag(content, "store_history", !request.silent);
    if (const auto metadata = jupyter::parse_json(look.metadata_text))
      request.cell = jupyter::text_member(*metadata, "cellId");
  }
  requests_.add(std::move(request));
}

void Proxy::answer(Channel channel, const Frames& frames, const Look& look, std::string_view type,
                   Json content) {
  std::vector<std::string> identities;
  for (std::size_t i = 0; i < look.delimiter; ++i) identities.emplace_back(text_of(frames[i]));
  const std::string parent(look.header_text);
  publish(voice_.publish("status", parent, {{"execution_state", "busy"}}));
  Frames reply = voice_.reply(identities, type, parent, std::move(content));
  send(front_.of(channel), reply);
  publish(voice_.publish("status", parent, {{"execution_state", "idle"}}));
}

}  // namespace km::proxy
