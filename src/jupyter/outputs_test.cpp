// Sequences of messages and what must be under the cell after them.
#include "jupyter/outputs.h"

#include "jupyter/utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kPlenty = 1 << 20;

Message message(std::string_view type, Json content) {
  Message result;
  result.type = type;
  result.content = std::move(content);
  return result;
}
Message stream(std::string_view name, std::string_view text) {
  return message("stream", {{"name", std::string(name)}, {"text", std::string(text)}});
}
Message display(std::string_view type, std::string_view text, std::string_view id = {}) {
  Message result =
      message(type, {{"data", {{"text/plain", std::string(text)}}}, {"metadata", Json::object()}});
  if (!id.empty()) result.content["transient"] = {{"display_id", std::string(id)}};
  return result;
}
Message clear(bool wait) { return message("clear_output", {{"wait", wait}}); }

// "stdout:text|display:text|..."
std::string sketch(const Json& outputs) {
  std::string result;
  for (const Json& output : outputs) {
    const std::string type = output["output_type"];
    if (!result.empty()) result += '|';
    if (type == "stream") {
      result += output["name"].get<std::string>() + ":" + output["text"].get<std::string>();
    } else if (type == "error") {
      result += "error:" + output["ename"].get<std::string>();
    } else {
      result += (type == "display_data" ? "display:" : "result:") +
                output["data"]["text/plain"].get<std::string>();
    }
  }
  return result;
}

TEST(CellOutputs, Sequences) {
  const std::pair<std::vector<Message>, std::string> cases[] = {
      {{}, ""},
      {{stream("stdout", "a"), stream("stdout", "b"), stream("stderr", "e"), stream("stdout", "c")},
       "stdout:ab|stderr:e|stdout:c"},
      {{stream("stdout", "10%\r20%\x1b[1m\b"), stream("stdout", "\r")},
       "stdout:10%\r20%\x1b[1m\b\r"},
      {{stream("stdout", "a"), display("display_data", "d"), stream("stdout", "b")},
       "stdout:a|display:d|stdout:b"},
      {{display("display_data", "d"), display("execute_result", "r")}, "display:d|result:r"},
      {{stream("stdout", "a"), clear(false), stream("stdout", "b")}, "stdout:b"},
      {{stream("stdout", "a"), clear(false)}, ""},
      {{stream("stdout", "a"), clear(true)}, "stdout:a"},
      {{stream("stdout", "a"), clear(true), stream("stdout", "b"), stream("stdout", "c")},
       "stdout:bc"},
      {{stream("stdout", "a"), clear(true), message("status", {}), message("comm_msg", {}),
        display("display_data", "d")},
       "display:d"},
      {{stream("stdout", "a"), clear(true), display("update_display_data", "n", "id")}, "stdout:a"},
      {{display("display_data", "old", "id"), display("update_display_data", "new", "id")},
       "display:new"},
      {{display("display_data", "old", "id"), display("update_display_data", "new", "other")},
       "display:old"},
      {{display("display_data", "z", "id"), display("display_data", "y", "id")},
       "display:y|display:y"},
      {{display("execute_result", "z", "id"), display("update_display_data", "y", "id")},
       "result:y"},
      {{display("display_data", "z", "id"), clear(false),
        display("update_display_data", "y", "id")},
       ""},
      {{message("error", {{"ename", "E"}, {"evalue", ""}, {"traceback", {"t"}}})}, "error:E"},
      {{message("execute_input", {{"code", "1"}}), message("debug_event", {}),
        message("iopub_welcome", {})},
       ""},
  };
  for (const auto& [messages, expected] : cases) {
    CellOutputs outputs(kPlenty);
    for (const Message& each : messages) outputs.add(each);
    EXPECT_EQ(sketch(outputs.to_json()), expected);
    EXPECT_FALSE(outputs.truncated());
  }
}

TEST(CellOutputs, HaveTheFieldsOfTheFormat) {
  CellOutputs outputs(kPlenty);
  Message result = display("execute_result", "2");
  result.content["execution_count"] = 7;
  result.content["transient"] = nullptr;
  result.buffers = {"ignored"};
  outputs.add(result);
  outputs.add(
      message("error", {{"ename", "E"}, {"evalue", "v"}, {"traceback", {"a", "b"}}, {"extra", 1}}));
  EXPECT_EQ(
      outputs.to_json(),
      Json::parse(
          R"([{"output_type":"execute_result","data":{"text/plain":"2"},"metadata":{},"execution_count":7},
                            {"output_type":"error","ename":"E","evalue":"v","traceback":["a","b"]}])"));
}

TEST(CellOutputs, WrongTypesBecomeAValidOutput) {
  CellOutputs outputs(kPlenty);
  for (const char* type : {"stream", "display_data", "execute_result", "error", "clear_output"}) {
    outputs.add(message(type, nullptr));
    outputs.add(message(type, Json::array({1})));
    outputs.add(message(type, {{"name", 1},
                               {"text", {}},
                               {"data", 7},
                               {"metadata", "x"},
                               {"traceback", {1, {{"a", 2}}}},
                               {"ename", nullptr},
                               {"execution_count", "x"},
                               {"wait", 1}}));
  }
  outputs.add(
      message("display_data",
              {{"data", {{"text/plain", 7}, {"application/x+json", 7}, {"image/png", {"a", 1}}}}}));
  const Json json = outputs.to_json();
  EXPECT_EQ(json.back()["data"]["text/plain"], "7");
  EXPECT_EQ(json.back()["data"]["application/x+json"], 7);
  EXPECT_EQ(json.back()["data"]["image/png"], R"(["a",1])");
  EXPECT_TRUE(json.back()["metadata"].is_object());
}

