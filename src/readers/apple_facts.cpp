// Turns what was read of an Apple report into facts; nothing that names a person or a machine
// leaves here.
#include "binary/instruction.h"
#include "readers/apple_report.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/core.h>
#include <re2/re2.h>

namespace km::readers::apple {
namespace {

constexpr std::size_t kTextBytes = 2000;

std::string shown(std::string_view text) { return clean(text.substr(0, kTextBytes)); }

void add_text(std::string_view fact, const Told& told, casefile::CaseFile& out) {
  if (told) out.add(fact, shown(told.text), told.source);
}

bool is_x86(const Report& report) { return report.cpu.text.substr(0, 3) == "X86"; }

// "x86_64" or "arm64"; empty where unknown.
std::string architecture(const Report& report) {
  if (report.cpu.text == "X86-64") return "x86_64";
  return report.cpu.text.substr(0, 3) == "ARM" ? "arm64" : "";
}

// What proves that Rosetta translated the process, or that it ran natively.
Told translation(const Report& report) {
  if (report.translated.text == "true") return report.translated;
  const auto server = [](const Thread& thread) {
    return thread.name == "com.apple.rosetta.exceptionserver";
  };
  const auto thread = std::find_if(report.threads.begin(), report.threads.end(), server);
  if (thread != report.threads.end()) return {"true", thread->source};
  if (std::any_of(report.images.begin(), report.images.end(), is_rosetta))
    return {"true", report.images_source};
  if (report.translated) return {"false", report.translated.source};
  if (architecture(report) == "arm64") return {"false", report.cpu.source};
  return {};
}

void add_machine(const Report& report, casefile::CaseFile& out) {
  const Told translated = translation(report);
  const std::string process = architecture(report);
  if (translated.text == "true") {
    out.add("host.translation", "rosetta", translated.source);
    out.add("host.hardware", "arm64", translated.source);
  } else if (translated) {
    out.none("host.translation", translated.source);
    if (!process.empty()) out.add("host.hardware", process, report.cpu.source);
  }
  if (!process.empty()) out.add("python.architecture", process, report.cpu.source);
  add_text("host.model", report.model, out);
  add_text("cpu.model", report.processor, out);
  if (report.system) {
    static const RE2 kMac("(?i)\\bmac ?os|\\bOS X\\b");
    static const RE2 kMobile("(?i)\\b(?:iPhone OS|iOS|iPadOS)\\b");
    if (RE2::PartialMatch(report.system.text, kMac)) {
      out.add("host.os", "macos", report.system.source);
    } else if (RE2::PartialMatch(report.system.text, kMobile)) {
      out.add("host.os", "ios", report.system.source);
    }
    add_text("host.os_version", report.system, out);
  } else if (report.exception && !report.jetsam) {
    // A piece of a report: programs that people run and debug themselves die on macOS.
    out.add("host.os", "macos", report.exception.source);
  }
}

// "SIGSEGV" from whatever tells it; Darwin's own numbers.
Told signal_of(const Report& report) {
  struct Number {
    std::string_view number;
    std::string_view name;
  };
  static constexpr std::array kNumbers{
      Number{"4", "SIGILL"},   Number{"5", "SIGTRAP"},  Number{"6", "SIGABRT"},
      Number{"8", "SIGFPE"},   Number{"9", "SIGKILL"},  Number{"10", "SIGBUS"},
      Number{"11", "SIGSEGV"}, Number{"12", "SIGSYS"},  Number{"13", "SIGPIPE"},
      Number{"15", "SIGTERM"}, Number{"24", "SIGXCPU"}, Number{"25", "SIGXFSZ"}};
  static const RE2 kName("\\b(SIG[A-Z]{2,6})\\b");
  static const RE2 kEnd(": (\\d{1,2})$");  // "Abort trap: 6"
  std::string found;
  if (RE2::PartialMatch(report.signal.text, kName, &found)) return {found, report.signal.source};
  if (report.signal.text.find("Code Signature") != std::string::npos)
    return {"SIGKILL", report.signal.source};
  std::string number;
  if (report.ended_by.text == "SIGNAL") number = report.end_code.text;
  if (number.empty()) RE2::PartialMatch(report.end_words.text, kEnd, &number);
  for (const Number& known : kNumbers) {
    if (known.number == number)
      return {std::string(known.name),
              report.end_code ? report.end_code.source : report.end_words.source};
  }
  if (report.ended_by.text == "CODESIGNING") return {"SIGKILL", report.ended_by.source};
  return {};
}

// "2022-01-06 15:09:22.6192 +0200" → "2022-01-06T13:09:22Z"
std::string utc(const std::string& time) {
  static const RE2 kTime(
      "(\\d{4})-(\\d\\d)-(\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.\\d+)? "
      "([-+])(\\d\\d)(\\d\\d)");
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  std::string sign;
  int zone_hours = 0;
  int zone_minutes = 0;
  if (!RE2::PartialMatch(time, kTime, &year, &month, &day, &hours, &minutes, &seconds, &sign,
                         &zone_hours, &zone_minutes))
    return {};
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 60) return {};
  const std::chrono::minutes zone(zone_hours * 60 + zone_minutes);
  const std::chrono::sys_seconds local = std::chrono::sys_days(date) + std::chrono::hours(hours) +
                                         std::chrono::minutes(minutes) +
                                         std::chrono::seconds(seconds);
  const auto moment = sign == "-" ? local + zone : local - zone;
  const auto whole_day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day then(whole_day);
  const auto rest = (moment - whole_day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(then.year()),
                     static_cast<unsigned>(then.month()), static_cast<unsigned>(then.day()),
                     rest / 3600, rest / 60 % 60, rest % 60);
}

void add_end(const Report& report, casefile::CaseFile& out) {
  if (const Told signal = signal_of(report)) out.add("exit.signal", signal.text, signal.source);
  if (report.exception) {
    std::string text = report.exception.text;
    if (report.signal) text += " (" + report.signal.text + ")";
    if (report.detail) text += ", " + report.detail.text;
    out.add("crash.exception", shown(text), report.exception.source);
  }
  if (report.ended_by) {
    std::string text = report.ended_by.text;
    if (report.end_code) text += " " + report.end_code.text;
    if (report.end_words) text += " " + report.end_words.text;
    out.add("crash.termination", shown(text), report.ended_by.source);
  }
  std::vector<std::string> messages;
  for (const Told& message : report.messages) messages.push_back(shown(message.text));
  if (!messages.empty())
    out.add("crash.messages", std::move(messages), report.messages.front().source);
}

std::vector<std::string> add_stack(const Report& report, casefile::CaseFile& out) {
  const Thread* thread = crashed_thread(report);
  std::vector<std::string> places;
  if (thread != nullptr) {
    for (const std::string& place : {thread->queue, thread->name}) {
      if (!place.empty()) places.push_back(shown(place));
    }
  }
  if (thread != nullptr && !places.empty()) {
    out.add("crash.queue", std::move(places), thread->source);
  } else {
    add_text("crash.queue", report.crashed_queue, out);
  }
  std::vector<std::string> stack;
  if (thread == nullptr || thread->frames.empty()) return stack;
  for (const Frame& frame : thread->frames) stack.push_back(to_text(report, frame));
  out.add("crash.stack", stack, thread->source);
  if (const Frame* guilty = guilty_frame(report, *thread)) {
    out.add("crash.frame", to_text(report, *guilty), thread->source);
    if (const std::string image = image_name(report, *guilty); !image.empty() && image != "???")
      out.add("crash.image", shown(image), thread->source);
  }
  return stack;
}

void add_instruction(const Report& report, casefile::CaseFile& out) {
  if (!is_x86(report) || !report.code) return;
  const auto instruction = binary::decode_x86_64(report.code.text);
  if (!instruction) return;
  // Of a translated process the bytes may be those of the translation: only what no ARM code looks
  // like is believed.
  if (translation(report).text == "true" && instruction->set == "other") return;
  out.add("crash.instruction", instruction->mnemonic, report.code.source);
  out.add("crash.instruction_set", instruction->set, report.code.source);
}

// One fact with all paths; "none" only where the whole list of images was there to look at.
void add_paths(std::string_view fact, std::vector<std::string> paths, const Report& report,
               casefile::CaseFile& out) {
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  if (!paths.empty()) {
    out.add(fact, std::move(paths), report.images_source);
  } else if (report.images_complete) {
    out.none(fact, report.images_source);
  }
}

void add_images(const Report& report, casefile::CaseFile& out) {
  static const RE2 kOpenMp("(?:.*/)?lib(?:omp|iomp5|gomp)\\b[^/]*");
  static const RE2 kPlugin("(?:.*/)?libmetal_plugin[^/]*|.*/(?:tensorflow-plugins|jax_plugins)/.*");
  const std::string process = architecture(report);
  std::vector<std::string> openmp;
  std::vector<std::string> plugins;
  std::vector<std::string> foreign;
  for (const Image& image : report.images) {
    const std::string& raw = image.path.empty() ? image.name : image.path;
    if (raw.empty()) continue;
    const std::string path = shown(raw);
    if (RE2::FullMatch(path, kOpenMp)) openmp.push_back(path);
    if (RE2::FullMatch(path, kPlugin)) plugins.push_back(path);
    // Rosetta's own runtime is ARM code inside every translated process; "arm64e" is arm64.
    if (!process.empty() && !image.architecture.empty() &&
        image.architecture.compare(0, process.size(), process) != 0 && !is_rosetta(image))
      foreign.push_back(path);
  }
  add_paths("libraries.openmp", std::move(openmp), report, out);
  add_paths("libraries.plugins", std::move(plugins), report, out);
  if (!process.empty())
    add_paths("libraries.foreign_architecture", std::move(foreign), report, out);
}

void add_jetsam(const Report& report, casefile::CaseFile& out) {
  std::vector<std::string> reasons;
  std::vector<std::string> names;
  std::int64_t largest = 0;
  constexpr std::int64_t kMostPages = std::int64_t{1} << 40;
  constexpr std::int64_t kMostPageSize = std::int64_t{1} << 20;
  for (const Victim& victim : report.victims) {
    if (std::find(reasons.begin(), reasons.end(), victim.reason) == reasons.end())
      reasons.push_back(shown(victim.reason));
    if (!victim.name.empty()) names.push_back(shown(victim.name));
    const std::int64_t pages = victim.pages.value_or(0);
    if (pages > 0 && pages < kMostPages && report.page_size > 0 &&
        report.page_size <= kMostPageSize)
      largest = std::max(largest, pages * report.page_size);
  }
  if (reasons.empty()) return;
  out.add("jetsam.reason", std::move(reasons), report.victims_source);
  if (!names.empty()) out.add("jetsam.victim", std::move(names), report.victims_source);
  if (largest > 0) out.add("jetsam.victim_bytes", largest, report.victims_source);
}

void add_death(const Report& report, std::vector<std::string> stack, casefile::CaseFile& out) {
  const std::string signal = report.jetsam ? "" : signal_of(report).text;
  if (signal.empty() && stack.empty() && !report.jetsam) return;
  if (!out.death) out.death.emplace();
  casefile::Death& death = *out.death;
  if (death.signal.empty()) death.signal = signal;
  if (!death.pid && !report.jetsam) death.pid = report.pid;
  if (death.time.empty()) death.time = utc(report.time.text);
  if (death.native_stack.empty()) death.native_stack = std::move(stack);
}

}  // namespace

void add_facts(const Report& report, const std::string& name, casefile::CaseFile& out) {
  out.add("evidence.kind", report.jetsam ? "apple jetsam report" : "apple crash report", name);
  add_text("crash.process", report.process, out);
  add_machine(report, out);
  if (report.jetsam) {
    add_jetsam(report, out);
    add_death(report, {}, out);
    return;
  }
  add_end(report, out);
  std::vector<std::string> stack = add_stack(report, out);
  add_instruction(report, out);
  add_images(report, out);
  add_death(report, std::move(stack), out);
}

}  // namespace km::readers::apple
