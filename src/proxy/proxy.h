// Stands between the front ends and a kernel, and stays when the kernel dies: forwards every
// message as it is, knows what runs, and after a death answers in the kernel's name and starts a
// fresh one (docs/proxy.md). One loop, one thread.
#pragma once

#include "jupyter/connection.h"
#include "kernels/forewarning.h"
#include "os/handle.h"
#include "os/signals.h"
#include "proxy/comms.h"
#include "proxy/front.h"
#include "proxy/held.h"
#include "proxy/kernel.h"
#include "proxy/lost_names.h"
#include "proxy/replays.h"
#include "proxy/requests.h"
#include "proxy/voice.h"
#include "result.h"

#include <array>
#include <bitset>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace km::proxy {

// A client that takes nothing for so long loses what it does not take, as with any kernel: the
// others do not wait for it for ever.
constexpr std::chrono::seconds kSlowest{10};

// Taken from one channel in a row, so that under a flood the others are heard as well.
constexpr int kAtOnce = 64;
// After how long a full queue is tried again.
constexpr std::chrono::milliseconds kRetry{1};

enum class OnDeath { respawn, exit };

struct ProxyPlan {
  KernelPlan kernel;
  kernels::ForewarningPlan forewarning;  // its program empty: no look at the environment
  OnDeath on_death = OnDeath::respawn;
  int max_deaths = 5;              // in a row, with no cell completed between; 0: no limit
  bool interrupts_itself = false;  // interrupt_request is served here, by SIGINT
  pid_t parent = -1;               // ends the kernel when it has gone; -1: nobody is watched
  std::function<void(const supervisor::Lifetime::End& end)> died;  // the verdict, for our stderr
  std::function<void(const std::string& line)> say;
};

class Proxy {
 public:
  // Binds first, so that clients that knock meanwhile are not refused; then starts the kernel. An
  // error only where nothing could be started.
  static Result<std::unique_ptr<Proxy>> start(ProxyPlan plan, const os::Signals& signals);
  ~Proxy();

  // Until the session is over; the exit status of the last kernel, as a shell has it.
  int run();

 private:
  Proxy(ProxyPlan plan, const os::Signals& signals);
  Result<> start_kernel();

  // The loop (proxy.cpp).
  enum class Source {
    front_shell,
    front_control,
    front_input,
    subscriptions,
    heartbeat,
    shell,
    control,
    input,
    iopub,
    death,
    out,
    err,
    signal,
    parent,
  };
  static constexpr std::size_t kSources = 14;
  static constexpr std::size_t kSockets = 9;  // the first of them
  static Source front_of(jupyter::Channel channel);
  static Source back_of(jupyter::Channel channel);
  // It was read from or written to: its descriptor may have told already what waits there.
  void use(Source source) { used_[static_cast<std::size_t>(source)] = true; }
  bool is_ready(Source source) const { return ready_[static_cast<std::size_t>(source)]; }
  void wait(std::chrono::milliseconds longest);
  bool forward_everything();  // true where it stopped early: there is more
  void end_with_parent();
  void read_signals();
  void read_pipes();
  void say_text(std::string_view stream, std::string text);
  void echo_heartbeat();
  void welcome_subscribers();
  void publish(Frames frames);
  void make_room();  // on iopub: waits until nothing is held there
  void give_up_on_slow_clients();
  std::chrono::milliseconds pause(Clock::time_point now) const;
  void warn();

  // From clients to the kernel (requests.cpp of this room keeps them): proxy_requests.cpp.
  bool forward_request(jupyter::Channel channel);
  bool take_request(jupyter::Channel channel, Frames& frames, const Look& look);
  void record(jupyter::Channel channel, const Frames& frames, const Look& look);
  void answer(jupyter::Channel channel, const Frames& frames, const Look& look,
              std::string_view type, jupyter::Json content);

  // From the kernel to clients: proxy_answers.cpp.
  bool forward_reply(jupyter::Channel channel);
  bool forward_iopub();
  void take_iopub(Frames frames);
  void note_reply(const Look& look);
  void note_published(const Look& look);
  void after_published(const std::string& type, const std::string& parent,
                       const std::string& parent_header, std::string_view content);
  void cell_begins(Request& request);
  void cell_ends(Request& request);

  // At a death: proxy_death.cpp.
  std::optional<int> kernel_ended();  // an exit status: the session is over
  bool goes_on(bool was_ready);
  void leave_word(const supervisor::Lifetime::End& end);
  void record_what_waits();
  void ask_again(Request request);
  void tell(const supervisor::Lifetime::End& end, std::vector<Request> requests);
  void tell_cell(const Request& request, const supervisor::Lifetime::End& end);
  void abort(const Request& request);
  void close_comms();
  void notes_for(const std::string& parent_header);
  std::string what_is_gone() const;
  void put_note(const std::string& parent_header, std::string_view sentence);

  ProxyPlan plan_;
  const os::Signals& signals_;
  jupyter::Signer signer_;
  Voice voice_;
  Looker looker_{signer_};     // at what the kernel says
  zmq::context_t context_{1};  // outlives the sockets
  Front front_;
  std::unique_ptr<Kernel> kernel_;
  os::Fd parent_end_;
  std::unique_ptr<kernels::Forewarning> forewarning_;

  std::optional<Clock::time_point> tick_at_;  // of the kernel that starts

  std::bitset<kSources> ready_;  // at the last wait
  std::bitset<kSources> used_;   // since then

  Requests requests_;
  Comms comms_;
  LostNames names_;
  Replays replays_;
  // One message a way, that its target has no room for; nothing more is read from its source.
  std::array<Held, 4> to_kernel_;  // by channel
  std::array<Held, 4> to_clients_;
  std::set<std::string> subshells_;   // of the kernel that lives
  std::string last_cell_;             // header of the last execute_request: text on fd 1, 2
  std::string running_;               // its id while the kernel works on it
  std::vector<jupyter::Json> notes_;  // for the next cell, as nbformat outputs
  int last_count_ = 0;
  int deaths_ = 0;         // since a cell was completed
  int failed_starts_ = 0;  // in a row
  int generation_ = 0;
  bool leaving_ = false;   // its end was asked for
  bool cut_dump_ = false;  // faulthandler's dump has begun on fd 2
};

}  // namespace km::proxy
