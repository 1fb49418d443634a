// Looking at messages without changing them, and sending our own in the kernel's name.
#include "proxy/frames.h"

#include "proxy/voice.h"

#include <gtest/gtest.h>

namespace km::proxy {
namespace {

std::vector<std::string> texts_of(const Frames& frames) {
  std::vector<std::string> texts;
  for (const auto& frame : frames) texts.emplace_back(text_of(frame));
  return texts;
}

std::vector<std::string> signed_message(const jupyter::Signer& signer) {
  const std::string header =
      R"({"msg_id": "1", "msg_type": "execute_request", "subshell_id": "s"})";
  const std::string parent = R"({"msg_id": "0"})";
  return {"client",
          "<IDS|MSG>",
          signer.sign(header, parent, "{}", "{}"),
          header,
          parent,
          "{}",
          "{}",
          std::string("buffer\0", 7)};
}

TEST(Look, SeesTheHeaderOfASignedMessage) {
  const jupyter::Signer signer("key");
  const Frames frames = frames_of(signed_message(signer));
  const auto look = look_at(frames, signer);
  ASSERT_TRUE(look);
  EXPECT_EQ(look->delimiter, 1U);
  EXPECT_EQ(look->type, "execute_request");
  EXPECT_EQ(look->id, "1");
  EXPECT_EQ(look->parent_id, "0");
}

// jupyter_lifecycle.md 2.1: what passes is not written anew.
TEST(Look, Obligation1ChangesNoByte) {
  const jupyter::Signer signer("key");
  const auto message = signed_message(signer);
  const Frames frames = frames_of(message);
  ASSERT_TRUE(look_at(frames, signer));
  EXPECT_EQ(texts_of(frames), message);
}

TEST(Look, PassesOverWhatIsNotOfTheHolderOfTheKey) {
  const jupyter::Signer signer("key");
  auto message = signed_message(signer);
  EXPECT_FALSE(look_at(frames_of(message), jupyter::Signer("another")));
  message[3] += " ";
  EXPECT_FALSE(look_at(frames_of(message), signer)) << "changed on the way";
  EXPECT_FALSE(look_at(frames_of({}), signer));
  EXPECT_FALSE(look_at(frames_of({"<IDS|MSG>"}), signer));
  EXPECT_FALSE(look_at(frames_of({"a", "b", "c", "d", "e", "f", "g"}), signer));
  const std::string list = "[]";
  EXPECT_FALSE(look_at(
      frames_of({"c", "<IDS|MSG>", signer.sign(list, "{}", "{}", "{}"), list, "{}", "{}", "{}"}),
      signer));
}

// 2.18: a message for a subshell that is gone goes to the main one, and its signature is right.
TEST(Look, Obligation18AChangedHeaderIsSignedAnew) {
  const jupyter::Signer signer("key");
  const Frames frames = frames_of(signed_message(signer));
  const auto look = look_at(frames, signer);
  ASSERT_TRUE(look);
  auto header = look->header;
  header.erase("subshell_id");
  const Frames changed = with_header(frames, *look, header, signer);
  const auto again = look_at(changed, signer);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->header.contains("subshell_id"));
  EXPECT_EQ(texts_of(changed).back(), texts_of(frames).back());
}

// 2.12: JupyterLab drops what waits of one session when a message of another comes.
TEST(Voice, Obligation12SpeaksInTheKernelsSession) {
  const jupyter::Signer signer("key");
  Voice voice(signer);
  voice.imitate({{"session", "kernels"}, {"username", "u"}, {"version", "5.4"}});
  const Frames frames =
      voice.publish("status", R"({"msg_id": "r"})", {{"execution_state", "idle"}});
  const auto look = look_at(frames, signer);
  ASSERT_TRUE(look);
  EXPECT_EQ(jupyter::text_member(look->header, "session"), "kernels");
  EXPECT_EQ(jupyter::text_member(look->header, "version"), "5.4");
  EXPECT_EQ(look->parent_text, R"({"msg_id": "r"})");
  EXPECT_EQ(look->delimiter, 1U);
}

// 2.4: the topic is the subscription; an empty one has no frame.
TEST(Voice, Obligation4WelcomesSubscribers) {
  const jupyter::Signer signer("");
  const Voice voice(signer);
  const auto all = voice.welcome("");
  const auto look = look_at(all, signer);
  ASSERT_TRUE(look);
  EXPECT_EQ(look->delimiter, 0U);
  EXPECT_EQ(look->type, "iopub_welcome");
  EXPECT_EQ(texts_of(voice.welcome("stream.stdout")).front(), "stream.stdout");
}

}  // namespace
}  // namespace km::proxy
