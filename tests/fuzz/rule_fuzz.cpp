// A rule file and the cases beside it, from a folder that somebody named with --rules.
#include "diagnosis/diagnose.h"
#include "diagnosis/rule_file.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(km::fuzz::text_of(data, size));
  km::diagnosis::RuleText file{"rules/memory/x.toml", "memory/x", text, false};
  const auto rule = km::diagnosis::parse_rule(file);
  file.is_test = true;
  const auto cases = km::diagnosis::parse_rule_cases(file);
  if (rule) {
    km::casefile::CaseFile casefile;
    static_cast<void>(km::diagnosis::diagnose(casefile, {&*rule, 1}));
    casefile.add("exit.signal", std::string("SIGKILL"), "a seed");
    casefile.add("words.line", std::string("Killed"), "a seed");
    km::fuzz::must(!km::diagnosis::diagnose(casefile, {&*rule, 1}).empty());
  }
  return 0;
}
