#include "proxy/frames.h"

#include "jupyter/utf8.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace km::proxy {
namespace {

constexpr std::ptrdiff_t kParts = 6;  // delimiter, signature and the four that are signed
constexpr std::size_t kLongestHeader = std::size_t{1} << 20U;

std::optional<jupyter::Json> object_of(std::string_view text) {
  if (text.size() > kLongestHeader) return std::nullopt;
  auto json = jupyter::utf8_error(text) == std::string_view::npos
                  ? jupyter::parse_json(text)
                  : jupyter::parse_json(jupyter::clean_utf8(text));
  if (!json || !json->is_object()) return std::nullopt;
  return std::move(*json);
}

Frames::const_iterator delimiter_of(const Frames& frames) {
  return std::find_if(frames.begin(), frames.end(), [](const zmq::message_t& frame) {
    return text_of(frame) == jupyter::kDelimiter;
  });
}

}  // namespace

void bound_queues(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::sndhwm, kQueueLength);
  socket.set(zmq::sockopt::rcvhwm, kQueueLength);
}

bool receive(zmq::socket_t& socket, Frames& frames) {
  frames.clear();
  try {
    bool more = true;
    while (more) {
      zmq::message_t frame;
      // The parts of a message arrive together: only the first may be missing.
      if (!socket.recv(frame, zmq::recv_flags::dontwait)) return false;
      more = frame.more();
      frames.push_back(std::move(frame));
    }
  } catch (const zmq::error_t&) {
    return false;  // EINTR: the next wait tells
  }
  return true;
}

Sent send(zmq::socket_t& socket, Frames& frames) {
  // libzmq decides by the first part whether there is room, and then takes the rest.
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    try {
      if (!socket.send(frames[i], more | zmq::send_flags::dontwait)) return Sent::full;
    } catch (const zmq::error_t& error) {
      return error.num() == EINTR && i == 0 ? Sent::full : Sent::nobody;
    }
  }
  return Sent::yes;
}

std::string_view text_of(const zmq::message_t& frame) { return {frame.data<char>(), frame.size()}; }

Frames frames_of(const std::vector<std::string>& texts) {
  Frames frames;
  frames.reserve(texts.size());
  for (const auto& text : texts) frames.emplace_back(text.data(), text.size());
  return frames;
}

std::size_t content_size(const Frames& frames) {
  const auto delimiter = delimiter_of(frames);
  return frames.end() - delimiter < kParts ? 0 : delimiter[kParts - 1].size();
}

std::optional<Look> look_at(const Frames& frames, const jupyter::Signer& signer) {
  return Looker(signer).look_at(frames);
}

std::optional<Look> Looker::look_at(const Frames& frames) {
  const auto delimiter = delimiter_of(frames);
  if (frames.end() - delimiter < kParts) return std::nullopt;
  Look look;
  look.delimiter = static_cast<std::size_t>(delimiter - frames.begin());
  look.signature = text_of(delimiter[1]);
  look.header_text = text_of(delimiter[2]);
  look.parent_text = text_of(delimiter[3]);
  look.metadata_text = text_of(delimiter[4]);
  look.content_text = text_of(delimiter[5]);
  if (!signer_.verify(look.signature, look.header_text, look.parent_text, look.metadata_text,
                      look.content_text))
    return std::nullopt;
  auto header = object_of(look.header_text);
  if (!header) return std::nullopt;
  look.header = std::move(*header);
  look.type = jupyter::text_member(look.header, "msg_type");
  look.id = jupyter::text_member(look.header, "msg_id");
  if (look.type.empty()) return std::nullopt;
  if (look.parent_text != parent_text_) {
    const auto parent = object_of(look.parent_text);
    parent_id_ = parent ? jupyter::text_member(*parent, "msg_id") : std::string();
    parent_text_ = look.parent_text;
  }
  look.parent_id = parent_id_;
  return look;
}

Frames with_header(const Frames& message, const Look& look, const jupyter::Json& header,
                   const jupyter::Signer& signer) {
  const std::string text = jupyter::to_compact_json(header);
  const std::string signature =
      signer.sign(text, look.parent_text, look.metadata_text, look.content_text);
  Frames changed;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (i == look.delimiter + 1) {
      changed.emplace_back(signature.data(), signature.size());
    } else if (i == look.delimiter + 2) {
      changed.emplace_back(text.data(), text.size());
    } else {
      changed.emplace_back(message[i].data(), message[i].size());
    }
  }
  return changed;
}

}  // namespace km::proxy
