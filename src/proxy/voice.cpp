#include "proxy/voice.h"

#include "jupyter/utf8.h"

#include <fmt/format.h>
#include <utility>

namespace km::proxy {

using jupyter::Json;

void Voice::imitate(const Json& header) {
  if (auto session = jupyter::text_member(header, "session"); !session.empty())
    session_ = std::move(session);
  user_ = jupyter::text_member(header, "username");
  version_ = jupyter::text_member(header, "version");
}

Frames Voice::compose(std::vector<std::string> front, std::string_view type,
                      std::string_view parent, Json content, std::string* id) const {
  auto message = jupyter::make_request(type, session_, Json::object());
  if (!user_.empty()) message.header["username"] = user_;
  if (!version_.empty()) message.header["version"] = version_;
  if (id != nullptr) *id = message.id;
  const std::string header = jupyter::to_compact_json(message.header);
  const std::string body = jupyter::to_compact_json(content);
  front.emplace_back(jupyter::kDelimiter);
  front.push_back(signer_.sign(header, parent, "{}", body));
  front.push_back(header);
  front.emplace_back(parent);
  front.emplace_back("{}");
  front.push_back(body);
  return frames_of(front);
}

Frames Voice::publish(std::string_view type, std::string_view parent, Json content) const {
  // As ipykernel names its topics.
  std::string topic = type == "stream" ? "stream." + jupyter::text_member(content, "name")
                                       : fmt::format("kernel.{}.{}", session_, type);
  return compose({std::move(topic)}, type, parent, std::move(content));
}

Frames Voice::reply(const std::vector<std::string>& identities, std::string_view type,
                    std::string_view parent, Json content) const {
  return compose(identities, type, parent, std::move(content));
}

Frames Voice::welcome(std::string_view subscription) const {
  std::vector<std::string> front;
  if (!subscription.empty()) front.emplace_back(subscription);
  return compose(std::move(front), "iopub_welcome", "{}",
                 {{"subscription", jupyter::clean_utf8(subscription)}});
}

Frames Voice::ask(std::string_view type, Json content, std::string& id) const {
  return compose({}, type, "{}", std::move(content), &id);
}

}  // namespace km::proxy
