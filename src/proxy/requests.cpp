#include "proxy/requests.h"

#include <algorithm>
#include <utility>

namespace km::proxy {
namespace {

std::size_t size_of(const Request& request) {
  return sizeof(Request) + request.header.size() + request.code.size();
}

}  // namespace

bool Requests::add(Request request) {
  if (requests_.size() >= kMost || bytes_ + size_of(request) > kMostBytes) return false;
  if (by_id_.contains(request.id)) return false;
  bytes_ += size_of(request);
  requests_.push_back(std::move(request));
  by_id_.emplace(requests_.back().id, std::prev(requests_.end()));
  return true;
}

Request* Requests::find(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? nullptr : &*found->second;
}

void Requests::replied(std::string_view id) {
  Request* request = find(id);
  if (request == nullptr || request->replied) return;
  request->replied = true;
  ++ended_;
  forget_ended();
}

void Requests::idle(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return;
  Request& request = *found->second;
  request.busy = false;
  // An execute_request whose reply is still on its way is waited for; the others need none.
  if (request.replied || !request.wants_reply()) remove(found->second);
}

std::vector<Request> Requests::take_all() {
  std::vector<Request> all(std::make_move_iterator(requests_.begin()),
                           std::make_move_iterator(requests_.end()));
  requests_.clear();
  by_id_.clear();
  bytes_ = 0;
  ended_ = 0;
  return all;
}

Request* Requests::running() {
  const auto works = std::find_if(requests_.begin(), requests_.end(), [](const Request& request) {
    return request.is_execute() && !request.replied && request.busy;
  });
  if (works != requests_.end()) return &*works;
  const auto oldest = std::find_if(requests_.begin(), requests_.end(), [](const Request& request) {
    return request.channel == jupyter::Channel::shell && !request.replied && request.wants_reply();
  });
  return oldest != requests_.end() && oldest->is_execute() ? &*oldest : nullptr;
}

bool Requests::has_cell() const {
  return std::any_of(requests_.begin(), requests_.end(),
                     [](const Request& request) { return request.is_open_cell(); });
}

void Requests::remove(List::iterator request) {
  bytes_ -= size_of(*request);
  if (request->replied) --ended_;
  by_id_.erase(request->id);
  requests_.erase(request);
}

void Requests::forget_ended() {
  constexpr std::size_t kMostEnded = 64;
  if (ended_ <= kMostEnded) return;
  const auto oldest = std::find_if(requests_.begin(), requests_.end(),
                                   [](const Request& request) { return request.replied; });
  if (oldest != requests_.end()) remove(oldest);
}

}  // namespace km::proxy
