// A terminal of its own for a program whose output goes to a terminal: it must not notice that
// somebody reads along.
#pragma once

#include "os/handle.h"
#include "result.h"

#include <optional>
#include <termios.h>

#include <sys/types.h>

namespace km::cli {

class ExecTerminal {
 public:
  // `whole`: the program gets it as its controlling terminal and ours is made raw, so that every
  // key reaches it. Else it only looks like a terminal to write to; the program stays in our
  // session and job control is the shell's.
  static Result<ExecTerminal> open(int real_fd, bool whole);
  ExecTerminal(ExecTerminal&& other) noexcept;
  ExecTerminal& operator=(ExecTerminal&&) = delete;
  ~ExecTerminal();

  bool whole() const { return whole_; }
  int master() const { return master_.get(); }
  int slave() const { return slave_.get(); }
  void close_slave() {
    slave_.reset();
  }  // after the program has it: else its end would never be seen
  void close_master() { master_.reset(); }

  bool is_raw() const { return raw_; }
  void make_raw();  // only where we are in the foreground
  void restore();
  const termios& settings() const { return saved_; }
  void follow_size();
  // This key is the stop key, and `program` would be the one to stop: in a session of its own it
  // cannot be by itself.
  bool is_stop_key(char key, pid_t program) const;

  // Where stdin and stdout are a terminal and we are in its foreground.
  static bool is_whole_possible();

 private:
  ExecTerminal() = default;
  int real_fd_ = -1;  // not owned
  bool whole_ = false;
  bool raw_ = false;
  termios saved_{};
  os::Fd master_;
  os::Fd slave_;
};

}  // namespace km::cli
