// Lines in, an answer out.
#include "probe/reading.h"

#include "evidence/words.h"

#include <fmt/core.h>
#include <vector>

namespace km::probe {
namespace {

using jupyter::Json;

constexpr std::string_view kMark = "kernelmedic: ";
constexpr std::size_t kSays = 400;  // characters of one line, for one row of a report

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// As one line of valid UTF-8, not cut inside a character.
std::string one_line(std::string_view text) {
  auto line = evidence::clean_words(text);
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  if (line.size() <= kSays) return line;
  auto end = kSays;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "...";
}

}  // namespace

std::optional<Json> last_told(std::string_view out) {
  const auto lines = lines_of(out);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!line->starts_with(kMark)) continue;
    auto told = jupyter::parse_json(line->substr(kMark.size()));
    if (told && told->is_object()) return *told;
  }
  return std::nullopt;
}

// faulthandler dumps every thread, the main one last, each with its innermost frame first.
std::string stuck_at(std::string_view err) {
  constexpr std::string_view kFile = "  File \"";
  constexpr std::string_view kLine = "\", line ";
  const auto dump = err.rfind("Timeout (");
  if (dump == std::string_view::npos) return {};
  std::string innermost;
  bool thread_begins = false;
  for (const auto line : lines_of(err.substr(dump))) {
    if (line.find("(most recent call first)") != std::string_view::npos) {
      thread_begins = true;
    } else if (thread_begins && line.starts_with(kFile)) {
      const auto quote = line.find(kLine);
      if (quote == std::string_view::npos) continue;
      innermost = fmt::format("{}:{}", line.substr(kFile.size(), quote - kFile.size()),
                              line.substr(quote + kLine.size()));
      thread_begins = false;
    }
  }
  return one_line(innermost);
}

std::string last_line(std::string_view text) {
  const auto lines = evidence::last_lines(evidence::clean_words(text), 1);
  return lines.empty() ? std::string() : one_line(lines.front());
}

Answer read_told(const std::optional<Json>& told, int exit_code, std::string_view err) {
  const Json nothing = Json::object();
  const Json& json = told ? *told : nothing;
  const auto text = [&json](std::string_view name) {
    return one_line(jupyter::text_member(json, name));
  };
  Answer answer;
  if (told) answer.data = jupyter::to_compact_json(json);
  if (json.contains("skipped") && exit_code == 0) {
    answer.outcome = Outcome::skipped;
    answer.says = text("skipped");
  } else if (json.contains("failed")) {
    answer.outcome = Outcome::failed;
    answer.says = text("failed");
    // What somebody else, a child, has said on fd 2.
    if (json.contains("last_words")) answer.says += ": " + last_line(err);
  } else if (json.contains("says") && exit_code == 0) {
    answer.outcome = Outcome::passed;
    answer.says = text("says");
  } else {
    answer.outcome = Outcome::failed;
    const auto last = last_line(err);
    answer.says = last.empty()
                      ? fmt::format("it ended without an answer, exit status {}", exit_code)
                      : fmt::format("{} (exit status {})", last, exit_code);
  }
  return answer;
}

}  // namespace km::probe
