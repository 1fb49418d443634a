// Which thread crashed, and which of its frames is to blame: the innermost one that is neither the
// machinery of dying nor the system's, where one that is not the system's follows.
#include "readers/apple_report.h"
#include "readers/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <re2/re2.h>

namespace km::readers::apple {
namespace {

const Image* image_of(const Report& report, const Frame& frame) {
  if (!frame.image_index) return nullptr;
  const auto index = static_cast<std::size_t>(*frame.image_index);
  return index < report.images.size() ? &report.images[index] : nullptr;
}

// Of frames that name their image: old reports by bundle identifier, and long names cut.
const Image* image_named(const Report& report, std::string_view name) {
  const auto named = [name](const Image& image) {
    return image.name == name || (!image.path.empty() && file_name_of(image.path) == name);
  };
  const auto found = std::find_if(report.images.begin(), report.images.end(), named);
  return found == report.images.end() ? nullptr : &*found;
}

bool is_system_name(const std::string& name) {
  static const RE2 kSystem(
      "com\\.apple\\..*|libsystem_.*|libobjc\\..*|libdyld\\..*|dyld|libdispatch\\..*|libc\\+\\+.*|"
      "libxpc\\..*|libBLAS.*|libLAPACK.*|runtime(_\\w+)?|libRosetta.*|AppKit|Foundation|"
      "CoreFoundation|"
      "HIToolbox|Metal|MetalPerformanceShaders\\w*|MPS\\w+|AGX\\w*|IOGPU|IOKit|QuartzCore|"
      "Accelerate|vecLib|SwiftUI|libswift\\w+\\..*|\\?\\?\\?");
  return name.empty() || RE2::FullMatch(name, kSystem);
}

bool is_system(const Report& report, const Frame& frame) {
  const Image* image = image_of(report, frame);
  if (image == nullptr && !frame.image.empty()) image = image_named(report, frame.image);
  if (image == nullptr || image->path.empty()) {
    // Without an image the symbol is all there is: a fragment is believed.
    if (image == nullptr && frame.image.empty()) return frame.symbol.empty();
    return is_system_name(image_name(report, frame));
  }
  static const RE2 kSystem("/System/.*|/usr/lib/.*|/usr/libexec/.*|/Library/Apple/.*");
  return RE2::FullMatch(image->path, kSystem) || is_rosetta(*image);
}

bool is_dying(const Frame& frame) {
  static const RE2 kDying(
      "faulthandler_\\w+|_sigtramp|raise|abort|__abort|(__)?pthread_kill|abort_message|"
      "demangling_terminate_handler.*|_objc_terminate.*|std::__terminate.*|std::terminate.*|"
      "__cxa_\\w+|__cxxabiv1::.*|_Unwind_\\w+|objc_exception_\\w+|__assert_rtn|abort_report_np|"
      "MTLReportFailure|_MTLReportFailure|__kill|kill|"
      "tensorflow::testing::StacktraceHandler.*|tsl::testing::StacktraceHandler.*");
  return RE2::FullMatch(frame.symbol.substr(0, frame.symbol.find('(')), kDying);
}

}  // namespace

void Report::add_frame(Thread& thread, Frame frame) {
  constexpr std::size_t kSymbolBytes = 400;  // templates of C++ can be longer than a page
  if (thread.frames.size() >= kMaxFrames || frames >= kMaxAllFrames) return;
  if (frame.symbol.size() > kSymbolBytes) frame.symbol.resize(kSymbolBytes);
  if (frame.image.size() > kSymbolBytes) frame.image.resize(kSymbolBytes);
  thread.frames.push_back(std::move(frame));
  ++frames;
}

const Thread* crashed_thread(const Report& report) {
  const auto find = [&report](auto wanted) {
    const auto found = std::find_if(report.threads.begin(), report.threads.end(), wanted);
    return found == report.threads.end() ? nullptr : &*found;
  };
  const Thread* thread = find([](const Thread& each) { return each.crashed; });
  if (thread == nullptr && report.crashed_thread)
    thread = find([&](const Thread& each) { return each.index == report.crashed_thread; });
  // A piece of a report that holds the frames of one thread.
  if (thread == nullptr && report.threads.size() == 1) thread = &report.threads.front();
  return thread;
}

std::string image_name(const Report& report, const Frame& frame) {
  if (!frame.image.empty()) return frame.image;
  const Image* image = image_of(report, frame);
  if (image == nullptr) return {};
  return image->name.empty() ? std::string(file_name_of(image->path)) : image->name;
}

std::string to_text(const Report& report, const Frame& frame) {
  std::string text = image_name(report, frame);
  if (text.empty()) text = "???";
  if (!frame.symbol.empty()) text += "`" + frame.symbol;
  if (!frame.offset.empty()) text += " + " + frame.offset;
  return clean(text);
}

const Frame* guilty_frame(const Report& report, const Thread& thread) {
  // Code of the C++ library that was compiled into an image says less than the caller behind it.
  static const RE2 kBorrowed("std::.*|<deduplicated_symbol>");
  const Frame* system = nullptr;
  const Frame* borrowed = nullptr;
  for (const Frame& frame : thread.frames) {
    if (is_dying(frame)) continue;
    if (!is_system(report, frame)) {
      if (!RE2::FullMatch(frame.symbol, kBorrowed)) return &frame;
      if (borrowed == nullptr) borrowed = &frame;
    } else if (system == nullptr && !image_name(report, frame).empty()) {
      system = &frame;
    }
  }
  return borrowed != nullptr ? borrowed : system;
}

bool is_rosetta(const Image& image) {
  static const RE2 kName("runtime(_t\\w+)?|libRosetta\\w*(\\.dylib)?");
  static const RE2 kPath(
      "/Library/Apple/.*/runtime\\w*|/usr/libexec/rosetta/.*|.*/libRosetta\\w*.*");
  return RE2::FullMatch(image.path, kPath) ||
         (RE2::FullMatch(image.name, kName) && (image.path.empty() || image.path[0] != '/'));
}

}  // namespace km::readers::apple
