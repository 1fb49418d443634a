// The text form, line by line: labels with values, blocks under a heading, threads, images. The
// labels differ between macOS 10.15, 12 and 26 and iOS; all are known here.
#include "readers/apple_report.h"
#include "readers/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <re2/re2.h>

namespace km::readers::apple {
namespace {

bool begins_with(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

std::optional<std::int64_t> leading_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() || number < 0) return std::nullopt;
  return number;
}

// What stands behind a thread's number: "name Dispatch queue: com.apple.main-thread".
void read_thread_words(std::string_view words, std::string& name, std::string& queue) {
  static const RE2 kQueue("(?i)(.*?),?\\s*Dispatch queue:\\s*(.*)");
  words = trimmed(words);
  if (!RE2::FullMatch(re2::StringPiece(words.data(), words.size()), kQueue, &name, &queue) &&
      !words.empty())
    name = words;
}

}  // namespace

std::string TextReader::here() const { return fmt::format("{}:{}", name_, number_); }

void Report::message(std::string_view text, std::string_view source) {
  constexpr std::size_t kMessageBytes = 2000;
  while (!text.empty() && messages.size() < kMaxMessages) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end)).substr(0, kMessageBytes);
    if (!line.empty()) messages.push_back({std::string(line), std::string(source)});
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void TextReader::line(std::int64_t number, std::string_view line) {
  number_ = number;
  line = trimmed(line);
  while (begins_with(line, "> ")) line = trimmed(line.substr(2));  // quoted in a post
  if (line.empty()) {
    end_part();
    return;
  }
  if (thread_heading(line) || frame(line) || image(line)) return;
  const std::size_t colon = line.find(':');
  constexpr std::size_t kLabelBytes = 40;
  if (colon < kLabelBytes) {
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (label(line.substr(0, colon), value) || heading(line.substr(0, colon), value)) return;
  }
  if (part_ == Part::messages) {
    report_.message(line, here());
  } else if (part_ == Part::termination) {
    if (!begins_with(line, "(terminated at launch")) report_.message(line, here());
  } else if (part_ == Part::code) {
    code(line);
  } else if (report_.jetsam) {
    victim(line);
  }
}

void TextReader::end_part() {
  if (part_ == Part::images && !report_.images.empty()) report_.images_complete = true;
  part_ = Part::none;
}

bool TextReader::label(std::string_view name, std::string_view value) {
  struct Label {
    std::string_view name;
    Told Report::*told;
  };
  static constexpr std::array kLabels{
      Label{"Date/Time", &Report::time},
      Label{"OS Version", &Report::system},
      Label{"Hardware Model", &Report::model},
      Label{"Exception Subtype", &Report::detail},
  };
  static constexpr std::array<std::string_view, 16> kOthers{
      "Path",           "Identifier",
      "Version",        "Parent Process",
      "Responsible",    "User ID",
      "Report Version", "Event",
      "Exception Note", "Terminating Process",
      "Anonymous UUID", "Sleep/Wake UUID",
      "Role",           "Launch Time",
      "VM Region Info", "Error Formulating Crash Report"};
  static const RE2 kProcess("(.+?)\\s+\\[(\\d+)\\]");
  static const RE2 kException("(EXC_\\w+)(?:\\s+\\((.*)\\))?.*");
  static const RE2 kCpu("((?:ARM|X86)[-\\w]*)(?:\\s+\\((Native|Translated)\\))?.*");
  const re2::StringPiece piece(value.data(), value.size());
  std::string first;
  std::string second;

  if (std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end()) {
    end_part();
    return true;
  }
  if (const auto* known = std::find_if(kLabels.begin(), kLabels.end(),
                                       [name](const Label& each) { return each.name == name; });
      known != kLabels.end()) {
    (report_.*known->told).tell(value, here());
  } else if (name == "Process" && RE2::FullMatch(piece, kProcess, &first, &second)) {
    if (!report_.pid && !report_.process) report_.pid = leading_number(second);
    report_.process.tell(first, here());
  } else if (name == "Code Type" && RE2::FullMatch(piece, kCpu, &first, &second)) {
    report_.recognised = true;
    report_.cpu.tell(first, here());
    if (!second.empty()) report_.translated.tell(second == "Translated" ? "true" : "false", here());
  } else if (name == "Exception Type" && RE2::FullMatch(piece, kException, &first, &second)) {
    report_.recognised = true;
    report_.exception.tell(first, here());
    report_.signal.tell(second, here());
  } else if (name == "Exception Codes") {
    // Two lines since macOS 12: what it means, and the bare numbers.
    if (!begins_with(value, "0x")) report_.detail.tell(value, here());
  } else if (name == "Termination Signal") {
    report_.end_words.tell(value, here());
  } else if (name == "Termination Reason") {
    const auto termination = parse_termination(value);
    if (!termination) return false;
    report_.recognised = true;
    report_.ended_by.tell(termination->ended_by, here());
    report_.end_code.tell(termination->code, here());
    report_.end_words.tell(termination->words, here());
    end_part();
    part_ = Part::termination;  // dyld's reasons stand below it
    return true;
  } else if ((name == "Crashed Thread" || name == "Triggered by Thread") && leading_number(value)) {
    report_.recognised = true;
    if (!report_.crashed_thread) report_.crashed_thread = leading_number(value);
    const std::size_t words = value.find_first_not_of("0123456789");
    if (words != std::string_view::npos) {
      read_thread_words(value.substr(words), first, second);
      report_.crashed_queue.tell(second.empty() ? first : second, here());
    }
  } else if (name == "Model") {
    report_.processor.tell(processor_of(value), here());
  } else if (name == "Largest process") {
    report_.recognised = report_.jetsam = true;
  } else {
    return false;
  }
  end_part();
  return true;
}

