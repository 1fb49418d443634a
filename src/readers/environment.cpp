// Reads texts about a machine: each line goes to the readers of the shapes that it may have.
#include "readers/environment_reading.h"
#include "readers/package_list.h"
#include "readers/readers.h"
#include "readers/text.h"

#include <optional>

namespace km::readers {
namespace {

// Lines "name: 1.2.3" that follow each other. One of them may be any setting; beside a line that is
// surely about the machine they are packages.
class KeyedRun {
 public:
  void line(const intake::ExcerptLine& line, bool known_key, Reading& reading) {
    const auto package = known_key ? std::nullopt : keyed_package(line.text);
    if (!known_key && !package && !trimmed(line.text).empty()) return end(reading);
    about_machine_ |= known_key;
    if (!package) return;
    about_machine_ |= is_known_package(package->name);
    packages_.push_back({&line, *package});
  }

  void end(Reading& reading) {
    if (about_machine_) {
      for (const auto& [line, package] : packages_) {
        reading.at(*line);
        reading.package(package.name, package.version);
      }
    }
    packages_.clear();
    about_machine_ = false;
  }

 private:
  struct Entry {
    const intake::ExcerptLine* line;
    PackageLine package;
  };
  std::vector<Entry> packages_;
  bool about_machine_ = false;
};

// "arm64" alone, as `arch` and `uname -m` answer; `before` is the line above.
void read_answer(std::string_view text, std::string_view before, Reading& reading) {
  const std::string_view architecture = architecture_of_word(trimmed(text));
  before = trimmed(before);
  if (architecture.empty() || before.empty()) return;
  if (before.ends_with("arch") || before.ends_with("uname -m")) {
    reading.told("host.architecture", std::string(architecture));
    if (architecture == "arm64") reading.told("host.hardware", "arm64");
  } else if (before.find("platform.machine()") != std::string_view::npos) {
    reading.told("python.architecture", std::string(architecture));
  }
}

// What follows from facts of different lines or files.
void conclude(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  if (!out.find("host.translation").empty()) return;
  const bool x86 = out.text("python.architecture") == "x86_64";
  if (!x86 || out.text("host.hardware") != "arm64") return;
  if (out.text("host.container") == "docker" || out.text("host.os") == "linux") return;
  if (out.text("host.os") == "macos")
    out.add("host.translation", std::string("rosetta"), excerpt.name);
}

}  // namespace

void read_environment(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  Reading reading(excerpt);
  PackageReader packages;
  TableReader tables;
  KeyedRun run;
  std::string_view before;
  for (const intake::ExcerptLine& line : excerpt.lines) {
    reading.at(line);
    const bool known_key = read_key_value(line.text, reading);
    run.line(line, known_key, reading);
    reading.at(line);
    if (!packages.line(line.text, reading) && !known_key) {
      static_cast<void>(read_host_words(line.text, reading) || read_gpu_words(line.text, reading) ||
                        tables.line(line.text, reading));
      read_answer(line.text, before, reading);
    }
    static_cast<void>(read_python_words(line.text, reading));
    read_paths(line.text, reading);
    before = line.text;
  }
  run.end(reading);
  reading.settle(out);
  conclude(excerpt, out);
}

}  // namespace km::readers
