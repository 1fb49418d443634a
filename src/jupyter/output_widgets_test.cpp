// Output widgets: what they catch, what passes by, and who is told.
#include "jupyter/output_widgets.h"

#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

Message message(std::string type, std::string parent, Json content) {
  Message made;
  made.type = std::move(type);
  made.parent_id = std::move(parent);
  made.content = std::move(content);
  return made;
}

Message opens(const std::string& comm) {
  return message("comm_open", "r0",
                 {{"comm_id", comm},
                  {"data",
                   {{"state",
                     {{"_model_module", "@jupyter-widgets/output"},
                      {"_model_name", "OutputModel"},
                      {"msg_id", ""}}}}}});
}

Message catches(const std::string& comm, const std::string& request) {
  return message(
      "comm_msg", "r0",
      {{"comm_id", comm}, {"data", {{"method", "update"}, {"state", {{"msg_id", request}}}}}});
}

Message print(const std::string& request, const std::string& text) {
  return message("stream", request, {{"name", "stdout"}, {"text", text}});
}

TEST(OutputWidgets, CatchWhileTheyAreOpen) {
  OutputWidgets widgets(1 << 20);
  widgets.see(opens("w"));
  EXPECT_FALSE(widgets.take(print("r1", "before")));
  widgets.see(catches("w", "r1"));
  EXPECT_TRUE(widgets.take(print("r1", "a")));
  EXPECT_TRUE(widgets.take_stream("r1", "stdout", "b"));
  EXPECT_FALSE(widgets.take(print("r2", "another cell's")));
  widgets.see(catches("w", ""));
  EXPECT_FALSE(widgets.take(print("r1", "after")));
  const auto changed = widgets.changed();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].first, "w");
  EXPECT_EQ(changed[0].second.at(0).at("text"), "ab");
  EXPECT_TRUE(widgets.changed().empty()) << "told once";
}

TEST(OutputWidgets, TheInnermostCatches) {
  OutputWidgets widgets(1 << 20);
  widgets.see(opens("outer"));
  widgets.see(opens("inner"));
  widgets.see(catches("outer", "r"));
  widgets.see(catches("inner", "r"));
  widgets.take(print("r", "in"));
  widgets.see(catches("inner", ""));
  widgets.take(print("r", "out"));
  const auto changed = widgets.changed();
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0].second.at(0).at("text"), "in");
  EXPECT_EQ(changed[1].second.at(0).at("text"), "out");
}

TEST(OutputWidgets, AreCleared) {
  OutputWidgets widgets(1 << 20);
  widgets.see(opens("w"));
  widgets.see(catches("w", "r"));
  widgets.take(print("r", "old"));
  widgets.take(message("clear_output", "r", {{"wait", false}}));
  EXPECT_TRUE(widgets.changed().at(0).second.empty());
}

TEST(OutputWidgets, OtherCommsAreNone) {
  OutputWidgets widgets(1 << 20);
  widgets.see(
      message("comm_open", "r",
              {{"comm_id", "s"}, {"data", {{"state", {{"_model_name", "IntSliderModel"}}}}}}));
  widgets.see(catches("s", "r"));
  widgets.see(message("comm_msg", "r", {{"comm_id", 7}}));
  EXPECT_FALSE(widgets.take(print("r", "x")));
}

}  // namespace
}  // namespace km::jupyter
