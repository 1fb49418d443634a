// The JSON form: header and body of an .ips file, and pieces of them.
#include "readers/apple_json_scan.h"
#include "readers/apple_report.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace km::readers::apple {
namespace {

bool begins_with(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

std::string decoded_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = (bits << 6U | static_cast<unsigned>(digit)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
  }
  return bytes;
}

class Document : public JsonEvents {
 public:
  explicit Document(const std::string& name) : name_(name) {}

  void opened(std::string_view path) override {
    if (path == "threads[]") {
      thread_ = Thread{};
      thread_.index = threads_++;
      thread_.source = source("threads");
    } else if (is_frame(path)) {
      start_frame();
    } else if (path == "usedImages[]") {
      image_ = Image{};
    } else if (path == "processes[]") {
      victim_ = Victim{};
    }
  }

  void closed(std::string_view path, bool cut) override {
    if (path == "threads[]") {
      keep(std::move(thread_));
      thread_ = Thread{};
    } else if (is_frame(path)) {
      // In a fragment the frames are all there is; they belong to one thread.
      if (!image_offset_.empty()) {
        frame_.offset = frame_.symbol.empty() ? image_offset_ : symbol_offset_;
        report_.add_frame(begins_with(path, "threads") ? thread_ : loose_, std::move(frame_));
      }
      start_frame();
    } else if (path == "usedImages[]") {
      if (report_.images.size() < kMaxImages) report_.images.push_back(std::move(image_));
    } else if (path == "usedImages") {
      report_.images_complete = !cut;
    } else if (path == "processes[]") {
      if (!victim_.reason.empty() && report_.victims.size() < kMaxVictims) {
        report_.victims.push_back(std::move(victim_));
        report_.victims_source = source("processes.reason");
      }
    }
  }

  void scalar(std::string_view path, const JsonScalar& value) override {
    if (value.kind == JsonScalar::Kind::null) return;
    if (simple(path, value) || listed(path, value)) return;
    if (begins_with(path, "asi.") || begins_with(path, "termination.reasons") ||
        begins_with(path, "termination.details") || path == "ktriageinfo") {
      // Only Apple's reports have these members, but "termination" is a word of others too.
      if (value.kind == JsonScalar::Kind::text) report_.message(value.text, source(path));
      if (!begins_with(path, "termination")) report_.recognised = true;
    }
  }

  Report finish() {
    if (!loose_.frames.empty() || loose_.crashed) {
      loose_.source = source("frames");
      keep(std::move(loose_));
    }
    // The header tells when the report was written, up to many seconds after the crash.
    report_.time.tell(written_, source("timestamp"));
    // Only Apple silicon writes "translated"; a whole Intel report says nothing of it.
    if (!report_.translated && intel_ && saw_exception_)
      report_.translated.tell("false", source("cpuType"));
    return std::move(report_);
  }

 private:
  static bool is_frame(std::string_view path) {
    return path.empty() || path == "[]" || path == "frames[]" || path == "threads[].frames[]";
  }

  std::string source(std::string_view path) const {
    std::string plain;
    for (const char c : path.substr(0, 100)) {
      if (c != '[' && c != ']') plain += c;
    }
    return fmt::format("{}, {}", name_, plain);
  }

  void keep(Thread thread) {
    if (report_.threads.size() < kMaxThreads) report_.threads.push_back(std::move(thread));
  }

  // Members that are one value.
  bool simple(std::string_view path, const JsonScalar& value) {
    struct Member {
      std::string_view path;
      Told Report::*told;
    };
    static constexpr std::array kMembers{
        Member{"procName", &Report::process},
        Member{"app_name", &Report::process},
        Member{"captureTime", &Report::time},
        Member{"date", &Report::time},
        Member{"cpuType", &Report::cpu},
        Member{"translated", &Report::translated},
        Member{"os_version", &Report::system},
        Member{"modelCode", &Report::model},
        Member{"product", &Report::model},
        Member{"exception.type", &Report::exception},
        Member{"exception.signal", &Report::signal},
        Member{"exception.subtype", &Report::detail},
        Member{"termination.namespace", &Report::ended_by},
        Member{"termination.code", &Report::end_code},
        Member{"termination.indicator", &Report::end_words},
        Member{"legacyInfo.threadTriggered.queue", &Report::crashed_queue},
        Member{"legacyInfo.threadTriggered.name", &Report::crashed_queue},
    };
    const auto* member = std::find_if(kMembers.begin(), kMembers.end(),
                                      [path](const Member& known) { return known.path == path; });
    if (member != kMembers.end()) {
      (report_.*member->told).tell(value.text, source(path));
      if (path == "exception.type") {
        saw_exception_ = true;
        if (begins_with(value.text, "EXC_")) report_.recognised = true;
      }
      if (path == "cpuType") {
        intel_ = begins_with(value.text, "X86");
        report_.recognised |= intel_ || begins_with(value.text, "ARM-64");
      }
      if (path == "termination.namespace" || path == "procName") report_.recognised = true;
      return true;
    }
    if (path == "osVersion.train") {
      train_ = value.text;
    } else if (path == "osVersion.build") {
      if (!train_.empty())
        report_.system.tell(fmt::format("{} ({})", train_, value.text), source("osVersion"));
    } else if (path == "build") {
      report_.system.tell(value.text, source(path));
    } else if (path == "bug_type") {
      report_.recognised |= value.text == "309" || value.text == "109" || value.text == "298";
      report_.jetsam |= value.text == "298";
    } else if (path == "timestamp") {
      written_ = value.text;
    } else if (path == "pid") {
      report_.pid = value.number();
    } else if (path == "faultingThread") {
      report_.crashed_thread = value.number();
      report_.recognised = true;
    } else if (path == "instructionByteStream.atPC") {
      report_.code.tell(decoded_base64(value.text), source(path));
    } else if (path == "memoryStatus.pageSize") {
      report_.page_size = value.number().value_or(0);
    } else if (path == "largestProcess") {
      report_.jetsam = report_.recognised = true;
    } else if (path == "queue") {
      loose_.queue = value.text;
    } else if (path == "triggered") {
      loose_.crashed = value.text == "true";
    } else {
      return false;
    }
    return true;
  }

