// What clients have asked and the kernel has not yet answered: enough to answer it ourselves when
// the kernel dies. Pure.
#pragma once

#include "jupyter/connection.h"

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace km::proxy {

struct Request {
  jupyter::Channel channel = jupyter::Channel::shell;
  std::vector<std::string> identities;  // of the client, as the socket gave them
  std::string header;                   // as received: the parent header of every answer
  std::string id;
  std::string type;  // "execute_request"
  std::string code;  // of an execute_request
  std::string cell;  // its notebook cell's id, where the front end tells it
  bool silent = false;
  bool stores_history = true;
  // What the kernel has said of it.
  bool busy = false;
  bool shown = false;  // execute_input: the prompt has its number
  std::optional<int> count;
  bool replied = false;

  bool is_execute() const { return type == "execute_request"; }
  // A person looks at it and waits.
  bool is_open_cell() const { return is_execute() && !silent && !replied; }
  // comm_open and its kind get no reply.
  bool wants_reply() const { return type.ends_with("_request"); }
};

class Requests {
 public:
  // Beyond these a request passes unrecorded: a dead kernel's client then waits for its answer as
  // it does today.
  static constexpr std::size_t kMost = 20'000;
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

  // False where it is not recorded: too many, or an id that waits already (a replayed message).
  bool add(Request request);
  Request* find(std::string_view id);
  // The two ends of a request come on two sockets, in any order.
  void replied(std::string_view id);
  void idle(std::string_view id);

  // Those without a reply (or, where none belongs, without an end), oldest first, each with what is
  // known of it; the record is empty afterwards.
  std::vector<Request> take_all();

  // The one that a death belongs to: the oldest execute_request that the kernel works on. A kernel
  // may die before it says that it began: then the oldest of all, if it is one. Null: none runs.
  Request* running();
  // Whether a cell waits for its reply, at work or behind other requests.
  bool has_cell() const;
  std::size_t size() const { return requests_.size(); }

 private:
  using List = std::list<Request>;
  void remove(List::iterator request);
  void forget_ended();

  List requests_;  // in the order in which they came
  std::unordered_map<std::string, List::iterator> by_id_;
  std::size_t bytes_ = 0;
  std::size_t ended_ = 0;  // replied, and no idle yet: some kernels never send one
};

}  // namespace km::proxy
