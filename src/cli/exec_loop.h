// The life of a program under `exec`: its output on to ours, our signals and keys on to it, until
// it ends.
#pragma once

#include "cli/exec_signals.h"
#include "cli/exec_terminal.h"
#include "cli/passage.h"
#include "result.h"
#include "supervisor/keeper.h"
#include "supervisor/lifetime.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace km::cli {

class ExecLoop {
 public:
  // `plan` says what to start; where its output goes is decided here.
  static Result<std::unique_ptr<ExecLoop>> start(supervisor::LifetimePlan plan);
  ExecLoop(const ExecLoop&) = delete;
  ExecLoop& operator=(const ExecLoop&) = delete;

  const std::vector<casefile::Gap>& gaps() const { return life_->gaps(); }
  // Returns when the program has ended; our terminal is as it was before.
  supervisor::Lifetime::End run();

 private:
  ExecLoop() = default;
  void choose_streams(supervisor::LifetimePlan& plan);
  Result<> open_terminal(supervisor::LifetimePlan& plan, int real_fd);
  void start_keeper();

  void turn();  // waits for something and deals with it
  std::size_t read_output(std::size_t stream);
  std::string read_master();
  void lose(std::size_t stream);  // nobody reads there any more
  void read_keys();
  void write_keys();
  void handle(const ExecSignals::Came& came);
  void stop_and_go_on();
  void drain();
  int source_of(std::size_t stream) const;

  std::optional<ExecSignals> signals_;
  std::optional<ExecTerminal> terminal_;
  std::optional<supervisor::Keeper> keeper_;  // of the terminal
  std::unique_ptr<supervisor::Lifetime> life_;
  std::array<Passage, 2> passages_;             // to our fd 1 and 2
  std::optional<std::size_t> terminal_stream_;  // the one that the terminal's output goes to
  std::string keys_;                            // typed, on their way to the program
  bool keys_ended_ = false;
};

}  // namespace km::cli
