#include "evidence/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;

TEST(Secrets, AreMaskedByTheirName) {
  EXPECT_THAT(without_secrets({"train", "--token=abc", "--password", "hunter2", "--HF-API-KEY", "x",
                               "--epochs=3"}),
              ElementsAre("train", "--token=***", "--password", "***", "--HF-API-KEY", "***",
                          "--epochs=3"));
}

TEST(Secrets, AreMaskedByTheirLook) {
  EXPECT_THAT(without_secrets({"--id=0123456789abcdef0123456789abcdef",
                               "hf_aB3dE5gH7jK9mN1pQ3rS5tU7wX9zB2dF4"}),
              ElementsAre("--id=***", "***"));
  EXPECT_THAT(without_secrets({"https://ada:secret@example.org/x", "https://example.org/@x"}),
              ElementsAre("https://***@example.org/x", "https://example.org/@x"));
}

TEST(Secrets, AreTheValuesOfTheEnvironment) {
  EXPECT_THAT(without_secrets({"env", "HOME=/home/ada", "python", "-c", "x=1"}),
              ElementsAre("env", "HOME=***", "python", "-c", "x=1"));
}

TEST(Secrets, AreNotWhatACommandNeeds) {
  const std::vector<std::string> argv{
      "/opt/venv/bin/python",
      "-m",
      "ipykernel_launcher",
      "-f",
      "/run/user/1000/jupyter/kernel-0f8fad5b-d9cb-469f-a165-70867728950e.json",
      "--IPKernelApp.capture_fd_output=False",
      ""};
  EXPECT_EQ(without_secrets(argv), argv);
  EXPECT_TRUE(without_secrets({}).empty());
}

TEST(LineWithoutSecrets, MasksValues) {
  EXPECT_EQ(line_without_secrets("http://localhost:8888/lab?token=0123456789abcdef&x=1"),
            "http://localhost:8888/lab?token=***&x=1");
  EXPECT_EQ(line_without_secrets("db password: 'hunter22' at postgres://me:hunter22@db/x"),
            "db password: '***' at postgres://me:***@db/x");
  EXPECT_EQ(line_without_secrets("SyntaxError: invalid token"), "SyntaxError: invalid token");
  EXPECT_EQ(line_without_secrets("http://localhost:8888/lab"), "http://localhost:8888/lab");
}

}  // namespace
}  // namespace km::evidence
