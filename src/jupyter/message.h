// The wire: frames, signature, the four JSON parts. A message is verified before a byte of it is
// parsed.
#pragma once

#include "jupyter/json_text.h"
#include "result.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::jupyter {

struct Message {
  std::vector<std::string> identities;  // ROUTER side only; iopub: the topic
  std::string type;                     // header.msg_type
  std::string id;                       // header.msg_id
  std::string parent_id;                // parent_header.msg_id; empty for an unparented message
  Json header;
  Json parent_header;
  Json metadata;
  Json content;
  std::vector<std::string> buffers;  // not signed
};

// The frame between routing identities and the message itself.
inline constexpr std::string_view kDelimiter = "<IDS|MSG>";

// Signs and checks with HMAC-SHA256 over the four JSON frames. An empty key means empty signatures.
class Signer {
 public:
  explicit Signer(std::string key);
  std::string sign(std::string_view header, std::string_view parent, std::string_view metadata,
                   std::string_view content) const;  // lower-case hex
  bool verify(std::string_view signature, std::string_view header, std::string_view parent,
              std::string_view metadata,
              std::string_view content) const;  // constant time

 private:
  std::string key_;
};

// Frames as ZMQ hands them over → message. Errors: no delimiter, too few frames, bad signature, not
// JSON, not objects, no type, nested deeper than kJsonDepth. Bytes that are not UTF-8 become
// U+FFFD, as jupyter_client does it.
Result<Message> parse_message(const std::vector<std::string>& frames, const Signer& signer);
std::vector<std::string> to_frames(const Message& message, const Signer& signer);

// A request with a fresh msg_id, `session`, protocol 5.3, username and date.
Message make_request(std::string_view type, std::string_view session, Json content);

// content.transient.display_id; empty for a message without one.
std::string display_id_of(const Message& message);

// Random id as jupyter_client makes them (UUID-4 form).
std::string new_id();

}  // namespace km::jupyter
