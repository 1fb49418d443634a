#include "report/kept_output.h"
#include "report/report.h"
#include "report/sample_diagnoses.h"
#include "report/schema_check.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace km::report {
namespace {

using nlohmann::json;

std::string violation(const std::string& report) {
  static const SchemaCheck kSchema(
      json::parse(file_text(std::string(KM_SOURCE_DIR) + "/docs/report.schema.json")));
  return kSchema.violation(json::parse(report));
}

RunSummary sample_run() {
  return {.notebook = "memory.ipynb",
          .out = "memory.out.ipynb",
          .status = "died",
          .exit_code = 3,
          .cells = {{1, "ok", 0.25, ""},
                    {2, "skipped", 0, ""},
                    {3, "died", 5.1, "killed"},
                    {4, "not run", 0, ""}},
          .deaths = {{"20261124-161701-4711", 3, "cgroup_memory_limit", "The kernel was killed"}}};
}

TEST(Json, EveryFormFitsTheSchema) {
  const auto sample = samples::out_of_memory();
  EXPECT_EQ(violation(to_json(sample)), "");
  EXPECT_EQ(violation(to_json(sample, {.share = true})), "");
  EXPECT_EQ(violation(to_json(samples::nearly_nothing())), "");
  EXPECT_EQ(violation(run_to_json(sample_run(), &sample)), "");
  EXPECT_EQ(violation(run_to_json(sample_run(), nullptr)), "");
  EXPECT_EQ(violation(nothing_died_json()), "");
  EXPECT_EQ(violation(checkup_to_json(samples::checkup())), "");
  Checkup healthy = samples::checkup();
  healthy.diagnosis.findings.clear();
  healthy.deadly.clear();
  EXPECT_EQ(violation(checkup_to_json(healthy)), "");
  EXPECT_TRUE(json::parse(checkup_to_json(healthy))["verdict"].is_null());
}

TEST(Json, TheSchemaCatchesMistakesAndToleratesAdditions) {
  const json good = json::parse(to_json(samples::out_of_memory()));
  json added = good;
  added["verdict"]["new_field"] = 1;
  EXPECT_EQ(violation(added.dump()), "");
  for (const char* place : {"/verdict/do", "/findings/0/because", "/facts/0/source",
                            "/death/memory/series/0/used_bytes"}) {
    json broken = good;
    broken[json::json_pointer(place)] = 12.5;
    EXPECT_NE(violation(broken.dump()), "") << place;
    broken = good;
    const json::json_pointer pointer(place);
    broken[pointer.parent_pointer()].erase(pointer.back());
    EXPECT_NE(violation(broken.dump()), "") << place;
  }
  json empty = good;
  empty["findings"] = json::array();
  EXPECT_NE(violation(empty.dump()), "");
  json sure = good;
  sure["verdict"]["confidence"] = "sure";
  EXPECT_NE(violation(sure.dump()), "");
}

TEST(Json, IsKept) {
  const auto sample = samples::out_of_memory();
  // Indented, so that a change reads as a diff.
  const auto pretty = [](const std::string& text) {
    return nlohmann::ordered_json::parse(text).dump(1) + '\n';
  };
  expect_kept("report.json", pretty(to_json(sample)));
  expect_kept("shared.json", pretty(to_json(sample, {.share = true})));
  expect_kept("run.json", pretty(run_to_json(sample_run(), nullptr)));
}

TEST(Json, SaysTheVerdictFirstAndThinsTheSeries) {
  const std::string text = to_json(samples::out_of_memory());
  EXPECT_EQ(text.rfind(R"({"schema":"kernelmedic.report/1",)", 0), 0U);
  EXPECT_LT(text.find("\"verdict\""), text.find("\"facts\""));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const json report = json::parse(text);
  EXPECT_EQ(report["verdict"], report["findings"][0]);
  EXPECT_LE(report["death"]["memory"]["series"].size(), 200U);
}

TEST(Json, IsValidUtf8ForAnyBytes) {
  std::string bytes;
  for (int i = 1; i < 256; ++i) bytes += static_cast<char>(i);
  const std::string text = to_json(samples::everywhere(bytes));
  EXPECT_TRUE(json::accept(text));
  EXPECT_THAT(text, testing::HasSubstr("\ufffd"));
}

TEST(Json, WritesNoNumberThatJsonLacks) {
  auto sample = samples::nearly_nothing();
  sample.casefile.add("exit.uptime_seconds", std::nan(""), "clock");
  EXPECT_TRUE(json::parse(to_json(sample))["facts"][0]["value"].is_null());
}

}  // namespace
}  // namespace km::report
