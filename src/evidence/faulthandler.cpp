// Reads what faulthandler and Py_FatalError print when the interpreter is already dying.
#include "evidence/python_text.h"
#include "evidence/words.h"

#include <string>

namespace km::evidence {
namespace {

constexpr std::size_t kMaxFrames = 200;  // faulthandler itself stops at 100
constexpr std::size_t kMaxModules = 1000;
constexpr std::string_view kFirst = "(most recent call first):";

bool begins_with(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

// `  Binary file "/lib/libc.so.6", at raise+0x1e [0x7f...]` → "libc.so.6`raise + 0x1e"
std::string native_frame(std::string_view line) {
  constexpr std::string_view kBegin = "  Binary file \"";
  constexpr std::string_view kAt = "\", at ";
  if (!begins_with(line, kBegin)) return {};
  line.remove_prefix(kBegin.size());
  const std::size_t end = line.rfind(kAt);
  if (end == std::string_view::npos) return {};
  const std::string_view file = line.substr(0, end);
  std::string_view place = line.substr(end + kAt.size());
  place = place.substr(0, place.find(" ["));
  std::string frame(file.substr(file.rfind('/') + 1));
  frame += '`';
  const std::size_t plus = place.rfind('+');
  frame += place.substr(0, plus);
  if (plus != std::string_view::npos)
    frame.append(plus == 0 ? "+ " : " + ").append(place.substr(plus + 1));
  return frame;
}

// "Extension modules: a, b.c (total: 2)"
std::vector<std::string> module_list(std::string_view text) {
  std::vector<std::string> modules;
  text = text.substr(0, text.rfind(" (total: "));
  while (!text.empty() && modules.size() < kMaxModules) {
    const std::size_t end = text.find(", ");
    if (const auto name = text.substr(0, end); !name.empty()) modules.emplace_back(name);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return modules;
}

class DumpReader {
 public:
  void line(std::string_view line) {
    if (starts_dump(line) || !current_.has_value() || starts_part(line)) return;
    if (part_ == Part::python) {
      python(line);
    } else if (part_ == Part::native) {
      native(line);
    }
  }

  std::optional<FaultDump> result() {
    keep();
    return std::move(best_);
  }

 private:
  enum class Part { none, python, native };

  bool starts_dump(std::string_view line) {
    // Not only at its beginning: a progress bar or a print without a newline may stand before it.
    for (const std::string_view head : {"Fatal Python error: ", "Windows fatal exception: "}) {
      const std::size_t at = line.find(head);
      if (at == std::string_view::npos) continue;
      part_ = Part::none;
      // Other threads run on while their frames are read. Where that ends in a fault, in the middle
      // of a frame, the first error is still the one that began it.
      if (current_ && begins_with(line.substr(0, at), "  File ")) {
        current_->cut_by_fault = true;
        return true;
      }
      keep();
      current_.emplace().fatal_error = line.substr(at + head.size());
      return true;
    }
    return false;
  }

  bool starts_part(std::string_view line) {
    constexpr std::string_view kModules = "Extension modules: ";
    if (begins_with(line, kModules)) {
      current_->extension_modules = module_list(line.substr(kModules.size()));
      part_ = Part::none;
      return true;
    }
    if (line.empty() || line.front() == ' ' || line.find(kFirst) == std::string_view::npos)
      return false;
    if (line.find("C stack trace") != std::string_view::npos) {
      part_ = Part::native;
    } else if (begins_with(line, "Current thread ") || begins_with(line, "Stack ")) {
      part_ = current_->stack.empty() ? Part::python : Part::none;
    } else {
      part_ = Part::none;  // another thread
    }
    return true;
  }

  void python(std::string_view line) {
    if (auto frame = parse_frame(line)) {
      if (current_->stack.size() < kMaxFrames) current_->stack.push_back(*std::move(frame));
    } else if (line.empty() || line.front() != ' ') {
      part_ = Part::none;  // indented: "Garbage-collecting", "<no Python frame>", "<truncated rest
                           // of calls>", "..."
    }
  }

  void native(std::string_view line) {
    if (std::string frame = native_frame(line); !frame.empty()) {
      if (current_->native_stack.size() < kMaxFrames)
        current_->native_stack.push_back(std::move(frame));
    } else if (line.empty() || line.front() != ' ') {
      part_ = Part::none;
    }
  }

  // A fault inside the dump itself prints a second, shorter one: the better told one stays.
  void keep() {
    if (!current_) return;
    if (!best_ || best_->stack.empty() || !current_->stack.empty()) best_ = std::move(current_);
    current_.reset();
  }

  std::optional<FaultDump> best_;
  std::optional<FaultDump> current_;
  Part part_ = Part::none;
};

}  // namespace

std::optional<FaultDump> last_fault_dump(std::string_view words) {
  DumpReader reader;
  intake::each_line(words, [&](std::string_view line) { reader.line(line); });
  return reader.result();
}

std::vector<Frame> headless_dump(std::string_view words) {
  constexpr std::size_t kFewest = 2;
  if (words.find("(most recent call ") != std::string_view::npos) return {};
  std::vector<Frame> last;
  std::vector<Frame> run;
  const auto keep = [&] {
    if (run.size() >= kFewest) last = std::move(run);
    run.clear();
  };
  intake::each_line(words, [&](std::string_view line) {
    auto frame = parse_frame(line);
    const bool dumped = frame && !frame->function.empty() &&
                        line.find(", in ", line.rfind("\", line ")) == std::string_view::npos;
    if (!dumped) {
      keep();
    } else if (run.size() < kMaxFrames) {
      run.push_back(*std::move(frame));
    }
  });
  keep();
  return last;
}

}  // namespace km::evidence
