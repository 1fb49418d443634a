// Finds an Apple report in a text, alone or among other lines, and reads its parts in either form.
#include "readers/apple_report.h"

#include "readers/readers.h"

#include <algorithm>
#include <re2/re2.h>

namespace km::readers {
namespace {

constexpr std::size_t kReportBytes = std::size_t{64} * 1024 * 1024;

// Something that only Apple's reports hold; most texts end here.
bool may_hold_report(std::string_view text) {
  static const RE2 kMarks(
      "EXC_[A-Z_]+|Code Type: +(?:ARM|X86)|Crashed Thread: |Triggered by Thread: |"
      "Termination Reason: |Application Specific Information|Dyld Error Message|Binary Images:|"
      "Thread \\d+ Crashed:|Largest process: |\"bug_type\"|\"imageOffset\"|\"usedImages\"|"
      "\"largestProcess\"|\"rpages\"|\"faultingThread\"|\"cpuType\"|\"procName\"|\"asi\"|"
      "\"termination\"|\"ktriageinfo\"");
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kMarks);
}

// Where JSON begins in this line; npos where the line is text.
std::size_t json_begin(std::string_view line) {
  static const RE2 kMember("[>\\s]*(\"[A-Za-z_]\\w*\"\\s*:.*)");
  static const RE2 kBracket("[>\\s]*[{\\[]\\s*");
  const re2::StringPiece piece(line.data(), line.size());
  re2::StringPiece member;
  if (RE2::FullMatch(piece, kMember, &member)) return line.size() - member.size();
  if (RE2::FullMatch(piece, kBracket)) return line.find_first_of("{[");
  return line.find("{\"");
}

}  // namespace

bool read_apple_report(std::string_view text, const std::string& name, casefile::CaseFile& out) {
  text = text.substr(0, kReportBytes);
  if (!may_hold_report(text)) return false;
  apple::Report report;
  apple::TextReader reader(name, report);
  std::int64_t number = 1;
  std::size_t at = 0;
  std::size_t end = 0;  // of the line at `at`; JSON may end many times within one
  while (at < text.size()) {
    if (end <= at) end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (const std::size_t begin = json_begin(line); begin != std::string_view::npos) {
      reader.end_part();
      const std::size_t behind = apple::read_json(text, at + begin, name, report);
      number += std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                           text.begin() + static_cast<std::ptrdiff_t>(behind), '\n');
      at = behind;
      continue;
    }
    reader.line(number, line);
    ++number;
    at = end + 1;
  }
  if (!report.recognised) return false;
  apple::add_facts(report, name, out);
  return true;
}

}  // namespace km::readers
