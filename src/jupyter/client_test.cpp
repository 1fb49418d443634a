// The client against a kernel's five sockets, played by the test in the same thread.
#include "jupyter/client.h"

#include "os/handle.h"
#include "os/tree_fixture.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zmq.hpp>

namespace km::jupyter {
namespace {

using namespace std::chrono_literals;

constexpr auto kLimit = 10s;  // of every wait; a test that needs it has failed

// The kernel's side: answers are what the test makes them.
class FakeKernel {
 public:
  explicit FakeKernel(const Connection& connection)
      : signer_(connection.key),
        shell_(context_, zmq::socket_type::router),
        iopub_(context_, zmq::socket_type::xpub),
        input_(context_, zmq::socket_type::router) {
    for (auto* socket : {&shell_, &iopub_, &input_}) {
      socket->set(zmq::sockopt::linger, 0);
      socket->set(zmq::sockopt::rcvtimeo,
                  static_cast<int>(std::chrono::milliseconds(kLimit).count()));
    }
    // Otherwise a message to a peer that is not there is dropped without a word.
    input_.set(zmq::sockopt::router_mandatory, true);
    shell_.bind(connection.endpoint(Channel::shell));
    iopub_.bind(connection.endpoint(Channel::iopub));
    input_.bind(connection.endpoint(Channel::input));
  }

  Message request() {
    std::vector<std::string> frames;
    zmq::message_t frame;
    do {
      if (!shell_.recv(frame)) return {};
      frames.push_back(frame.to_string());
    } while (frame.more());
    auto message = parse_message(frames, signer_);
    EXPECT_TRUE(message) << message.error().what;
    return message ? std::move(message).value() : Message{};
  }

  // Until the client's subscription is here nothing that is published reaches it.
  void await_subscription() {
    zmq::message_t frame;
    ASSERT_TRUE(iopub_.recv(frame));
    EXPECT_EQ(frame.to_string(), "\x01");
  }

  static Message answer(std::string_view type, const Message& request, Json content) {
    Message message = make_request(type, "kernel", std::move(content));
    message.parent_header = request.header;
    message.identities = request.identities;
    return message;
  }

  void reply(const Message& message) { send(shell_, to_frames(message, signer_)); }
  void publish(std::vector<std::string> frames) { send(iopub_, std::move(frames)); }
  void publish(Message message) {
    message.identities = {"topic"};
    publish(to_frames(message, signer_));
  }
  // False where no such peer has come yet.
  bool ask(const Message& message) {
    try {
      send(input_, to_frames(message, signer_));
      return true;
    } catch (const zmq::error_t&) {
      return false;
    }
  }
  Message input_reply() {
    std::swap(shell_, input_);
    Message message = request();
    std::swap(shell_, input_);
    return message;
  }

 private:
  static void send(zmq::socket_t& socket, std::vector<std::string> frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      socket.send(zmq::buffer(frames[i]),
                  i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }

  zmq::context_t context_;
  Signer signer_;
  zmq::socket_t shell_;
  zmq::socket_t iopub_;
  zmq::socket_t input_;
};

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() : connection_(make_ipc_connection(tree_.path("/"), "fake").value()) {}

  static std::optional<Message> await(Client& client, Channel channel) {
    const auto end = std::chrono::steady_clock::now() + kLimit;
    while (std::chrono::steady_clock::now() < end) {
      if (auto message = client.receive(channel)) return message;
      client.wait({}, 100ms);
    }
    return std::nullopt;
  }

