// The client side of the five sockets of one kernel process.
#pragma once

#include "jupyter/connection.h"
#include "jupyter/message.h"
#include "result.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace km::jupyter {

// Not thread-safe: all sockets belong to the thread that made it. Nothing is dropped on the way (no
// high-water mark), and no message is too large: refusing one would lose the connection, and with
// it the `idle` that ends a cell. What is kept is bounded where it is kept (CellOutputs); so call
// receive() as soon as wait() returns.
class Client {
 public:
  // The kernel need not be there yet: the sockets try again until it is.
  static Result<Client> connect(const Connection& connection);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();  // linger 0

  // Sends a request; returns its msg_id. Channel: shell or control (or input, for input_reply with
  // a parent).
  Result<std::string> send(Channel channel, std::string_view type, Json content);
  Result<> reply_input(const Message& request, std::string_view value);

  // The next message of that channel that is already here; nothing where none is. A message that
  // fails the check or does not parse is counted in refused() and skipped.
  std::optional<Message> receive(Channel channel);
  int refused() const;

  // Waits until one of the channels or descriptors is readable, at most `limit`. The answer is
  // parallel to `fds` (true: readable or hung up); fds of -1 are passed over. Channels are always
  // looked at with receive() afterwards.
  std::vector<bool> wait(const std::vector<int>& fds, std::chrono::milliseconds limit);

  const std::string& session() const;

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace km::jupyter
