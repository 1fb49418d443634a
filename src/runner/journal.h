// The journal beside OUT.ipynb: what a run has seen since OUT was last written, so that nothing
// finished is lost whoever is killed. One JSON object a line; OUT and the journal together are the
// run (restore.cpp puts them together).
//
//   {"journal":"kernelmedic.run/1","pid":1,"start":2,"max_output":3}   who writes it
//   {"begin":4,"before":[...]}                                         cell 4 starts, with notes
//   above its outputs
//   {"message":4,"type":"stream","content":{...}}                      an output message of the
//   running cell
//   {"cell":4,"execution_count":5,"execution":{...}}                   it has ended; "outputs"
//   where messages were left out
//   {"outputs":2,"list":[...]}                                         an earlier cell whose
//   display was updated
#pragma once

#include "jupyter/message.h"
#include "os/handle.h"
#include "result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace km::runner {

inline constexpr std::string_view kJournalSchema = "kernelmedic.run/1";

// Where the journal of a notebook lies.
std::filesystem::path journal_of(const std::filesystem::path& notebook);

class Journal {
 public:
  // A new file, 0600; one that was there is replaced.
  static Result<Journal> create(const std::filesystem::path& path, std::int64_t max_output_bytes);

  void begin(std::size_t cell, const jupyter::Json& before);
  void message(std::string_view type, const jupyter::Json& content);
  void end(const jupyter::Json& execution_count, const jupyter::Json& execution);
  void outputs(std::size_t cell, const jupyter::Json& list);
  // Messages that replace each other (progress bars) make the journal longer than the outputs: true
  // once what the running cell wrote should be replaced by snapshot().
  bool wants_snapshot(std::int64_t outputs_bytes) const;
  void snapshot(const jupyter::Json& outputs);

  // Hands what was collected to the system, which keeps it even if we are killed. Bounded by
  // kBufferBytes before that.
  Result<> flush();
  // OUT holds everything: starts anew.
  Result<> clear();
  // The run is over in order.
  void remove();

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;
  static constexpr std::int64_t kSnapshotBytes = 4 << 20;

  Journal(std::filesystem::path path, os::Fd file, std::string head)
      : path_(std::move(path)), file_(std::move(file)), head_(std::move(head)) {}
  void line(const jupyter::Json& object);
  Result<> write_out();

  std::filesystem::path path_;
  os::Fd file_;
  std::string head_;  // first line
  std::string buffer_;
  std::size_t cell_ = 0;         // that is running
  std::int64_t written_ = 0;     // bytes in the file
  std::int64_t cell_start_ = 0;  // offset of its `begin`
  std::int64_t cell_bytes_ = 0;  // written for it
};

}  // namespace km::runner