  os::TreeFixture tree_;
  Connection connection_;
};

TEST_F(ClientTest, RequestAndReplyThoughTheKernelComesLater) {
  auto client = Client::connect(connection_);
  ASSERT_TRUE(client) << client.error().what;
  const auto id = client->send(Channel::shell, "kernel_info_request", Json::object());
  ASSERT_TRUE(id) << id.error().what;
  EXPECT_FALSE(client->receive(Channel::shell));

  FakeKernel kernel(connection_);
  const Message request = kernel.request();
  EXPECT_EQ(request.type, "kernel_info_request");
  EXPECT_EQ(request.id, *id);
  EXPECT_EQ(request.header["session"], client->session());
  ASSERT_EQ(request.identities.size(), 1U);
  kernel.reply(FakeKernel::answer("kernel_info_reply", request, {{"status", "ok"}}));
  const auto reply = await(*client, Channel::shell);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->parent_id, *id);
}

TEST_F(ClientTest, ForgedAndBrokenMessagesAreCountedAndSkipped) {
  FakeKernel kernel(connection_);
  auto client = Client::connect(connection_).value();
  kernel.await_subscription();
  kernel.publish(std::vector<std::string>{"no", "delimiter"});
  Message forged = FakeKernel::answer("stream", {}, {{"text", "forged"}});
  auto frames = to_frames(forged, Signer("another key"));
  kernel.publish(frames);
  kernel.publish(FakeKernel::answer("stream", {}, {{"text", "real"}}));
  const auto message = await(client, Channel::iopub);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->content["text"], "real");
  EXPECT_EQ(message->identities, std::vector<std::string>{"topic"});
  EXPECT_EQ(client.refused(), 2);
}

TEST_F(ClientTest, InputIsAskedByTheIdentityOfTheShell) {
  FakeKernel kernel(connection_);
  auto client = Client::connect(connection_).value();
  ASSERT_TRUE(client.send(Channel::shell, "execute_request", Json::object()));
  const Message request = kernel.request();
  const Message question = FakeKernel::answer("input_request", request, {{"prompt", "? "}});
  const auto end = std::chrono::steady_clock::now() + kLimit;
  bool asked = kernel.ask(question);
  while (!asked && std::chrono::steady_clock::now() < end) {
    client.wait({}, 10ms);  // until the stdin socket has connected, too
    asked = kernel.ask(question);
  }
  ASSERT_TRUE(asked);
  const auto received = await(client, Channel::input);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->type, "input_request");
  ASSERT_TRUE(client.reply_input(*received, "answer"));
  const Message reply = kernel.input_reply();
  EXPECT_EQ(reply.type, "input_reply");
  EXPECT_EQ(reply.content["value"], "answer");
  EXPECT_EQ(reply.parent_id, received->id);
}

TEST_F(ClientTest, NothingIsLostInAFlood) {
  FakeKernel kernel(connection_);
  auto client = Client::connect(connection_).value();
  kernel.await_subscription();
  constexpr int kMessages = 900;  // XPUB on the kernel's side drops past its own mark of 1000
  for (int i = 0; i < kMessages; ++i) kernel.publish(FakeKernel::answer("stream", {}, {{"n", i}}));
  for (int i = 0; i < kMessages; ++i) {
    const auto message = await(client, Channel::iopub);
    ASSERT_TRUE(message);
    ASSERT_EQ(message->content["n"], i);
  }
}

TEST_F(ClientTest, WaitsForDescriptorsToo) {
  auto client = Client::connect(connection_).value();
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const os::Fd read_end(ends[0]);
  os::Fd write_end(ends[1]);
  const std::vector<int> fds{-1, read_end.get()};
  EXPECT_EQ(client.wait(fds, 0ms), (std::vector<bool>{false, false}));
  EXPECT_EQ(client.wait(fds, -5ms), (std::vector<bool>{false, false}));
  ASSERT_EQ(::write(write_end.get(), "x", 1), 1);
  EXPECT_EQ(client.wait(fds, kLimit), (std::vector<bool>{false, true}));
  char byte = 0;
  ASSERT_EQ(::read(read_end.get(), &byte, 1), 1);
  EXPECT_EQ(client.wait(fds, 0ms), (std::vector<bool>{false, false}));
  write_end.reset();  // hung up
  EXPECT_EQ(client.wait(fds, kLimit), (std::vector<bool>{false, true}));
}

TEST_F(ClientTest, ChannelsThatTakeNothing) {
  auto client = Client::connect(connection_).value();
  EXPECT_FALSE(client.send(Channel::iopub, "x", Json::object()));
  EXPECT_FALSE(client.send(Channel::heartbeat, "x", Json::object()));
  EXPECT_FALSE(client.receive(Channel::heartbeat));
}

TEST(Client, ABadEndpointIsAnError) {
  Connection connection;
  connection.transport = "pigeon";
  const auto client = Client::connect(connection);
  ASSERT_FALSE(client);
  EXPECT_NE(client.error().what.find("pigeon://"), std::string::npos);
}

}  // namespace
}  // namespace km::jupyter
