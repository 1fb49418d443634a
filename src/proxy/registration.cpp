#include "proxy/registration.h"

#include "jupyter/message.h"
#include "proxy/frames.h"

#include <string>

namespace km::proxy {
namespace {

constexpr std::string_view kDelimiter = "<IDS|MSG>";

// Ports are texts there.
std::string ports_of(const jupyter::ConnectionFile& file) {
  const jupyter::Connection& bound = file.connection;
  const jupyter::Json told{{"kernel_id", jupyter::text_member(file.members, "kernel_id")},
                           {"control_port", std::to_string(bound.control_port)},
                           {"shell_port", std::to_string(bound.shell_port)},
                           {"stdin_port", std::to_string(bound.stdin_port)},
                           {"iopub_port", std::to_string(bound.iopub_port)},
                           {"hb_port", std::to_string(bound.hb_port)}};
  return told.dump(-1, ' ', false, jupyter::Json::error_handler_t::replace);
}

}  // namespace

Result<> register_ports(zmq::context_t& context, const jupyter::ConnectionFile& file,
                        std::chrono::milliseconds longest) {
  if (file.registration_endpoint.empty()) return {};
  const std::string where = "the launcher at " + file.registration_endpoint;
  try {
    zmq::socket_t launcher(context, zmq::socket_type::dealer);
    launcher.set(zmq::sockopt::linger, 0);
    launcher.set(zmq::sockopt::rcvtimeo, static_cast<int>(longest.count()));
    launcher.connect(file.registration_endpoint);
    const jupyter::Signer signer(file.connection.key);
    const std::string content = ports_of(file);
    Frames told = frames_of({std::string(kDelimiter), signer.sign({}, {}, {}, content), content});
    if (send(launcher, told) != Sent::yes) return fail("cannot tell the ports to " + where);
    // The first frame waits; the others of a message are there with it.
    zmq::message_t first;
    if (!launcher.recv(first)) return fail(where + " did not acknowledge the ports");
    std::vector<std::string> answer{first.to_string()};
    while (launcher.get(zmq::sockopt::rcvmore)) {
      zmq::message_t more;
      static_cast<void>(launcher.recv(more));
      answer.push_back(more.to_string());
    }
    const bool right = answer.size() == 3 && answer[0] == kDelimiter &&
                       signer.verify(answer[1], {}, {}, {}, answer[2]);
    if (!right) return fail(where + " sent an acknowledgement that is not signed with our key");
  } catch (const zmq::error_t& error) {
    return fail_errno("cannot reach " + where, error.num());
  }
  return {};
}

}  // namespace km::proxy
