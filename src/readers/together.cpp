// The last step over handed-in evidence.
#include "readers/together.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::readers {
namespace {

using casefile::CaseFile;

// One machine, one interpreter, one end: these cannot differ within one case. Signals can: a shell
// tells SIGABRT and an emulator before it SIGILL.
constexpr std::array<std::string_view, 5> kSingle{"host.os", "host.hardware", "python.architecture",
                                                  "python.version", "exit.code"};

// "3.11" and "3.11.4" do not contradict each other.
bool agrees(const std::string& a, const std::string& b) {
  return a.starts_with(b) || b.starts_with(a);
}

void show_contradictions(CaseFile& out) {
  for (const std::string_view name : kSingle) {
    std::vector<std::pair<std::string, std::string>> told;  // value, source
    for (const casefile::Fact* fact : out.find(name)) {
      if (std::holds_alternative<casefile::NotThere>(fact->value)) continue;
      const std::string value = casefile::to_text(fact->value);
      const bool known = std::any_of(told.begin(), told.end(), [&](const auto& earlier) {
        return agrees(earlier.first, value);
      });
      if (!known) told.emplace_back(value, fact->source);
    }
    if (told.size() < 2) continue;
    std::string why;
    for (const auto& [value, source] : told) {
      why += fmt::format("{}{} says {}", why.empty() ? "" : ", ", source, value);
    }
    out.gap(fmt::format("one answer on {}", name), "the evidence contradicts itself: " + why,
            "hand in only what belongs to one death");
  }
}

std::vector<std::string> texts_of(const CaseFile& out, std::string_view name) {
  for (const casefile::Fact* fact : out.find(name)) {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&fact->value)) return *texts;
  }
  return {};
}

// abort() sends the signal; who prints a stack often leaves it out.
void add_signal_of_stack(CaseFile& out) {
  constexpr std::size_t kNear = 6;
  if (!out.find("exit.signal").empty()) return;
  for (const casefile::Fact* fact : out.find("crash.stack")) {
    const auto* frames = std::get_if<std::vector<std::string>>(&fact->value);
    if (frames == nullptr) continue;
    for (std::size_t i = 0; i < std::min(kNear, frames->size()); ++i) {
      std::string_view symbol = (*frames)[i];
      if (const auto at = symbol.find('`'); at != std::string_view::npos)
        symbol.remove_prefix(at + 1);
      symbol = symbol.substr(0, symbol.find_first_of(" (+"));
      if (symbol != "abort" && symbol != "__GI_abort" && symbol != "__pthread_kill") continue;
      const std::string source = fact->source;
      out.add("exit.signal", std::string("SIGABRT"), source);
      return;
    }
  }
}

void describe_death(CaseFile& out) {
  casefile::Death death = out.death.value_or(casefile::Death{});
  if (death.signal.empty()) death.signal = out.text("exit.signal").value_or("");
  if (!death.exit_code) death.exit_code = out.number("exit.code");
  if (death.python_stack.empty()) death.python_stack = texts_of(out, "python.stack");
  if (death.native_stack.empty()) death.native_stack = texts_of(out, "crash.stack");
  const bool known = out.death || !death.signal.empty() || death.exit_code ||
                     !death.python_stack.empty() || !death.native_stack.empty();
  if (known) out.death = std::move(death);
}

}  // namespace

void judge_together(CaseFile& out) {
  show_contradictions(out);
  add_signal_of_stack(out);
  describe_death(out);
}

}  // namespace km::readers
