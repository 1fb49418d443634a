// Connection files as kernels read them, and folders that suit their sockets.
#include "jupyter/connection.h"

#include "jupyter/json_text.h"

#include <gtest/gtest.h>
#include <set>

namespace km::jupyter {
namespace {

TEST(Connection, Endpoints) {
  Connection connection;
  connection.shell_port = 5001;
  EXPECT_EQ(connection.endpoint(Channel::shell), "tcp://127.0.0.1:5001");
  connection.ip = "::1";
  EXPECT_EQ(connection.endpoint(Channel::shell), "tcp://[::1]:5001");
  const auto ipc = make_ipc_connection("/run/user/7/kmed-abc", "ir");
  ASSERT_TRUE(ipc);
  EXPECT_EQ(ipc->endpoint(Channel::heartbeat), "ipc:///run/user/7/kmed-abc/k-5");
}

TEST(Connection, TextHasWhatKernelsRead) {
  const auto connection = make_ipc_connection("/tmp/x", "python3");
  ASSERT_TRUE(connection);
  const auto json = parse_json(to_text(*connection));
  ASSERT_TRUE(json);
  for (const char* port : {"shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"}) {
    EXPECT_GT(json->at(port).get<int>(), 0) << port;
  }
  EXPECT_EQ(json->at("transport"), "ipc");
  EXPECT_EQ(json->at("ip"), "/tmp/x/k");
  EXPECT_EQ(json->at("signature_scheme"), "hmac-sha256");
  EXPECT_EQ(json->at("kernel_name"), "python3");
  EXPECT_EQ(json->at("key").get<std::string>().size(), 64U);
  EXPECT_NE(make_ipc_connection("/tmp/x", "python3")->key, connection->key);
}

TEST(Connection, TcpPortsDiffer) {
  const auto connection = make_tcp_connection("python3");
  ASSERT_TRUE(connection);
  const std::set<int> ports{connection->shell_port, connection->iopub_port, connection->stdin_port,
                            connection->control_port, connection->hb_port};
  EXPECT_EQ(ports.size(), 5U);
  EXPECT_GT(*ports.begin(), 0);
}

TEST(Connection, LongFoldersAreRefused) {
  EXPECT_TRUE(make_ipc_connection("/" + std::string(98, 'x'), ""));  // 99 + "/k-5" = 103
  EXPECT_FALSE(make_ipc_connection("/" + std::string(99, 'x'), ""));
}

constexpr std::string_view kGiven = R"({"shell_port": 5001, "iopub_port": 5002, "stdin_port": 5003,
  "control_port": 5004, "hb_port": 5005, "ip": "127.0.0.1", "key": "k", "transport": "tcp",
  "signature_scheme": "hmac-sha256", "kernel_name": "python3", "jupyter_session": "a.ipynb",
  "curve_publickey": "p", "curve_secretkey": "s"})";

// jupyter_lifecycle.md 2.9: unknown keys travel, the place is replaced, the key stays.
TEST(ConnectionFile, GivesTheKernelBehindWhatItKnows) {
  const auto given = parse_connection(kGiven);
  ASSERT_TRUE(given) << given.error().what;
  EXPECT_EQ(given->connection.endpoint(Channel::control), "tcp://127.0.0.1:5004");
  EXPECT_EQ(given->curve_secret_key, "s");
  auto back = make_ipc_connection("/tmp/x", "python3");
  ASSERT_TRUE(back);
  const auto kept = parse_json(private_text(*given, *back));
  ASSERT_TRUE(kept);
  EXPECT_EQ(text_member(*kept, "jupyter_session"), "a.ipynb");
  EXPECT_EQ(text_member(*kept, "key"), "k");
  EXPECT_EQ(text_member(*kept, "transport"), "ipc");
  EXPECT_EQ(member(*kept, "shell_port"), 1);
  EXPECT_FALSE(kept->contains("curve_secretkey"));
}

// JEP 66: the launcher chose no ports.
TEST(ConnectionFile, OfALauncherThatWantsToBeToldThePorts) {
  const auto given = parse_connection(
      R"({"transport": "tcp", "ip": "127.0.0.1", "registration_port": 5999, "key": "k"})");
  ASSERT_TRUE(given) << given.error().what;
  EXPECT_EQ(given->registration_endpoint, "tcp://127.0.0.1:5999");
  EXPECT_EQ(given->connection.shell_port, 0);
  EXPECT_FALSE(parse_connection(R"({"registration_port": 0, "key": "k"})"));
  EXPECT_FALSE(parse_connection(R"({"registration_port": "x", "key": "k"})"));
  EXPECT_FALSE(parse_connection(
      R"({"transport": "ipc", "ip": "/run/x", "registration_port": 5999, "key": "k"})"));
}

TEST(ConnectionFile, RefusesWhatCannotBeBound) {
  EXPECT_FALSE(parse_connection("[]"));
  EXPECT_FALSE(parse_connection(R"({"shell_port": 1})"));
  std::string text(kGiven);
  EXPECT_FALSE(parse_connection(text.replace(text.find("5004"), 4, "70000")));
  text = kGiven;
  EXPECT_FALSE(parse_connection(text.replace(text.find("\"tcp\""), 5, "\"udp\"")));
  text = kGiven;
  EXPECT_FALSE(parse_connection(text.replace(text.find("hmac-sha256"), 11, "hmac-md5")));
  text = kGiven;
  EXPECT_FALSE(parse_connection(text.replace(text.find("curve_secretkey"), 15, "x")));
}

}  // namespace
}  // namespace km::jupyter
