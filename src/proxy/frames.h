// Messages as they pass: frames that nobody copies, and a look at the parts that are ours to know.
#pragma once

#include "jupyter/json_text.h"
#include "jupyter/message.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

namespace km::proxy {

using Frames = std::vector<zmq::message_t>;

// Messages that wait in one queue of ours, before their sender is made to wait. Few, since one may
// hold a megabyte; enough, since both ends of a queue are busy anyway. (Measured: 8 forward as many
// small messages as libzmq's own 1000. It cannot be changed while a connection lasts: libzmq 4.3
// then forgets to wake a writer.)
constexpr int kQueueLength = 8;
void bound_queues(zmq::socket_t& socket);  // before bind or connect

// The message that waits there; false where none does.
bool receive(zmq::socket_t& socket, Frames& frames);

enum class Sent {
  yes,
  full,    // the peer's queue is; nothing of `frames` was taken
  nobody,  // the peer has gone: there is nobody to keep it for
};
Sent send(zmq::socket_t& socket, Frames& frames);

std::size_t content_size(const Frames& frames);  // of the part that is signed and may be large
std::string_view text_of(const zmq::message_t& frame);
Frames frames_of(const std::vector<std::string>& texts);

// A message whose signature was right. The views are into the frames.
struct Look {
  std::size_t delimiter = 0;  // how many identities (or topics) stand before it
  std::string_view signature;
  std::string_view header_text;
  std::string_view parent_text;
  std::string_view metadata_text;
  std::string_view content_text;
  jupyter::Json header;
  std::string type;
  std::string id;
  std::string parent_id;  // empty for an unparented message
};

// Nothing where the frames are no message of the holder of the key: no delimiter, too few parts, a
// wrong signature, a header that is no JSON object, is larger than 1 MiB or names no type. The
// signature is checked before anything is parsed.
std::optional<Look> look_at(const Frames& frames, const jupyter::Signer& signer);

// The same, remembering the last parent: what a kernel publishes for a cell has one parent header,
// and reading it again would be a third of the work.
class Looker {
 public:
  explicit Looker(const jupyter::Signer& signer) : signer_(signer) {}
  std::optional<Look> look_at(const Frames& frames);

 private:
  const jupyter::Signer& signer_;
  std::string parent_text_;
  std::string parent_id_;
};

// `message` with the parts of a header changed and signed anew; everything else as it was.
Frames with_header(const Frames& message, const Look& look, const jupyter::Json& header,
                   const jupyter::Signer& signer);

}  // namespace km::proxy
