#include "evidence/compat.h"

#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using Packages = std::vector<std::string>;

struct Machine {
  std::string os, os_version, architecture, python;
  Packages packages;
};

casefile::CaseFile case_of(const Machine& machine) {
  casefile::CaseFile file;
  if (!machine.os.empty()) file.add("host.os", machine.os, "t");
  if (!machine.os_version.empty()) file.add("host.os_version", machine.os_version, "t");
  if (!machine.architecture.empty()) file.add("python.architecture", machine.architecture, "t");
  if (!machine.python.empty()) file.add("python.version", machine.python, "t");
  if (!machine.packages.empty()) file.add("python.packages", machine.packages, "t");
  return file;
}

// The sentence; "none" where it fits; "unknown" where nothing is said.
std::string said(casefile::CaseFile file, const std::string& name) {
  add_compat(file);
  const auto facts = file.find(name);
  return facts.empty() ? "unknown" : casefile::to_text(facts.front()->value);
}

TEST(Compat, SaysWhichBuildIsMissing) {
  EXPECT_EQ(
      said(case_of({"macos", "", "arm64", "3.11.2", {"tensorflow 2.10.0"}}), "compat.no_build"),
      "tensorflow 2.10.0 has no build for macos-arm64; the first that has is 2.13.0");
  EXPECT_EQ(
      said(case_of({"linux", "", "x86_64", "3.11.2", {"tensorflow 2.10.0"}}), "compat.no_build"),
      "tensorflow 2.10.0 has no build for Python 3.11 on linux-x86_64; the first that has is "
      "2.12.0");
  EXPECT_EQ(said(case_of({"macos", "", "x86_64", "3.10", {"torch 2.4.0"}}), "compat.no_build"),
            "torch 2.4.0 has no build for macos-x86_64; the last that has is 2.2.2");
  EXPECT_EQ(said(case_of({"macos", "", "x86_64", "3.11", {"jaxlib 0.5.3"}}), "compat.no_build"),
            "jaxlib 0.5.3 has no build for macos-x86_64; the last that has is 0.4.38");
  EXPECT_EQ(
      said(case_of({"linux", "", "x86_64", "3.13.0", {"tensorflow 2.19.0"}}), "compat.no_build"),
      "tensorflow 2.19.0 has no build for Python 3.13 on linux-x86_64; the first that has is "
      "2.20.0");
  EXPECT_EQ(
      said(case_of({"linux", "", "x86_64", "3.15", {"tensorflow 2.21.0"}}), "compat.no_build"),
      "tensorflow 2.21.0 has no build for Python 3.15 on linux-x86_64, and no other release has "
      "one; the newest Python with a build is 3.13");
  EXPECT_EQ(said(case_of({"linux", "", "i686", "3.8", {"tensorflow 2.5.0"}}), "compat.no_build"),
            "tensorflow 2.5.0 has no build for linux-i686 at all");
}

TEST(Compat, KnowsWhatFitsAndWhatItCannotKnow) {
  EXPECT_EQ(
      said(case_of({"linux", "", "x86_64", "3.11", {"tensorflow 2.15.0"}}), "compat.no_build"),
      "none");
  EXPECT_EQ(said(case_of({"linux", "", "", "3.11", {"tensorflow 2.15.0"}}), "compat.no_build"),
            "unknown");
  EXPECT_EQ(said(case_of({"linux", "", "x86_64", "", {"tensorflow 2.15.0"}}), "compat.no_build"),
            "unknown");
  EXPECT_EQ(said(case_of({"linux", "", "x86_64", "3.11", {"tensorflow"}}), "compat.no_build"),
            "unknown");
  EXPECT_EQ(said(case_of({"linux", "", "x86_64", "3.11", {"flask 3.0"}}), "compat.no_build"),
            "unknown");
  // No build for this Python anywhere: the platform need not be known.
  EXPECT_NE(said(case_of({"", "", "", "3.14", {"tensorflow 2.19.0"}}), "compat.no_build"),
            "unknown");
  // An Apple processor with an interpreter that nobody described may run x86-64 builds.
  casefile::CaseFile mac = case_of({"macos", "", "", "3.9", {"tensorflow 2.9.0"}});
  mac.add("host.hardware", std::string("arm64"), "t");
  EXPECT_EQ(said(mac, "compat.no_build"), "unknown");
  // conda has builds of its own.
  casefile::CaseFile conda = case_of({"linux", "", "x86_64", "3.12", {"tensorflow 2.15.0"}});
  conda.add("python.install", std::string("conda"), "t");
  EXPECT_EQ(said(conda, "compat.no_build"), "unknown");
}