bool TextReader::heading(std::string_view name, std::string_view value) {
  static const RE2 kCode("Thread \\d+ [Ii]nstruction [Ss]tream|Instruction [Bb]ytes");
  if (begins_with(name, "Application Specific Information") || name == "Kernel Triage" ||
      name == "Dyld Error Message" || name == "Dyld Error Information") {
    report_.recognised = true;
    end_part();
    part_ = Part::messages;
    report_.message(value, here());
    return true;
  }
  if (name == "Binary Images") {
    report_.recognised = true;
    end_part();
    part_ = Part::images;
    report_.images_source = here();
    return true;
  }
  if (RE2::FullMatch(re2::StringPiece(name.data(), name.size()), kCode)) {
    end_part();
    part_ = Part::code;
    if (!value.empty()) code(value);
    return true;
  }
  return false;
}

// "Thread 1 Crashed:: name  Dispatch queue: q", "Thread 1::", "Thread 0 name:  q" (iOS)
bool TextReader::thread_heading(std::string_view line) {
  static const RE2 kHeading("Thread (\\d{1,6})( name| Crashed)?(::?)(?:\\s+(.*))?");
  std::int64_t index = 0;
  std::string kind;
  std::string colon;
  std::string words;
  if (!begins_with(line, "Thread ")) return false;
  if (!RE2::FullMatch(re2::StringPiece(line.data(), line.size()), kHeading, &index, &kind, &colon,
                      &words))
    return false;
  // "Thread 3: received signal" is anybody's sentence.
  if (kind.empty() && colon == ":" && !words.empty()) return false;
  Thread* thread = this->thread(index);
  if (thread == nullptr) return true;
  if (kind == " Crashed") thread->crashed = report_.recognised = true;
  if (!words.empty()) read_thread_words(words, thread->name, thread->queue);
  thread->source = here();
  end_part();
  part_ = Part::frames;
  return true;
}

Thread* TextReader::thread(std::int64_t index) {
  auto& threads = report_.threads;
  if (!thread_ || threads[*thread_].index != index) {
    if (threads.size() >= kMaxThreads) return nullptr;
    thread_ = threads.size();
    threads.emplace_back().index = index;
  }
  return &threads[*thread_];
}

bool TextReader::frame(std::string_view line) {
  if (part_ != Part::frames || line[0] < '0' || line[0] > '9') return false;
  auto parsed = parse_frame_line(line);
  if (!parsed) return false;
  report_.add_frame(report_.threads[*thread_], *std::move(parsed));
  return true;
}

bool TextReader::image(std::string_view line) {
  if (part_ != Part::images || !begins_with(line, "0x")) return false;
  if (auto parsed = parse_image_line(line); parsed && report_.images.size() < kMaxImages)
    report_.images.push_back(*std::move(parsed));
  return true;
}

void TextReader::code(std::string_view line) {
  constexpr std::size_t kCodeBytes = 64;
  std::optional<std::size_t> marked;
  std::string bytes = parse_code_line(line, marked);
  if (!code_found_ && marked) {
    code_found_ = true;
    bytes.erase(0, *marked);
    code_ = std::move(bytes);
  } else if (code_found_ && code_.size() < kCodeBytes) {
    code_ += bytes;
  } else {
    return;
  }
  report_.code = {code_, here()};
}

// "Python <uuid> ... [vm-pageshortage] (frontmost)"
bool TextReader::victim(std::string_view line) {
  static const RE2 kVictim(
      "(\\S.*?)\\s+<[-0-9a-fA-F]{32,36}>.*\\[([a-z]+(?:-[a-z]+)+|highwater)\\].*");
  Victim victim;
  if (!RE2::FullMatch(re2::StringPiece(line.data(), line.size()), kVictim, &victim.name,
                      &victim.reason))
    return false;
  if (report_.victims.size() < kMaxVictims) report_.victims.push_back(std::move(victim));
  report_.victims_source = here();
  return true;
}

}  // namespace km::readers::apple
