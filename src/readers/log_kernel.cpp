// Kernel logs that were handed in: dmesg with any time stamp, journalctl, syslog, macOS' `log
// show`, and the daemons that kill for memory before the kernel does.
#include "evidence/oom.h"
#include "readers/readers.h"
#include "readers/told.h"
#include "readers/wording.h"

#include <algorithm>
#include <array>

namespace km::readers {
namespace {

// The message alone: who wrote it when on which machine is nobody's business.
std::string_view message_of(std::string_view line) {
  static const evidence::Pattern stamp(
      R"(^(?:.{0,100}\bkernel(?:\[\d+\])?[:\t] ?)?(?:<\d+>)?\s*(?:\[[^\]]{0,40}\d[^\]]{0,20}\] ?)?)"
      R"((?:\[ *[TC]\d+\] ?)?)");
  const auto found = stamp.match(line);
  if (!found.empty()) line.remove_prefix(found[0].size());
  return line;
}

// Names under which a kernel, or what people run in its place, stands in a process list.
bool looks_like_ours(std::string_view process) {
  constexpr auto kBeginnings = std::to_array<std::string_view>(
      {"python", "ipython", "ipykernel", "jupyter", "papermill", "xpython", "julia", "rsession",
       "rscript", "java", "pt_", "ray::", "dask", "sage", "uvicorn", "gunicorn", "streamlit",
       "tensorflow", "conda"});
  const std::string name = evidence::lower(process);
  return name == "r" || name == "ipykernel" ||
         std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view known) { return name.starts_with(known); });
}

struct Records {
  std::vector<std::string> messages;
  std::vector<std::string> sources;
};

Records records_of(const intake::Excerpt& excerpt) {
  // What the two parsers of oom.h look for, so that a long log is not copied.
  constexpr auto kSigns = std::to_array<std::string_view>(
      {"oom", "Kill", "emory cgroup", "limit of ", "memory: usage ", "segfault at ", "] trap ",
       "] general protection", "]: unhandled ", "]: undefined instruction"});
  Records records;
  for (const intake::ExcerptLine& line : excerpt.lines) {
    if (std::none_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
          return line.text.find(sign) != std::string::npos;
        })) {
      continue;
    }
    records.messages.emplace_back(message_of(line.text));
    records.sources.push_back(intake::source_of(excerpt, line));
  }
  return records;
}

void tell_victim(bool ours, std::string_view source, casefile::CaseFile& out) {
  tell(out, "oom.victim", ours ? "this process" : "another process", source);
  if (ours) tell(out, "exit.signal", "SIGKILL", source);
}

void tell_kill(const evidence::OomKill& kill, bool ours, std::string_view source,
               casefile::CaseFile& out) {
  tell(out, "oom.report", kill.report, source);
  tell(out, "oom.constraint", kill.constraint, source);
  if (kill.limit_bytes > 0 && kill.constraint == "CONSTRAINT_MEMCG") {
    tell(out, "cgroup.limit_bytes", kill.limit_bytes, source);
    tell(out, "memory.limit_bytes", kill.limit_bytes, source);
    tell(out, "memory.limit_source", "cgroup", source);
  }
  tell_victim(ours, source, out);
  if (!ours) return;
  if (kill.score_adj) tell(out, "oom.score_adj", std::int64_t{*kill.score_adj}, source);
  if (kill.anon_rss_bytes <= 0) return;
  tell(out, "exit.max_rss_bytes", kill.anon_rss_bytes, source);
  tell(out, "memory.largest_known_bytes", kill.anon_rss_bytes, source);
}

// One kill is told in full: the last of a process like ours, else the last of all.
void read_kills(const Records& records, casefile::CaseFile& out) {
  const auto kills = evidence::parse_oom_kills(records.messages);
  if (kills.empty()) return;
  const auto ours = std::find_if(kills.rbegin(), kills.rend(), [](const evidence::OomKill& kill) {
    return looks_like_ours(kill.task);
  });
  const evidence::OomKill& told = ours != kills.rend() ? *ours : kills.back();
  tell_kill(told, ours != kills.rend() || kills.size() == 1, records.sources[told.record], out);
  for (const evidence::OomKill& kill : kills) {
    tell(out, "oom.report", kill.report, records.sources[kill.record]);
  }
}

// Where the kill itself was cut off, its first line is what there is.
void read_calls(const Records& records, casefile::CaseFile& out) {
  if (!out.find("oom.report").empty()) return;
  for (std::size_t at = 0; at < records.messages.size(); ++at) {
    const auto call = evidence::parse_oom_call(records.messages[at]);
    if (!call) continue;
    tell(out, "oom.report", records.messages[at], records.sources[at]);
    if (call->score_adj)
      tell(out, "oom.score_adj", std::int64_t{*call->score_adj}, records.sources[at]);
  }
}

void read_faults(const Records& records, casefile::CaseFile& out) {
  std::optional<evidence::FaultRecord> told;
  std::string_view source;
  for (std::size_t at = 0; at < records.messages.size(); ++at) {
    auto fault = evidence::parse_fault(records.messages[at]);
    if (!fault) continue;
    if (told && looks_like_ours(told->process) && !looks_like_ours(fault->process)) continue;
    told = std::move(fault);
    source = records.sources[at];
  }
  if (!told) return;
  tell(out, "crash.kernel_line", told->line, source);
  tell(out, "crash.process", told->process, source);
  tell(out, "exit.signal", told->signal, source);
  if (!told->image.empty()) tell(out, "crash.image", told->image, source);
}