  // Members of the entries of lists.
  bool listed(std::string_view path, const JsonScalar& value) {
    const std::size_t dot = path.rfind('.');
    const bool top = dot == std::string_view::npos;
    const std::string_view parent = top ? std::string_view() : path.substr(0, dot);
    const std::string_view member = top ? path : path.substr(dot + 1);
    if (is_frame(parent)) return of_frame(member, value);
    if (parent == "threads[]") return of_thread(member, value);
    if (parent == "usedImages[]") return of_image(member, value);
    if (parent == "processes[]") return of_process(member, value);
    return false;
  }

  bool of_frame(std::string_view member, const JsonScalar& value) {
    if (member == "symbol") {
      frame_.symbol = value.text;
    } else if (member == "symbolLocation") {
      if (value.number()) symbol_offset_ = value.text;
    } else if (member == "imageIndex") {
      frame_.image_index = value.number();
    } else if (member == "imageOffset") {
      if (!value.number()) return true;
      image_offset_ = value.text;
      report_.recognised = true;
    } else {
      return false;
    }
    return true;
  }

  bool of_thread(std::string_view member, const JsonScalar& value) {
    if (member == "triggered") {
      thread_.crashed = value.text == "true";
    } else if (member == "name") {
      thread_.name = value.text;
    } else if (member == "queue") {
      thread_.queue = value.text;
    } else {
      return false;
    }
    return true;
  }

  bool of_image(std::string_view member, const JsonScalar& value) {
    if (report_.images_source.empty()) report_.images_source = source("usedImages");
    if (member == "name") {
      image_.name = value.text;
    } else if (member == "path") {
      image_.path = value.text;
      report_.recognised = true;
    } else if (member == "arch") {
      image_.architecture = value.text;
    } else {
      return false;
    }
    return true;
  }

  bool of_process(std::string_view member, const JsonScalar& value) {
    if (member == "name") {
      victim_.name = value.text;
    } else if (member == "reason") {
      victim_.reason = value.text;
    } else if (member == "pid") {
      victim_.pid = value.number();
    } else if (member == "rpages") {
      victim_.pages = value.number();
      report_.jetsam = report_.recognised = true;
    } else {
      return false;
    }
    return true;
  }

  void start_frame() {
    frame_ = Frame{};
    image_offset_.clear();
    symbol_offset_.clear();
  }

  const std::string& name_;  // the caller's, who outlives us
  Report report_;
  Thread thread_;
  Thread loose_;  // frames that stand in no thread
  Frame frame_;
  std::string image_offset_;
  std::string symbol_offset_;
  Image image_;
  Victim victim_;
  std::int64_t threads_ = 0;
  bool intel_ = false;
  bool saw_exception_ = false;
  std::string train_;
  std::string written_;
};

// Adds what a document tells and the report does not know yet.
void merge(Report&& from, Report& report) {
  for (Told Report::*const told :
       {&Report::process, &Report::time, &Report::cpu, &Report::translated, &Report::system,
        &Report::model, &Report::exception, &Report::signal, &Report::detail, &Report::ended_by,
        &Report::end_code, &Report::end_words, &Report::crashed_queue, &Report::code}) {
    (report.*told).tell((from.*told).text, (from.*told).source);
  }
  report.recognised = true;
  report.jetsam |= from.jetsam;
  if (!report.pid) report.pid = from.pid;
  if (report.messages.empty()) report.messages = std::move(from.messages);
  if (report.threads.empty()) {
    report.threads = std::move(from.threads);
    report.frames = from.frames;
    report.crashed_thread = from.crashed_thread;
    // Frames count the images of their own document.
    report.images.clear();
  }
  if (report.images.empty()) {
    report.images = std::move(from.images);
    report.images_source = std::move(from.images_source);
    report.images_complete = from.images_complete;
  }
  if (report.victims.empty()) {
    report.victims = std::move(from.victims);
    report.victims_source = std::move(from.victims_source);
    report.page_size = from.page_size;
  }
}

}  // namespace

std::size_t read_json(std::string_view text, std::size_t at, const std::string& name,
                      Report& report) {
  Document document(name);
  const std::size_t end = scan_json(text, at, document);
  if (Report told = document.finish(); told.recognised) merge(std::move(told), report);
  return end;
}

}  // namespace km::readers::apple
