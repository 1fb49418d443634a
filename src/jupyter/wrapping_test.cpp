// A kernelspec around another: what a front end reads of it, and what is needed to undo it.
#include "jupyter/wrapping.h"

#include "jupyter/kernelspec.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kOriginal = R"json({"argv": ["python", "-m", "ipykernel_launcher", "-f",
  "{connection_file}", "--logo={resource_dir}/logo.png"], "display_name": "Python 3 (ipykernel)",
                           "language" : "python",
                           "env" : {"A" : "b"},
                           "kernel_protocol_version" : "5.5",
                           "metadata" : {
  "debugger" : true, "supported_encryption" : ["curve"]
}
})json";

Wrapping around_python() {
  Wrapping wrapping;
  wrapping.name = "python3";
  wrapping.from = "/e/share/jupyter/kernels/python3/kernel.json";
  wrapping.shim = "/e/share/jupyter/kernels/python3-medic/kernelmedic";
  wrapping.python = "/e/bin/python";
  wrapping.display_name = medic_name("Python 3 (ipykernel)");
  wrapping.curve = true;
  wrapping.version = "1.2.3";
  return wrapping;
}

Json wrapped(const Wrapping& wrapping) {
  const auto text = wrapped_spec(kOriginal, wrapping);
  EXPECT_TRUE(text);
  auto json = parse_json(text ? *text : "{}");
  return json ? std::move(*json) : Json();
}

TEST(Wrapping, NamesEverythingAbsolutely) {
  EXPECT_THAT(
      wrapped(around_python()).at("argv").get<std::vector<std::string>>(),
      ElementsAre("/e/share/jupyter/kernels/python3-medic/kernelmedic", "kernel", "-f",
                  "{connection_file}", "--", "/e/bin/python", "-m", "ipykernel_launcher", "-f",
                  "{private_connection_file}", "--logo=/e/share/jupyter/kernels/python3/logo.png"));
}

// jupyter_lifecycle.md 2.26: VS Code replaces the placeholder in the first argument that has it.
TEST(Wrapping, Obligation26HoldsThePlaceholderOnce) {
  const auto argv = wrapped(around_python()).at("argv").get<std::vector<std::string>>();
  EXPECT_EQ(std::count_if(argv.begin(), argv.end(),
                          [](const std::string& word) {
                            return word.find("{connection_file}") != std::string::npos;
                          }),
            1);
}

// 2.27: argv[0] is absolute and no python; the interpreter stands under metadata.
TEST(Wrapping, Obligation27TellsVsCodeTheInterpreter) {
  const auto json = wrapped(around_python());
  const std::string first = json.at("argv").at(0);
  EXPECT_EQ(first.front(), '/');
  EXPECT_FALSE(std::string_view(first).substr(first.rfind('/') + 1).starts_with("python"));
  EXPECT_EQ(json.at("metadata").at("interpreter").at("path"), "/e/bin/python");
}

TEST(Wrapping, KeepsWhatItDoesNotKnow) {
  const auto json = wrapped(around_python());
  EXPECT_EQ(json.at("env").at("A"), "b");
  EXPECT_EQ(json.at("kernel_protocol_version"), "5.5");
  EXPECT_EQ(json.at("metadata").at("debugger"), true);
  EXPECT_EQ(json.at("display_name"), "Python 3 (medic)");
  EXPECT_EQ(json.at("metadata").at("kernelmedic").at("argv").at(0), "python");
}

// 2.10: encryption is claimed only where our sockets can do it.
TEST(Wrapping, Obligation10ClaimsNoEncryptionThatItLacks) {
  auto wrapping = around_python();
  EXPECT_TRUE(wrapped(wrapping).at("metadata").contains("supported_encryption"));
  wrapping.curve = false;
  EXPECT_FALSE(wrapped(wrapping).at("metadata").contains("supported_encryption"));
}

TEST(Wrapping, RefusesWhatItCannotWrap) {
  const auto once = wrapped_spec(kOriginal, around_python());
  ASSERT_TRUE(once);
  EXPECT_FALSE(wrapped_spec(*once, around_python())) << "its own";
  EXPECT_FALSE(wrapped_spec(R"({"argv": ["x"], "display_name": "x"})", around_python()));
  EXPECT_FALSE(wrapped_spec("[]", around_python()));
}

TEST(Wrapping, ShimsTellWhatTheyBelongTo) {
  const std::string shim = shim_text("/o'brien/kernelmedic", digest_of("text"));
  EXPECT_EQ(digest_in(shim), digest_of("text"));
  EXPECT_EQ(program_in(shim), "/o'brien/kernelmedic");
  EXPECT_EQ(digest_in("#!/bin/sh\nexec x\n"), "");
  EXPECT_EQ(program_in("#!/bin/sh\nprogram='x'\n"), "");
}

TEST(Wrapping, NamesTwins) {
  EXPECT_EQ(medic_name("Python 3 (ipykernel)"), "Python 3 (medic)");
  EXPECT_EQ(medic_name("R"), "R (medic)");
  EXPECT_EQ(medic_name("(x)"), "(x) (medic)");
}

}  // namespace
}  // namespace km::jupyter