TEST(Compat, TakesWhatAnInstallerDidNotFind) {
  auto wanted = [](const Machine& machine, const std::string& what) {
    casefile::CaseFile file = case_of(machine);
    file.add("python.wanted", what, "t");
    return said(file, "compat.no_build");
  };
  EXPECT_EQ(wanted({"linux", "", "i686", "3.7.5", {}}, "tensorflow>=1.8.0"),
            "tensorflow>=1.8.0 has no build for linux-i686 at all");
  EXPECT_EQ(wanted({"linux", "", "x86_64", "3.12", {}}, "tensorflow==2.15.0"),
            "tensorflow==2.15.0 has no build for Python 3.12 on linux-x86_64; the first that has "
            "is 2.16.1");
  EXPECT_EQ(
      wanted({"linux", "", "x86_64", "3.9", {}}, "tensorflow==1.15"),
      "tensorflow==1.15 has no build for Python 3.9 on linux-x86_64; the first that has is 2.5.0");
  EXPECT_EQ(wanted({"linux", "", "x86_64", "3.7", {}}, "tensorflow==1.15"), "unknown");
  EXPECT_EQ(wanted({"linux", "", "x86_64", "3.11", {}}, "tensorflow"), "none");
  EXPECT_EQ(wanted({"linux", "", "x86_64", "3.11", {}}, "flask"), "unknown");
}

TEST(Compat, ComparesLibraries) {
  EXPECT_EQ(said(case_of({"", "", "", "", {"numpy 2.0.0", "pandas 2.0.3"}}), "compat.numpy"),
            "pandas 2.0.3 was built for NumPy 1, and numpy 2.0.0 is installed; the first built for "
            "NumPy 2 is 2.2.2");
  EXPECT_EQ(said(case_of({"", "", "", "", {"numpy 2.0.0", "pandas 2.2.3"}}), "compat.numpy"),
            "none");
  EXPECT_EQ(said(case_of({"", "", "", "", {"numpy 2.0.0"}}), "compat.numpy"), "unknown");
  EXPECT_EQ(said(case_of({"", "", "", "", {"numpy 1.19.5", "tensorflow 2.16.1"}}), "compat.numpy"),
            "tensorflow 2.16.1 asks for numpy <2.0.0,>=1.23.5; 1.19.5 is installed");
  EXPECT_EQ(
      said(case_of({"", "", "", "", {"protobuf 4.21.1", "tensorflow 2.9.1"}}), "compat.protobuf"),
      "tensorflow 2.9.1 asks for protobuf <3.20,>=3.9.2; 4.21.1 is installed");
  EXPECT_EQ(
      said(case_of({"", "", "", "", {"protobuf 4.21.1", "tensorflow 2.6.0"}}), "compat.protobuf"),
      "tensorflow 2.6.0 has generated code that protobuf 4 and newer refuse; 4.21.1 is installed");
  EXPECT_EQ(
      said(case_of({"", "", "", "", {"protobuf 3.19.6", "tensorflow 2.9.1"}}), "compat.protobuf"),
      "none");
  EXPECT_EQ(said(case_of({"", "", "", "", {"keras 3.0.5", "tensorflow 2.15.0"}}), "compat.keras"),
            "keras 3.0.5 needs TensorFlow 2.16 or newer; tensorflow 2.15.0 is installed");
  EXPECT_EQ(said(case_of({"", "", "", "", {"keras 3.4.0", "tensorflow 2.16.2"}}), "compat.keras"),
            "none");
}

TEST(Compat, ComparesTheGraphicsStack) {
  casefile::CaseFile old = case_of({"linux", "", "x86_64", "3.11", {"tensorflow 2.16.1"}});
  old.add("gpu.cuda_version", std::string("11.4"), "t");
  EXPECT_EQ(said(old, "compat.cuda"),
            "tensorflow 2.16.1 was built for CUDA 12.3; here is CUDA 11.4");
  casefile::CaseFile torch = case_of({"linux", "", "", "", {"torch 2.2.0+cu121"}});
  torch.add("gpu.driver", std::string("470.82.01"), "t");
  EXPECT_EQ(said(torch, "compat.cuda"),
            "torch 2.2.0+cu121 was built for CUDA 12.1, which needs the driver 525.60.13 or newer; "
            "here is 470.82.1");
  casefile::CaseFile fits = case_of({"linux", "", "", "", {"torch 2.2.0+cu118"}});
  fits.add("gpu.cuda_version", std::string("12.4"), "t");
  EXPECT_EQ(said(fits, "compat.cuda"), "none");
  casefile::CaseFile windows = case_of({"windows", "", "", "", {"tensorflow 2.12.0"}});
  windows.add("gpu.model", std::string("NVIDIA GeForce RTX 3080"), "t");
  EXPECT_EQ(said(windows, "compat.cuda"),
            "tensorflow 2.12.0 has no GPU support on native Windows; 2.10 was the last that had");
}

