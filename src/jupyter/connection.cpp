// Making connections: names of sockets, free ports, the key, and a private folder for all of it.
#include "jupyter/connection.h"

#include "jupyter/json_text.h"
#include "os/handle.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sodium.h>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace km::jupyter {
namespace {

// sun_path holds 108 bytes on Linux and 104 on macOS, the final NUL included.
constexpr std::size_t kSocketPathBytes = 103;
constexpr std::string_view kSocketStem = "k";

std::string new_key() {
  std::array<unsigned char, 32> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, 65> hex{};
  sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
  return {hex.data(), hex.size() - 1};
}

struct BoundPort {
  os::Fd socket;  // holds the port
  int port = 0;
};

Result<BoundPort> bind_free_port() {
  BoundPort bound;
  bound.socket.reset(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  if (!bound.socket || ::bind(bound.socket.get(), generic, size) != 0 ||
      ::getsockname(bound.socket.get(), generic, &size) != 0) {
    return fail_errno("cannot find a free port on 127.0.0.1");
  }
  bound.port = ntohs(address.sin_port);
  return bound;
}

// For one that may be changed and one that may not.
template <class Of>
auto& port_of(Of& connection, Channel channel) {
  switch (channel) {
    case Channel::shell:
      return connection.shell_port;
    case Channel::iopub:
      return connection.iopub_port;
    case Channel::control:
      return connection.control_port;
    case Channel::input:
      return connection.stdin_port;
    case Channel::heartbeat:
      break;
  }
  return connection.hb_port;
}

}  // namespace

bool fits_sockets(const std::filesystem::path& folder) {
  return (folder / kSocketStem).native().size() + std::string_view("-5").size() <= kSocketPathBytes;
}

int& Connection::port(Channel channel) { return port_of(*this, channel); }

std::string Connection::endpoint(Channel channel) const {
  const int port = port_of(*this, channel);
  if (transport == "ipc") return fmt::format("ipc://{}-{}", ip, port);
  const bool bare_ipv6 = ip.find(':') != std::string::npos && ip.front() != '[';
  return bare_ipv6 ? fmt::format("{}://[{}]:{}", transport, ip, port)
                   : fmt::format("{}://{}:{}", transport, ip, port);
}

Result<Connection> make_ipc_connection(const std::filesystem::path& folder,
                                       const std::string& kernel_name) {
  if (!fits_sockets(folder)) {
    return fail(fmt::format("the folder {} is too long for sockets ({} bytes are allowed)",
                            folder.string(), kSocketPathBytes));
  }
  Connection connection;
  connection.transport = "ipc";
  connection.ip = folder / kSocketStem;
  connection.shell_port = 1;
  connection.iopub_port = 2;
  connection.stdin_port = 3;
  connection.control_port = 4;
  connection.hb_port = 5;
  connection.key = new_key();
  connection.kernel_name = kernel_name;
  return connection;
}

Result<Connection> make_tcp_connection(const std::string& kernel_name) {
  Connection connection;
  connection.key = new_key();
  connection.kernel_name = kernel_name;
  std::vector<os::Fd> held;  // all at once, so that no port is given twice
  for (int* port : {&connection.shell_port, &connection.iopub_port, &connection.stdin_port,
                    &connection.control_port, &connection.hb_port}) {
    KM_ASSIGN(BoundPort bound, bind_free_port());
    *port = bound.port;
    held.push_back(std::move(bound.socket));
  }
  return connection;
}

std::string to_text(const Connection& connection) {
  const Json json = {
      {"shell_port", connection.shell_port},
      {"iopub_port", connection.iopub_port},
      {"stdin_port", connection.stdin_port},
      {"control_port", connection.control_port},
      {"hb_port", connection.hb_port},
      {"ip", connection.ip},
      {"key", connection.key},
      {"transport", connection.transport},
      {"signature_scheme", "hmac-sha256"},
      {"kernel_name", connection.kernel_name},
  };
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Result<ConnectionFile> parse_connection(std::string_view text) {
  ConnectionFile file;
  KM_ASSIGN(file.members, parse_json(text));
  if (!file.members.is_object()) return fail("a connection file must be a JSON object");
  Connection& connection = file.connection;
  const auto take = [&](std::string_view name, std::string& into) {
    if (const auto& value = member(file.members, name); value.is_string())
      into = value.get<std::string>();
  };
  take("transport", connection.transport);
  take("ip", connection.ip);
  take("key", connection.key);
  take("kernel_name", connection.kernel_name);
  take("curve_publickey", file.curve_public_key);
  take("curve_secretkey", file.curve_secret_key);
  if (connection.transport != "tcp" && connection.transport != "ipc")
    return fail(fmt::format("the transport \"{}\" is neither tcp nor ipc", connection.transport));
  const std::string scheme = text_member(file.members, "signature_scheme");
  if (!scheme.empty() && scheme != "hmac-sha256")
    return fail(fmt::format("the signature scheme \"{}\" is not hmac-sha256", scheme));
  if (file.curve_public_key.empty() != file.curve_secret_key.empty())
    return fail("only one of curve_publickey and curve_secretkey is there");
  constexpr int kHighestPort = 65535;
  if (const auto& port = member(file.members, "registration_port"); !port.is_null()) {
    if (!port.is_number_integer() || port < 1 || port > kHighestPort)
      return fail("\"registration_port\" is no port");
    if (connection.transport != "tcp") return fail("a registration port needs the transport tcp");
    Connection registration = connection;
    take("registration_ip", registration.ip);
    registration.shell_port = port.get<int>();
    file.registration_endpoint = registration.endpoint(Channel::shell);
  }
  const int lowest = file.registration_endpoint.empty() ? 1 : 0;
  for (const auto& [name, port] : {std::pair{"shell_port", &connection.shell_port},
                                   {"iopub_port", &connection.iopub_port},
                                   {"stdin_port", &connection.stdin_port},
                                   {"control_port", &connection.control_port},
                                   {"hb_port", &connection.hb_port}}) {
    const auto& value = member(file.members, name);
    const std::int64_t number = value.is_number_integer() ? value.get<std::int64_t>() : 0;
    if (number < lowest || number > kHighestPort)
      return fail(fmt::format("\"{}\" is no port", name));
    *port = static_cast<int>(number);
  }
  return file;
}

std::string private_text(const ConnectionFile& given, const Connection& back) {
  Json members = given.members;
  for (const char* name :
       {"curve_publickey", "curve_secretkey", "registration_ip", "registration_port"})
    members.erase(name);
  members["transport"] = back.transport;
  members["ip"] = back.ip;
  members["shell_port"] = back.shell_port;
  members["iopub_port"] = back.iopub_port;
  members["stdin_port"] = back.stdin_port;
  members["control_port"] = back.control_port;
  members["hb_port"] = back.hb_port;
  return members.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace km::jupyter
