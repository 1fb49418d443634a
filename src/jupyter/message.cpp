// Signing with libsodium, and the way from frames to messages and back.
#include "jupyter/message.h"

#include "jupyter/utf8.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>
#include <span>

namespace km::jupyter {
namespace {

constexpr std::size_t kSignedFrames = 4;

const unsigned char* bytes_of(std::string_view text) {
  return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}

Result<Json> parse_part(std::string_view frame, std::string_view name) {
  auto json = utf8_error(frame) == std::string_view::npos ? parse_json(frame)
                                                          : parse_json(clean_utf8(frame));
  if (!json) return tl::make_unexpected(std::move(json).error().within(name));
  if (!json->is_object()) return fail(fmt::format("{}: not a JSON object", name));
  return json;
}

std::string now_as_text() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now - seconds).count();
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(time), micros);
}

std::string user_name() {
  const char* user = std::getenv("USER");
  return clean_utf8(user != nullptr ? user : "username");  // jupyter_client's own fallback
}

}  // namespace

Signer::Signer(std::string key) : key_(std::move(key)) {}

std::string Signer::sign(std::string_view header, std::string_view parent,
                         std::string_view metadata, std::string_view content) const {
  if (key_.empty()) return {};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key_), key_.size());
  for (const std::string_view part : {header, parent, metadata, content}) {
    crypto_auth_hmacsha256_update(&state, bytes_of(part), part.size());
  }
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, digest.data());
  std::array<char, crypto_auth_hmacsha256_BYTES * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return {hex.data(), hex.size() - 1};
}

bool Signer::verify(std::string_view signature, std::string_view header, std::string_view parent,
                    std::string_view metadata, std::string_view content) const {
  if (key_.empty()) return true;
  const std::string expected = sign(header, parent, metadata, content);
  return signature.size() == expected.size() &&
         sodium_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

Result<Message> parse_message(const std::vector<std::string>& frames, const Signer& signer) {
  const auto delimiter = std::find(frames.begin(), frames.end(), kDelimiter);
  if (delimiter == frames.end()) return fail("a message without <IDS|MSG>");
  const std::span<const std::string> parts(delimiter + 1, frames.end());
  if (parts.size() < 1 + kSignedFrames) {
    return fail(fmt::format("a message of {} frames where at least {} belong", parts.size(),
                            1 + kSignedFrames));
  }
  // Nothing of it is looked at before this.
  if (!signer.verify(parts[0], parts[1], parts[2], parts[3], parts[4])) {
    return fail("a message whose signature is wrong");
  }
  Message message;
  message.identities.assign(frames.begin(), delimiter);
  KM_ASSIGN(message.header, parse_part(parts[1], "header"));
  KM_ASSIGN(message.parent_header, parse_part(parts[2], "parent header"));
  KM_ASSIGN(message.metadata, parse_part(parts[3], "metadata"));
  KM_ASSIGN(message.content, parse_part(parts[4], "content"));
  message.type = text_member(message.header, "msg_type");
  message.id = text_member(message.header, "msg_id");
  message.parent_id = text_member(message.parent_header, "msg_id");
  if (message.type.empty()) return fail("a message without msg_type");
  const auto buffers = parts.subspan(1 + kSignedFrames);
  message.buffers.assign(buffers.begin(), buffers.end());
  return message;
}

std::vector<std::string> to_frames(const Message& message, const Signer& signer) {
  std::array<std::string, kSignedFrames> parts;
  const std::array<const Json*, kSignedFrames> sources{&message.header, &message.parent_header,
                                                       &message.metadata, &message.content};
  std::transform(sources.begin(), sources.end(), parts.begin(), [](const Json* source) {
    return source->is_null() ? std::string("{}") : to_compact_json(*source);
  });
  std::vector<std::string> frames = message.identities;
  frames.emplace_back(kDelimiter);
  frames.push_back(signer.sign(parts[0], parts[1], parts[2], parts[3]));
  frames.insert(frames.end(), parts.begin(), parts.end());
  frames.insert(frames.end(), message.buffers.begin(), message.buffers.end());
  return frames;
}

Message make_request(std::string_view type, std::string_view session, Json content) {
  Message message;
  message.type = type;
  message.id = new_id();
  message.header = {{"msg_id", message.id},  {"session", session},       {"username", user_name()},
                    {"date", now_as_text()}, {"msg_type", message.type}, {"version", "5.3"}};
  message.parent_header = Json::object();
  message.metadata = Json::object();
  message.content = std::move(content);
  return message;
}

std::string new_id() {
  std::array<unsigned char, 16> random{};
  randombytes_buf(random.data(), random.size());
  // RFC 4122: version 4, variant 1.
  random[6] = static_cast<unsigned char>((random[6] & 0x0FU) | 0x40U);
  random[8] = static_cast<unsigned char>((random[8] & 0x3FU) | 0x80U);
  std::string id;
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += fmt::format("{:02x}", random[i]);
  }
  return id;
}

std::string display_id_of(const Message& message) {
  return text_member(member(message.content, "transient"), "display_id");
}

}  // namespace km::jupyter