// earlyoom: `sending SIGTERM to process 4711 uid 1000 "python": badness 900, VmRSS 12000 MiB`
void user_space_kill(Line& line, const Groups& groups) {
  tell(line.out, "oom.report", line.text, line.source);
  tell(line.out, "oom.constraint", "user space", line.source);
  if (groups.size() < 3 || groups[2].empty()) return;
  const bool ours = looks_like_ours(groups[2]);
  tell(line.out, "oom.victim", ours ? "this process" : "another process", line.source);
  if (const auto signal = ending_signal(groups[1]); ours && signal)
    tell(line.out, "exit.signal", *signal, line.source);
}

// systemd: what of its unit was killed by the kernel, it does not know.
void unit_kill(Line& line, const Groups& /*groups*/) {
  tell(line.out, "oom.report", line.text, line.source);
}

void code_signing(Line& line, const Groups& groups) {
  tell(line.out, "crash.termination", "CODESIGNING", line.source);
  tell(line.out, "crash.kernel_line", line.text, line.source);
  tell(line.out, "exit.signal", "SIGKILL", line.source);
  if (groups.size() > 1 && !groups[1].empty())
    tell(line.out, "crash.process", groups[1], line.source);
  if (groups.size() > 2 && !groups[2].empty())
    tell(line.out, "crash.image", groups[2], line.source);
}

void jetsam(Line& line, std::string_view victim, std::string_view reason) {
  tell(line.out, "jetsam.reason", reason, line.source);
  tell(line.out, "jetsam.victim", victim, line.source);
  if (looks_like_ours(victim)) tell(line.out, "exit.signal", "SIGKILL", line.source);
}

void low_swap(Line& line, const Groups& groups) { jetsam(line, groups[1], "low swap"); }
void memorystatus(Line& line, const Groups& groups) { jetsam(line, groups[1], groups[2]); }
void memorystatus_largest(Line& line, const Groups& groups) {
  jetsam(line, groups[1], "largest compressed process");
}

void xid(Line& line, const Groups& groups) {
  if (const auto number = code_number(groups[1])) tell(line.out, "gpu.xid", *number, line.source);
}

const Wording kWordings[] = {
    {"sending SIG",
     evidence::Pattern(
         R"re(sending (SIGTERM|SIGKILL) to process \d+ (?:uid \d+ )?"([^"]{1,64})": )re"),
     user_space_kill},
    {"to the victim", evidence::Pattern(R"(Sending (?:SIGTERM|SIGKILL) to the victim)"),
     user_space_kill},
    {"due to memory", evidence::Pattern(R"(\bKilled /\S+ due to memory (?:pressure|used))"),
     user_space_kill},
    {"systemd-oomd killed", evidence::Pattern("systemd-oomd killed"), user_space_kill},
    {"oomd kill:", evidence::Pattern("oomd kill:"), user_space_kill},
    {"lowmemorykiller:", evidence::Pattern(R"(lowmemorykiller: (Kill)ing '([^']+)')"),
     user_space_kill},
    {"killed by the OOM killer", evidence::Pattern("killed by the OOM killer"), unit_kill},
    {"oom-kill'", evidence::Pattern("Failed with result 'oom-kill'"), unit_kill},
    {"CODE SIGNING: cs_invalid_page",
     evidence::Pattern(R"(cs_invalid_page\(0x[0-9a-f]+\): p=\d+\[([^\]]+)\].*sending SIGKILL)"),
     code_signing},
    {"rejecting invalid page",
     evidence::Pattern(
         R"re(process \d+\[([^\]]+)\]: rejecting invalid page.*? in file "([^"]+)")re"),
     code_signing},
    {"code signature validation failed",
     evidence::Pattern("code signature validation failed fatally"), code_signing},
    {"low swap: killing",
     evidence::Pattern(
         R"(low swap: killing (?:[a-z ]+ )?(?:process )?(?:with )?pid \d+ \(([^)]+)\))"),
     low_swap},
    {"memorystatus: killing",
     evidence::Pattern(R"(memorystatus: killing_\w+ pid \d+ \[([^\]]+)\] \(([\w-]+))"),
     memorystatus},
    {"memorystatus: killing",
     evidence::Pattern(R"(memorystatus: killing largest compressed process (\S+) \[\d+\])"),
     memorystatus_largest},
    {"NVRM: Xid", evidence::Pattern(R"(NVRM: Xid \([^)]*\): (\d{1,4})\b)"), xid},
};

}  // namespace

void read_kernel_log(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  const std::size_t before = out.facts.size();
  const Records records = records_of(excerpt);
  read_kills(records, out);
  read_calls(records, out);
  read_faults(records, out);
  for (const intake::ExcerptLine& kept : excerpt.lines) {
    for_wordings_in(kept.text, kept.text, kWordings,
                    [&](const Wording& wording, const Groups& groups) {
                      Line line{message_of(kept.text), intake::source_of(excerpt, kept), out};
                      wording.read(line, groups);
                    });
  }
  if (out.facts.size() > before) tell(out, "evidence.kind", "kernel log", excerpt.name);
}

}  // namespace km::readers
