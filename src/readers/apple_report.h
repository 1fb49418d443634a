// What was read of one Apple report, in plain values, before it becomes facts: the readers of its
// two forms, text and JSON, fill the same structure, and each only what the other left empty.
#pragma once

#include "casefile/casefile.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::readers::apple {

inline constexpr std::size_t kMaxFrames = 512;  // of one thread
inline constexpr std::size_t kMaxAllFrames = 20'000;
inline constexpr std::size_t kMaxThreads = 4096;
inline constexpr std::size_t kMaxImages = 4096;
inline constexpr std::size_t kMaxMessages = 64;
inline constexpr std::size_t kMaxVictims = 256;

// A text and where it stands; empty where nothing told it.
struct Told {
  std::string text;
  std::string source;

  explicit operator bool() const { return !text.empty(); }
  // The first one who tells it is believed.
  void tell(std::string_view value, std::string_view where) {
    if (!text.empty() || value.empty()) return;
    text = value;
    source = where;
  }
};

struct Frame {
  std::string image;                        // as the report names it; empty where it does not
  std::optional<std::int64_t> image_index;  // in Report::images, where the report counts them
  std::string symbol;
  std::string offset;  // from the symbol, or from the image where there is none
};

struct Thread {
  std::optional<std::int64_t> index;
  bool crashed = false;
  std::string name;
  std::string queue;
  std::vector<Frame> frames;  // innermost first
  std::string source;
};

struct Image {
  std::string name;  // file name, or bundle identifier in older reports
  std::string path;
  std::string architecture;  // "arm64e", or empty
};

struct Victim {
  std::string name;
  std::string reason;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> pages;
};

struct Report {
  bool recognised = false;  // at least one thing that only Apple's reports say

  Told process;
  std::optional<std::int64_t> pid;
  Told time;        // as it stands
  Told cpu;         // "ARM-64", "X86-64"
  Told translated;  // "true", "false"
  Told system;      // "macOS 12.1 (21C52)"
  Told model;       // "Mac16,5"
  Told processor;   // "6-Core Intel Core i7"

  Told exception;  // "EXC_BAD_ACCESS"
  Told signal;     // "SIGSEGV"; also "SIGKILL (Code Signature Invalid)"
  Told detail;     // "KERN_INVALID_ADDRESS at 0x8"
  Told ended_by;   // namespace of the termination: "CODESIGNING"
  Told end_code;
  Told end_words;  // "Abort trap: 6"
  std::vector<Told> messages;

  std::optional<std::int64_t> crashed_thread;
  Told crashed_queue;  // told apart from the thread
  std::vector<Thread> threads;
  std::size_t frames = 0;  // of all threads
  Told code;               // the bytes of the instruction at which it died, and what follows them

  std::vector<Image> images;
  std::string images_source;
  bool images_complete = false;

  bool jetsam = false;
  std::int64_t page_size = 0;
  std::vector<Victim> victims;
  std::string victims_source;

  void message(std::string_view text, std::string_view source);  // each line is one
  void add_frame(Thread& thread, Frame frame);
};

// One JSON document or a piece of one, from `at`; returns where it ends.
std::size_t read_json(std::string_view text, std::size_t at, const std::string& name,
                      Report& report);

// The lines of the text form, one after the other.
class TextReader {
 public:
  TextReader(std::string name, Report& report) : name_(std::move(name)), report_(report) {}
  void line(std::int64_t number, std::string_view line);
  void end_part();  // something else than text follows

 private:
  enum class Part { none, messages, termination, frames, images, code };

  bool label(std::string_view name, std::string_view value);
  bool heading(std::string_view name, std::string_view value);
  bool thread_heading(std::string_view line);
  bool frame(std::string_view line);
  bool image(std::string_view line);
  void code(std::string_view line);
  bool victim(std::string_view line);
  Thread* thread(std::int64_t index);
  std::string here() const;

  std::string name_;
  Report& report_;  // the caller's, who outlives us
  std::int64_t number_ = 0;
  Part part_ = Part::none;
  std::optional<std::size_t> thread_;  // whose frames follow
  std::string code_;
  bool code_found_ = false;  // behind the mark of the instruction that died
};

// The parts of a line of the text form (apple_text_lines.cpp).
std::optional<Frame> parse_frame_line(std::string_view line);
std::optional<Image> parse_image_line(std::string_view line);
struct Termination {
  std::string ended_by;
  std::string code;  // decimal where it is small
  std::string words;
};
std::optional<Termination> parse_termination(std::string_view text);
std::string processor_of(std::string_view model_line);
// The bytes of one line of an instruction stream; `marked`: where the bracket stands among them.
std::string parse_code_line(std::string_view line, std::optional<std::size_t>& marked);

// The thread that crashed, its guilty frame, and what its images tell (apple_frames.cpp).
const Thread* crashed_thread(const Report& report);
std::string image_name(const Report& report, const Frame& frame);
std::string to_text(const Report& report, const Frame& frame);
const Frame* guilty_frame(const Report& report, const Thread& thread);
bool is_rosetta(const Image& image);

// Without the names of people and machines: home folders and UUIDs.
std::string clean(std::string_view text);

void add_facts(const Report& report, const std::string& name, casefile::CaseFile& out);

}  // namespace km::readers::apple
