#include "evidence/host.h"

#include "evidence/collectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(HostFacts, ComeBackAsTheyWere) {
  os::HostIdentity host;
  host.os = "linux";
  host.architecture = "x86_64";
  host.cpu = "QEMU \xff TCG";
  host.cpu_features = {"sse4_2"};
  host.translation = "qemu-user";
  const auto back = parse_host_facts(host_facts_json(host));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->architecture, "x86_64");
  EXPECT_EQ(back->cpu, "QEMU \xEF\xBF\xBD TCG");
  EXPECT_EQ(back->translation, "qemu-user");
  EXPECT_THAT(lacking(back->cpu_features), ElementsAre("avx", "avx2", "fma", "avx512f"));
}

TEST(HostFacts, RefuseWhatIsNone) {
  for (const char* text :
       {"", "[]", "{}", "nonsense", R"({"architecture": 1})",
        R"({"architecture": "x", "cpu_features": [1]})", "{\"architecture\": \"x"}) {
    EXPECT_FALSE(parse_host_facts(text).has_value()) << text;
  }
  EXPECT_TRUE(parse_host_facts(R"({"architecture": "x86_64", "new": {}})").has_value());
}

TEST(Host, LacksNothingThatItOffers) {
  EXPECT_THAT(lacking({"avx512f", "avx", "fma", "avx2", "sse"}), IsEmpty());
}

TEST(Host, IsOursWithoutAWrapper) {
  casefile::CaseFile out;
  collect_host(Scene{}, "", out);
  EXPECT_TRUE(out.text("host.os").has_value());
  EXPECT_TRUE(out.text("host.architecture").has_value());
  EXPECT_THAT(out.gaps, IsEmpty());
}

TEST(Host, IsToldByWhatQemuSaid) {
  casefile::CaseFile out;
  collect_host(Scene{}, "qemu: uncaught target signal 4 (Illegal instruction) - core dumped", out);
  ASSERT_TRUE(out.text("host.translation").has_value());
}

TEST(Host, BehindAWrapperThatDoesNotAnswerIsAGap) {
  // false(1) and a program that is not there: neither runs us.
  for (const char* wrapper : {"false", "/nonexistent/emulator"}) {
    Scene scene;
    scene.wrap = {wrapper};
    casefile::CaseFile out;
    collect_host(scene, "", out);
    ASSERT_EQ(out.gaps.size(), 1U) << wrapper;
    EXPECT_THAT(out.gaps[0].what, HasSubstr(wrapper));
    EXPECT_TRUE(out.find("cpu.features").empty());
    EXPECT_TRUE(out.find("cpu.lacks").empty());
  }
}

TEST(Host, BelievesWhatIsSaidBehindTheWrapper) {
  Scene scene;
  scene.wrap = {
      "sh", "-c",
      R"(echo '{"os":"linux","architecture":"x86_64","cpu":"old","cpu_features":["sse2","avx"],"translation":"qemu-user"}')"};
  casefile::CaseFile out;
  collect_host(scene, "", out);
  EXPECT_THAT(out.gaps, IsEmpty());
  EXPECT_EQ(out.text("host.translation"), "qemu-user");
  EXPECT_THAT(std::get<std::vector<std::string>>(out.find("cpu.lacks").at(0)->value),
              ElementsAre("avx2", "fma", "avx512f"));
}

}  // namespace
}  // namespace km::evidence
