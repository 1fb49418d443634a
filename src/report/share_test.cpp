#include "report/share.h"

#include "report/report.h"
#include "report/sample_diagnoses.h"
#include "report/scrubber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace km::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Scrubber, HidesHomesUsersHostsAndSecrets) {
  Scrubber scrubber({.home = "/data/people/eve/", .user = "eve", .host = "lab7.example.org"});
  scrubber.learn("/home/ada/x and /Users/Bob.B/y");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"/home/ada/venv/bin/python", "~/venv/bin/python"},
      {"/home/ada", "~"},
      {"in /Users/Bob.B/y, line 3", "in ~/y, line 3"},
      {"/var/home/ada/x", "~/x"},
      {"C:\\Users\\Ann Lee\\x.py", "~\\x.py"},
      {"/data/people/eve/x", "~/x"},
      {"/data/people/evelyn/x", "/data/people/evelyn/x"},
      {"/scratch/ada/x owned by ada", "/scratch/user/x owned by user"},
      {"adagrad is no name", "adagrad is no name"},
      {"ada@lab7:", "user@host:"},
      {"host lab7.example.org", "host host"},
      {"HF_TOKEN=hf_abc123 next", "HF_TOKEN=(left out) next"},
      {"'password': 'x y'", "'password': '(left out) y'"},
      {"API_KEY_2=k", "API_KEY_2=(left out)"},
      {"a token was lost", "a token was lost"},
      {"/home/", "/home/"},
      {"/home//x", "/home//x"},
      {"", ""},
  };
  for (const auto& [text, hidden] : cases) EXPECT_EQ(scrubber.clean(text), hidden);
}

TEST(Scrubber, LeavesAccountsThatNameNobody) {
  const std::string home = "/root";
  const Scrubber scrubber({.home = home, .user = "root", .host = "localhost"});
  EXPECT_EQ(scrubber.clean("run as root on localhost, " + home + "/x"),
            "run as root on localhost, ~/x");
  EXPECT_EQ(scrubber.clean("/srv/root/x /rootless"), "/srv/root/x /rootless");
}

TEST(ReducedArgument, KeepsWhatIsNoPathAndNoValue) {
  EXPECT_EQ(reduced_argument("/home/ada/python"), "python");
  EXPECT_EQ(reduced_argument("-m"), "-m");
  EXPECT_EQ(reduced_argument("TOKEN=abc"), "TOKEN=(left out)");
  EXPECT_EQ(reduced_argument("--f=/a/b/c.json"), "--f=c.json");
}

TEST(Shared, LeavesNothingPrivateInAnyForm) {
  auto sample = samples::out_of_memory();
  sample.casefile.add(
      "words.line",
      std::vector<std::string>{"----> 4     held.append(tf.random.normal((10000, 10000)))"},
      "fd 2 of /home/lovelace/x");
  sample.casefile.last_words +=
      "  4     held.append(tf.random.normal((10000, 10000)))\nsee /home/lovelace/log on box17\n";
  sample.casefile.death->memory.cells.push_back({1, "/home/lovelace"});
  const Options options{
      .share = true, .verbose = true, .names = {"/home/lovelace", "lovelace", "box17"}};
  for (const std::string& form :
       {to_json(sample, options), to_terminal(sample, options), to_page_html(sample, options)}) {
    EXPECT_THAT(form, Not(HasSubstr("lovelace")));
    EXPECT_THAT(form, Not(HasSubstr("box17")));
    EXPECT_THAT(form, Not(HasSubstr("held.append")));
    EXPECT_THAT(form, Not(HasSubstr("each one takes")));
    EXPECT_THAT(form, HasSubstr("~/"));
    EXPECT_THAT(form, HasSubstr("cpu_allocator_impl"));  // what the process said stays
  }
}

TEST(Shared, KeepsTheCallThatEndedItWithoutItsArguments) {
  auto sample = samples::nearly_nothing();
  sample.casefile.add("cell.calls", std::vector<std::string>{"os._exit(secret)"}, "the cell");
  sample.findings[0].title = "The cell called os._exit(secret)";
  const auto result = shared(sample, {});
  EXPECT_EQ(result.findings[0].title, "The cell called os._exit(...)");
  EXPECT_THAT(to_json(result), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace km::report