TEST(Compat, KnowsThePairsOfTheMetalPlugin) {
  auto pair = [](const std::string& metal, const std::string& tensorflow) {
    return said(
        case_of({"macos", "", "", "", {"tensorflow-metal " + metal, "tensorflow " + tensorflow}}),
        "compat.metal");
  };
  EXPECT_EQ(pair("1.2.0", "2.18.1"), "none");
  EXPECT_EQ(pair("1.1.0", "2.14.0"), "none");
  EXPECT_EQ(pair("1.1.0", "2.18.1"), "tensorflow-metal 1.1.0 cannot load with tensorflow 2.18.1");
  EXPECT_EQ(pair("1.2.0", "2.20.0"), "tensorflow-metal 1.2.0 cannot load with tensorflow 2.20.0");
  EXPECT_EQ(pair("0.6.0", "2.9.1"),
            "tensorflow-metal 0.6.0 crashes the kernel with tensorflow 2.9.1");
  EXPECT_EQ(pair("0.1.0", "2.5.0"), "unknown");
}

TEST(Compat, ComparesTheProcessor) {
  casefile::CaseFile old = case_of({"linux", "", "x86_64", "3.8", {"polars 0.19.8"}});
  old.add("cpu.lacks", Packages{"avx2", "fma"}, "t");
  EXPECT_EQ(said(old, "compat.cpu"),
            "polars 0.19.8 needs avx2, fma, which this processor does not offer");
  casefile::CaseFile whole = case_of({"linux", "", "x86_64", "3.8", {"tensorflow 2.10.0"}});
  whole.none("cpu.lacks", "t");
  EXPECT_EQ(said(whole, "compat.cpu"), "none");
  EXPECT_EQ(said(case_of({"linux", "", "x86_64", "3.8", {"tensorflow 2.10.0"}}), "compat.cpu"),
            "unknown");
  EXPECT_EQ(said(case_of({"macos", "", "arm64", "3.11", {"tensorflow 2.16.1"}}), "compat.cpu"),
            "none");
}

TEST(Compat, KnowsWhatRosettaOffers) {
  auto translated = [](const std::string& os_version) {
    casefile::CaseFile file = case_of({"macos", os_version, "x86_64", "3.8", {"tensorflow 2.5.0"}});
    file.add("host.translation", std::string("rosetta"), "t");
    return said(file, "compat.cpu");
  };
  EXPECT_EQ(translated("macOS 13.1"),
            "tensorflow 2.5.0 needs avx, which Rosetta 2 does not offer before macOS 15");
  EXPECT_EQ(translated("Darwin 22.2.0"), translated("macOS 13.1"));
  EXPECT_EQ(translated("macOS 15.3"),
            "tensorflow 2.5.0 needs avx, which Rosetta 2 translates but does not advertise");
  casefile::CaseFile mac = case_of({"macos", "macOS 12.3", "", "3.9", {"tensorflow 2.9.0"}});
  mac.add("host.hardware", std::string("arm64"), "t");
  EXPECT_EQ(said(mac, "compat.cpu"),
            "tensorflow 2.9.0 exists for macOS on x86-64 alone and needs avx, which Rosetta 2 does "
            "not offer before macOS 15");
}

TEST(Compat, ComparesTheOperatingSystem) {
  EXPECT_EQ(
      said(case_of({"linux", "CentOS 6", "x86_64", "3.7", {"tensorflow 2.10.0"}}), "compat.os"),
      "tensorflow 2.10.0 needs glibc 2.17 or newer; here is 2.12");
  EXPECT_EQ(said(case_of({"linux",
                          "Linux-4.4.0-x86_64-with-glibc2.23",
                          "x86_64",
                          "3.10",
                          {"tensorflow 2.21.0"}}),
                 "compat.os"),
            "tensorflow 2.21.0 needs glibc 2.27 or newer; here is 2.23");
  EXPECT_EQ(said(case_of({"linux", "Ubuntu 22.04.3 LTS", "x86_64", "3.10", {"tensorflow 2.21.0"}}),
                 "compat.os"),
            "none");
  EXPECT_EQ(
      said(case_of({"macos", "macOS 11.6", "arm64", "3.10", {"tensorflow 2.16.1"}}), "compat.os"),
      "tensorflow 2.16.1 needs macOS 12.0 or newer; here is 11.6");
  EXPECT_EQ(
      said(case_of({"linux", "Gentoo", "x86_64", "3.10", {"tensorflow 2.21.0"}}), "compat.os"),
      "unknown");
}

TEST(Compat, SaysNothingOfACaseWithoutPackages) {
  casefile::CaseFile file = case_of({"linux", "", "x86_64", "3.11", {}});
  const std::size_t before = file.facts.size();
  add_compat(file);
  EXPECT_EQ(file.facts.size(), before);
}

TEST(Compat, SurvivesStrangeFacts) {
  casefile::CaseFile file = case_of({"macos",
                                     "macOS",
                                     "?",
                                     "3.999999999999",
                                     {"", " ", "tensorflow x", "numpy 2", "tensorflow 99"}});
  file.add("python.wanted", std::string("<>=~"), "t");
  file.add("python.wanted", std::string("tensorflow<"), "t");
  file.add("gpu.driver", std::string("?"), "t");
  add_compat(file);
  for (const casefile::Fact& fact : file.facts) EXPECT_TRUE(casefile::is_declared(fact.name));
}

}  // namespace
}  // namespace km::evidence
