// The connection file: where the five sockets of a kernel are and the key that signs its messages.
#pragma once

#include "jupyter/json_text.h"
#include "result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace km::jupyter {

enum class Channel {
  shell,
  iopub,
  control,
  input,
  heartbeat
};  // `input` is the stdin channel; stdin is a macro

struct Connection {
  std::string transport = "tcp";  // or "ipc"
  std::string ip = "127.0.0.1";   // tcp: address; ipc: path prefix, the socket is "<ip>-<port>" (at
                                  // most 103 bytes)
  int shell_port = 0;
  int iopub_port = 0;
  int stdin_port = 0;
  int control_port = 0;
  int hb_port = 0;
  std::string key;  // hex text; the bytes of this text are the HMAC key
  std::string kernel_name;
  int& port(Channel channel);
  std::string endpoint(Channel channel) const;  // "ipc:///run/.../k-1", "tcp://127.0.0.1:5001"
};

// Is the name short enough for sockets below it?
bool fits_sockets(const std::filesystem::path& folder);

// Sockets below `folder` (private, short: RuntimeFolder). The key comes from the system's
// random source.
Result<Connection> make_ipc_connection(const std::filesystem::path& folder,
                                       const std::string& kernel_name);
// Free ports on the loopback address, found by binding; another program may still take one before
// the kernel does.
Result<Connection> make_tcp_connection(const std::string& kernel_name);

// JSON text as jupyter_client writes it; signature_scheme is always hmac-sha256.
std::string to_text(const Connection& connection);

// A connection file as a front end wrote it.
struct ConnectionFile {
  Connection connection;
  // CurveZMQ (jupyter_client 8.10, transport_encryption): Z85 text; both empty where it is off.
  std::string curve_public_key;
  std::string curve_secret_key;
  // Where a launcher that chose no ports wants to be told them (JEP 66); empty: they are given.
  std::string registration_endpoint;
  Json members;  // all of them, the unknown ones too
};
// Errors: no JSON object, a port that is none, a transport other than tcp and ipc, a signature
// scheme other than hmac-sha256, one half of a pair of keys. With a registration endpoint a port
// may be 0 or missing: any that is free.
Result<ConnectionFile> parse_connection(std::string_view text);

// The file of the kernel behind: the place and ports of `back`, whose key is that of `given`, and
// everything else that `given` holds, but for the encryption, which ends in front.
std::string private_text(const ConnectionFile& given, const Connection& back);

}  // namespace km::jupyter