TEST(CellOutputs, DisplaysOfOtherCellsAreUpdated) {
  CellOutputs outputs(kPlenty);
  outputs.add(display("display_data", "old", "id"));
  EXPECT_FALSE(outputs.update_display("other", Json::object(), Json::object()));
  EXPECT_TRUE(outputs.update_display("id", {{"text/plain", "new"}}, {{"m", 1}}));
  EXPECT_EQ(sketch(outputs.to_json()), "display:new");
  EXPECT_EQ(outputs.to_json()[0]["metadata"]["m"], 1);
}

TEST(CellOutputs, ACharacterInTwoPartsIsOne) {
  CellOutputs outputs(kPlenty);
  outputs.add_stream("stdout", "\xF0\x9F");
  outputs.add_stream("stdout", "\x98\x80\xFF");
  EXPECT_EQ(sketch(outputs.to_json()), "stdout:\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST(CellOutputs, AFloodKeepsBeginAndEnd) {
  constexpr std::int64_t kLimit = 1 << 20;
  CellOutputs outputs(kLimit);
  std::int64_t sent = 0;
  for (int i = 0; i < 400'000; ++i) {
    const std::string line = "line " + std::to_string(i) + " \xC3\xA9\n";
    sent += static_cast<std::int64_t>(line.size());
    outputs.add_stream("stdout", line);
    ASSERT_LE(outputs.bytes(), kLimit);
  }
  ASSERT_TRUE(outputs.truncated());
  const Json json = outputs.to_json();
  ASSERT_EQ(json.size(), 3U);
  const std::string first = json[0]["text"];
  const std::string note = json[1]["text"];
  const std::string last = json[2]["text"];
  EXPECT_EQ(first.substr(0, 7), "line 0 ");
  EXPECT_GT(static_cast<std::int64_t>(first.size()), kLimit / 2 - 4096);
  EXPECT_EQ(last.substr(last.size() - 15), "line 399999 \xC3\xA9\n");
  EXPECT_GT(static_cast<std::int64_t>(last.size()), kLimit / 2 - (128 << 10));
  const auto missing = sent - static_cast<std::int64_t>(first.size() + last.size());
  EXPECT_THAT(note, HasSubstr(std::to_string(missing) + " bytes of output"));
  EXPECT_EQ(utf8_error(first), std::string::npos);
  outputs.add(clear(false));
  EXPECT_FALSE(outputs.truncated());
  EXPECT_EQ(outputs.bytes(), 0);
}

TEST(CellOutputs, OneHugeTextIsCutInTheMiddle) {
  constexpr std::int64_t kLimit = 1 << 20;
  CellOutputs outputs(kLimit);
  outputs.add_stream("stdout", std::string(10 << 20, 'a') + "end");
  EXPECT_LE(outputs.bytes(), kLimit);
  const std::string last = outputs.to_json().back()["text"];
  EXPECT_EQ(last.substr(last.size() - 4), "aend");
}

TEST(CellOutputs, SmallOutputsWithoutEndAreBoundedToo) {
  constexpr std::int64_t kLimit = 64 << 10;
  CellOutputs outputs(kLimit);
  for (int i = 0; i < 20'000; ++i) {
    outputs.add(display("display_data", "d"));
    outputs.add_stream("stdout", "");
    ASSERT_LE(outputs.bytes(), kLimit);
  }
  EXPECT_LT(outputs.to_json().size(), 1000U);
}

TEST(CellOutputs, TheVerdictStays) {
  CellOutputs outputs(4096);
  for (int i = 0; i < 1000; ++i) outputs.add_stream("stdout", "0123456789");
  outputs.add_output({{"output_type", "error"},
                      {"ename", "KernelDied"},
                      {"evalue", std::string(100'000, 'x')},
                      {"traceback", Json::array()}});
  for (int i = 0; i < 1000; ++i) outputs.add(display("display_data", "late"));
  EXPECT_THAT(sketch(outputs.to_json()), HasSubstr("error:KernelDied"));
}

TEST(CellOutputs, WhatIsTooLargeAloneIsLeftOutAlone) {
  CellOutputs outputs(8192);
  outputs.add(display("display_data", "before", "id"));
  outputs.add(display("display_data", std::string(100'000, 'x')));
  outputs.add(display("display_data", "after"));
  EXPECT_TRUE(outputs.truncated());
  const std::string shown = sketch(outputs.to_json());
  EXPECT_THAT(shown, HasSubstr("display:before|stderr:"));
  EXPECT_THAT(shown, HasSubstr("1 whole output among them"));
  EXPECT_THAT(shown, HasSubstr("|display:after"));
  outputs.add(display("update_display_data", std::string(100'000, 'x'), "id"));
  EXPECT_LE(outputs.bytes(), 8192);
  EXPECT_THAT(sketch(outputs.to_json()), HasSubstr("an update of this display is left out"));
}

}  // namespace
}  // namespace km::jupyter
