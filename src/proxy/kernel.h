// One kernel process behind the proxy, and the private sockets to it.
#pragma once

#include "jupyter/connection.h"
#include "jupyter/runtime_folder.h"
#include "kernels/process.h"
#include "proxy/frames.h"
#include "proxy/voice.h"
#include "result.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>
#include <zmq.hpp>

namespace km::proxy {

using Clock = std::chrono::steady_clock;

struct KernelPlan {
  kernels::ProcessPlan process;  // argv with {private_connection_file} where it belongs
  jupyter::ConnectionFile given;
  std::filesystem::path given_file;  // its name is the private file's: programs read an id from it
  bool by_ipc = true;                // false: tcp on the loopback address
};

class Kernel {
 public:
  // An error only where nothing could be started.
  static Result<std::unique_ptr<Kernel>> start(zmq::context_t& context, const KernelPlan& plan,
                                               const Voice& voice);
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  supervisor::Lifetime& lifetime() { return *lifetime_; }
  zmq::socket_t& of(jupyter::Channel channel);
  bool dead();

  // Clients' requests may go to it: what it says about them will reach us. A subscription takes a
  // moment; what a kernel says before it is lost.
  bool open() const { return open_; }
  bool ready() const { return ready_; }  // it has answered
  // Something came on iopub.
  void heard(const Voice& voice);
  // A reply to one of our own requests came.
  void answered() { ready_ = true; }
  // Asks again where the first answer overtook the subscription; when to come back.
  std::optional<Clock::time_point> tick(const Voice& voice, Clock::time_point now);
  // The parent of a message: is it a request of ours, and is it the silent one?
  bool is_ours(const std::string& parent) const { return ours_.contains(parent); }
  bool is_preparation(const std::string& parent) const { return parent == preparation_id_; }

  // After its death: hands over what was still on its way on iopub, until the connection is seen to
  // be closed. Children of the kernel may hold it open: then until nothing came for a moment.
  template <class Take>
  void last_messages(Take take) {
    const auto until = Clock::now() + std::chrono::seconds(1);
    while (Clock::now() < until) {
      const bool closed = connection_closed();
      Frames frames;
      bool any = false;
      while (receive(iopub_, frames)) {
        any = true;
        take(frames);
      }
      if (!any && (closed || !waits())) return;
    }
  }

 private:
  explicit Kernel(zmq::context_t& context);
  Result<> connect(zmq::context_t& context, const KernelPlan& plan);
  Result<> spawn(const KernelPlan& plan);
  void ask(const Voice& voice, std::string_view type, jupyter::Json content, std::string* id);
  bool connection_closed();
  bool waits();

  std::optional<jupyter::RuntimeFolder> folder_;
  std::filesystem::path connection_file_;
  zmq::socket_t shell_;
  zmq::socket_t control_;
  zmq::socket_t input_;
  zmq::socket_t iopub_;
  zmq::socket_t monitor_;  // of iopub's connection
  std::unique_ptr<supervisor::Lifetime> lifetime_;
  std::string preparation_;
  std::string preparation_id_;
  std::set<std::string> ours_;
  bool closed_ = false;
  bool heard_ = false;
  bool ready_ = false;
  bool open_ = false;
  Clock::time_point ask_again_{};
};

}  // namespace km::proxy
