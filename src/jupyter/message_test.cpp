// Frames of friends and of strangers.
#include "jupyter/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace km::jupyter {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const Signer kSigner("0123456789abcdef-key");

std::vector<std::string> signed_frames(const std::string& header, const std::string& content) {
  return {"<IDS|MSG>", kSigner.sign(header, "{}", "{}", content), header, "{}", "{}", content};
}

TEST(Signer, IsHmacSha256) {
  // Right: Python's hmac.new(key, ..., hashlib.sha256); the second key is longer than a block.
  EXPECT_EQ(kSigner.sign(R"({"a":1})", "{}", "{}", R"({"x":"y"})"),
            "75d3a009f6286e94fac5ea9dc86096774031bd99dcf6fd0761e1f30ffea8fbb0");
  EXPECT_EQ(Signer(std::string(100, 'k')).sign(R"({"a":1})", "{}", "{}", R"({"x":"y"})"),
            "171bcdbb3c7d8a3928b48b3847dc25728a4adc50f6623df2331f5c0fa45ff397");
  EXPECT_EQ(Signer("").sign("a", "b", "c", "d"), "");
  EXPECT_TRUE(Signer("").verify("", "a", "b", "c", "d"));
}

TEST(Message, ThereAndBack) {
  Message message =
      make_request("execute_request", "session-1", {{"code", "1"}, {"deep", {{"a", {1, 2}}}}});
  message.identities = {"client", "proxy"};
  message.parent_header = {{"msg_id", "parent-1"}};
  message.buffers = {std::string("\0\xFF", 2), ""};
  const auto frames = to_frames(message, kSigner);
  const auto parsed = parse_message(frames, kSigner);
  ASSERT_TRUE(parsed) << parsed.error().what;
  EXPECT_EQ(parsed->identities, message.identities);
  EXPECT_EQ(parsed->type, "execute_request");
  EXPECT_EQ(parsed->id, message.id);
  EXPECT_EQ(parsed->parent_id, "parent-1");
  EXPECT_EQ(parsed->content, message.content);
  EXPECT_EQ(parsed->buffers, message.buffers);
  EXPECT_EQ(parsed->header["session"], "session-1");
  EXPECT_EQ(parsed->header["version"], "5.3");
  EXPECT_THAT(parsed->header["date"].get<std::string>(),
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z"));
}

TEST(Message, EveryChangedByteIsNoticed) {
  const auto frames = signed_frames(R"({"msg_type":"status"})", R"({"execution_state":"idle"})");
  ASSERT_TRUE(parse_message(frames, kSigner));
  for (std::size_t frame = 1; frame < frames.size(); ++frame) {
    for (std::size_t at = 0; at < frames[frame].size(); ++at) {
      auto changed = frames;
      changed[frame][at] = static_cast<char>(changed[frame][at] ^ 1);
      const auto parsed = parse_message(changed, kSigner);
      ASSERT_FALSE(parsed);
      EXPECT_THAT(parsed.error().what, HasSubstr("signature"));
    }
  }
}

TEST(Message, HostileFrames) {
  const std::string header = R"({"msg_type":"status"})";
  const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{}, "<IDS|MSG>"},
      {{""}, "<IDS|MSG>"},
      {{"topic", "other"}, "<IDS|MSG>"},
      {{"<IDS|MSG>"}, "0 frames"},
      {{"<IDS|MSG>", "", "{}", "{}", "{}"}, "4 frames"},
      {{"<IDS|MSG>", "", header, "{}", "{}", "{}"}, "signature"},
      {{"<IDS|MSG>", std::string(64, '0'), header, "{}", "{}", "{}"}, "signature"},
      {{"<IDS|MSG>", std::string(1'000'000, '0'), header, "{}", "{}", "{}"}, "signature"},
      {signed_frames(header, "{"), "content: "},
      {signed_frames(header, "[]"), "content: not a JSON object"},
      {signed_frames(header, "null"), "content: not a JSON object"},
      {signed_frames(header, ""), "content: "},
      {signed_frames(header, deep), "nested deeper"},
      {signed_frames("{}", "{}"), "msg_type"},
      {signed_frames(R"({"msg_type":7})", "{}"), "msg_type"},
      {signed_frames("", "{}"), "header: "},
  };
  for (const auto& [frames, part] : cases) {
    const auto parsed = parse_message(frames, kSigner);
    ASSERT_FALSE(parsed) << part;
    EXPECT_THAT(parsed.error().what, HasSubstr(part));
  }
}

TEST(Message, TextThatIsNoUtf8CanBeReadAndWritten) {
  // print(os.fsdecode(b"\xff")): ipykernel sends the byte as it is.
  const auto parsed = parse_message(
      signed_frames(R"({"msg_type":"stream"})", "{\"text\":\"\xFF\\ud800\"}"), kSigner);
  ASSERT_TRUE(parsed) << parsed.error().what;
  EXPECT_EQ(parsed->content["text"], "\xEF\xBF\xBD\xEF\xBF\xBD");
  Message message = make_request("execute_request", "s", {{"code", "\xFF"}});
  EXPECT_TRUE(parse_message(to_frames(message, kSigner), kSigner));
  EXPECT_NO_THROW(static_cast<void>(parsed->content.dump()));
}

TEST(Message, DisplayId) {
  Message message;
  EXPECT_EQ(display_id_of(message), "");
  message.content = {{"transient", nullptr}};
  EXPECT_EQ(display_id_of(message), "");
  message.content = {{"transient", {{"display_id", "d"}}}};
  EXPECT_EQ(display_id_of(message), "d");
}

TEST(Message, IdsDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    ids.insert(new_id());
    EXPECT_THAT(
        *ids.begin(),
        MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  }
  EXPECT_EQ(ids.size(), 100U);
}

}  // namespace
}  // namespace km::jupyter
