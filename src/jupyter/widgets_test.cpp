// Widget state as nbclient leaves it in the notebook.
#include "jupyter/widgets.h"

#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

Message comm(std::string_view type, std::string_view id, Json data,
             std::vector<std::string> buffers = {}) {
  Message message;
  message.type = type;
  message.content = {{"comm_id", std::string(id)}, {"data", std::move(data)}};
  message.buffers = std::move(buffers);
  return message;
}

Json model(int value) {
  return {{"state",
           {{"_model_name", "M"},
            {"_model_module", "mod"},
            {"_model_module_version", "1"},
            {"value", value}}}};
}

TEST(WidgetStates, TheLastStateAndItsBuffersAreKept) {
  WidgetStates states(1 << 20);
  EXPECT_TRUE(states.empty());
  Json with_buffers = model(1);
  with_buffers["buffer_paths"] = Json::parse(R"([["b"],["c",0]])");
  states.add(comm("comm_open", "id", with_buffers, {"abc", ""}));
  states.add(comm("comm_msg", "id", {{"method", "update"}, {"state", {{"value", 2}}}}));
  states.add(comm("comm_msg", "id", {{"method", "custom"}, {"content", 1}}));
  states.add(comm("comm_msg", "no-model", {{"state", {{"x", 1}}}}));
  states.add(comm("comm_close", "id", Json::object()));
  EXPECT_EQ(states.to_json(), Json::parse(R"({"application/vnd.jupyter.widget-state+json":{
    "state":{"id":{"model_name":"M","model_module":"mod","model_module_version":"1",
      "state":{"_model_name":"M","_model_module":"mod","_model_module_version":"1","value":2},
      "buffers":[{"data":"YWJj","encoding":"base64","path":["b"]},{"data":"","encoding":"base64","path":["c",0]}]}},
    "version_major":2,"version_minor":0}})"));
}

TEST(WidgetStates, OtherMessagesHaveNoEffect) {
  WidgetStates states(1 << 20);
  states.add(comm("stream", "id", model(1)));
  states.add(comm("comm_open", "", model(1)));
  states.add(comm("comm_open", "id", nullptr));
  states.add(comm("comm_open", "id", {{"state", 7}}));
  EXPECT_TRUE(states.empty());
}

TEST(WidgetStates, AreBounded) {
  WidgetStates states(1000);
  states.add(comm("comm_open", "small", model(1)));
  EXPECT_FALSE(states.truncated());
  states.add(comm("comm_open", "large", model(1), {std::string(2000, 'x')}));
  EXPECT_TRUE(states.truncated());
  EXPECT_EQ(states.to_json().begin().value()["state"].size(), 1U);
}

}  // namespace
}  // namespace km::jupyter
