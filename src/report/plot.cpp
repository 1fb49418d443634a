#include "report/plot.h"

#include "report/report.h"
#include "report/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <optional>
#include <utility>

namespace km::report {
namespace {

using html::element;
using html::Node;

// Mid-tones with a contrast of at least 3 to 1 against white and against JupyterLab's dark #111111.
constexpr const char* kText = "#767676";
constexpr const char* kLine = "#2f81d6";
constexpr const char* kAlarm = "#d8504a";

// A limit further above the use than this would press the curve to the ground: it is told in words
// only.
constexpr double kLimitInSight = 6;
constexpr int kSmallest = 80;
constexpr int kLargest = 4000;
constexpr int kPointsAtMost = 400;

std::string number(double value) { return fmt::format("{:.1f}", value); }

double finite(double value) { return std::isfinite(value) ? value : 0; }

// Where things are: data on the one side, pixels on the other.
struct Frame {
  double left = 62;
  double top = 20;
  double right = 0;
  double bottom = 0;
  double from = 0;  // seconds
  double to = 1;
  double ceiling = 1;  // bytes

  double x(double seconds) const {
    return left + (right - left) * std::clamp((seconds - from) / (to - from), 0.0, 1.0);
  }
  double y(double bytes) const {
    return bottom - (bottom - top) * std::clamp(bytes / ceiling, 0.0, 1.0);
  }
};

double highest_of(const std::vector<casefile::MemoryPoint>& series) {
  std::int64_t highest = 1;
  for (const auto& point : series) highest = std::max(highest, point.used_bytes);
  return static_cast<double>(highest);
}

bool limit_in_sight(double limit, double highest) {
  return limit > 0 && limit <= highest * kLimitInSight;
}

Frame frame_of(const casefile::Memory& memory, double highest, int width, int height) {
  Frame frame;
  frame.right = width - 14;
  frame.bottom = height - 24;
  frame.from = finite(memory.series.front().seconds);
  frame.to = std::max(finite(memory.series.back().seconds), frame.from + 1e-3);
  const auto limit = static_cast<double>(memory.limit_bytes);
  frame.ceiling = 1.08 * std::max(highest, limit_in_sight(limit, highest) ? limit : 0);
  return frame;
}

Node label(double x, double y, const char* anchor, const char* colour, const std::string& words,
           const char* kind) {
  return element("text",
                 {{"x", number(x)},
                  {"y", number(y)},
                  {"text-anchor", anchor},
                  {"fill", colour},
                  {"class", kind}},
                 {html::text(words)});
}

Node line(double x1, double y1, double x2, double y2, const char* colour, const char* width,
          const char* kind) {
  return element("line", {{"x1", number(x1)},
                          {"y1", number(y1)},
                          {"x2", number(x2)},
                          {"y2", number(y2)},
                          {"stroke", colour},
                          {"stroke-width", width},
                          {"class", kind}});
}

std::string second_words(double tick) {
  constexpr double kMinute = 60;
  return tick == std::floor(tick) && tick < kMinute ? fmt::format("{:.0f} s", tick)
                                                    : human_seconds(tick);
}

Node axes(const Frame& frame) {
  Node all;
  for (const double tick : byte_ticks(frame.ceiling, 4)) {
    const double y = frame.y(tick);
    Node grid = line(frame.left, y, frame.right, y, kText, "0.5", "km-grid");
    all += element("g", {{"opacity", tick == 0 ? "1" : "0.4"}}, {grid});
    const std::string words = tick == 0 ? "0" : human_bytes(std::llround(tick));
    all += label(frame.left - 7, y + 4, "end", kText, words, "km-axis");
  }
  for (const double tick : second_ticks(frame.from, frame.to, 6)) {
    const double x = frame.x(tick);
    if (x > frame.right - 12) continue;  // its words would leave the picture
    all += line(x, frame.bottom, x, frame.bottom + 4, kText, "1", "km-grid");
    all += label(x, frame.bottom + 17, "middle", kText, second_words(tick), "km-axis");
  }
  return all;
}

// Lines where cells began. Labels are set from the last one backwards, since the last is the one
// that matters; a label without room is left out, its line stays.
Node cells(const Frame& frame, const std::vector<casefile::CellMark>& marks) {
  constexpr double kCharacter = 6.2;
  constexpr std::size_t kLabelAtMost = 24;
  Node all;
  double free_until = frame.right + 8;
  double last_line = frame.right + 8;
  bool before_the_window = false;
  for (auto mark = marks.rbegin(); mark != marks.rend() && !before_the_window; ++mark) {
    const double seconds = finite(mark->seconds);
    if (seconds > frame.to) continue;
    before_the_window = seconds < frame.from;  // the cell that ran already when the series begins
    const double x = frame.x(seconds);
    if (last_line - x < 3) continue;
    if (!before_the_window) {
      all += element("g", {{"opacity", "0.55"}},
                     {line(x, frame.top - 6, x, frame.bottom, kText, "1", "km-cell")});
      last_line = x;
    }
    const std::string words = clean_line(mark->label);
    const std::size_t length = columns(words);
    const double end = x + 4 + kCharacter * static_cast<double>(length);
    // The last cell may have begun just before the end: then its label stands left of its line.
    const bool turned = end > frame.right + 8 && free_until > frame.right;
    if (length > kLabelAtMost || (!turned && end > free_until)) continue;
    all += label(turned ? x - 4 : x + 4, frame.top - 8, turned ? "end" : "start", kText, words,
                 "km-cell");
    free_until = turned ? x - 8 - kCharacter * static_cast<double>(length) : x - 4;
  }
  return all;
}

Node curve(const Frame& frame, const std::vector<casefile::MemoryPoint>& series) {
  std::string path;
  for (const auto& point : series) {
    path += fmt::format("{}{} {}", path.empty() ? "M" : "L", number(frame.x(finite(point.seconds))),
                        number(frame.y(static_cast<double>(point.used_bytes))));
  }
  const std::string area =
      path + fmt::format("L{} {}L{} {}Z", number(frame.right), number(frame.bottom),
                         number(frame.left), number(frame.bottom));
  Node all = element(
      "path", {{"d", area}, {"fill", kLine}, {"fill-opacity", "0.16"}, {"class", "km-area"}});
  all += element("path", {{"d", path},
                          {"fill", "none"},
                          {"stroke", kLine},
                          {"stroke-width", "1.8"},
                          {"stroke-linejoin", "round"},
                          {"class", "km-line"}});
  const auto& last = series.back();
  all += element("circle", {{"cx", number(frame.x(finite(last.seconds)))},
                            {"cy", number(frame.y(static_cast<double>(last.used_bytes)))},
                            {"r", "4"},
                            {"fill", kAlarm},
                            {"class", "km-end"}});
  return all;
}

Node limit_line(const Frame& frame, const casefile::Memory& memory, double highest) {
  const auto limit = static_cast<double>(memory.limit_bytes);
  if (limit <= 0) return {};
  const std::string words = "limit " + human_bytes(memory.limit_bytes);
  if (!limit_in_sight(limit, highest)) {
    return label(frame.left + 6, frame.top + 14, "start", kText, words + ", far above", "km-axis");
  }
  const double y = frame.y(limit);
  Node all = element("line", {{"x1", number(frame.left)},
                              {"y1", number(y)},
                              {"x2", number(frame.right)},
                              {"y2", number(y)},
                              {"stroke", kAlarm},
                              {"stroke-width", "1.5"},
                              {"stroke-dasharray", "6 4"},
                              {"class", "km-limit"}});
  all += label(frame.left + 6, y + 14, "start", kAlarm, words, "km-limit");
  return all;
}

// Counted rather than added up: where `step` is below the precision of `from`, a sum would not
// grow.
std::vector<double> multiples(double step, double from, double to) {
  constexpr int kAtMost = 32;
  const double first = std::ceil(from / step);
  std::vector<double> values;
  for (int i = 0; i < kAtMost && (first + i) * step <= to; ++i)
    values.push_back((first + i) * step);
  return values;
}

}  // namespace

std::vector<double> byte_ticks(double top, int wanted) {
  if (!(top >= 1) || wanted < 1) return {0};
  double unit = 1;
  while (unit * 1024 <= top && unit < 1e15) unit *= 1024;
  const double rough = top / wanted;
  // Below one unit the steps are those of the unit below: 512 MiB rather than 0.5 GiB reads well,
  // 204.8 MiB does not.
  const double base = rough < unit && unit > 1 ? unit / 1024 : unit;
  double step = base;
  while (step * 2 <= std::min(rough * 1.3, top)) step *= 2;
  return multiples(step, 0, top * 1.0001);
}

std::vector<double> second_ticks(double from, double to, int wanted) {
  constexpr std::array kSteps{0.001, 0.002, 0.005, 0.01,  0.02,   0.05,    0.1,     0.2,    0.5,
                              1.0,   2.0,   5.0,   10.0,  15.0,   30.0,    60.0,    120.0,  300.0,
                              600.0, 900.0, 1800., 3600., 7200.0, 10800.0, 21600.0, 43200., 86400.};
  const double span = to - from;
  if (!(span > 0) || wanted < 1) return {};
  double step = kSteps.back();
  for (const double candidate : kSteps) {
    if (span / candidate <= wanted) {
      step = candidate;
      break;
    }
  }
  while (span / step > wanted * 2) step *= 2;  // weeks
  return multiples(step, from, to);
}

html::Node memory_plot(const casefile::Memory& memory, int width, int height) {
  if (memory.series.size() < 2) return {};
  width = std::clamp(width, 2 * kSmallest, kLargest);
  height = std::clamp(height, kSmallest, kLargest);
  const auto series = thinned(memory.series, kPointsAtMost);
  const double highest = highest_of(series);
  const Frame frame = frame_of(memory, highest, width, height);
  Node all = element("title", {}, {html::text(memory_sentence(memory))});
  all += axes(frame);
  all += cells(frame, memory.cells);
  all += curve(frame, series);
  all += limit_line(frame, memory, highest);
  return element("svg",
                 {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"viewBox", fmt::format("0 0 {} {}", width, height)},
                  {"width", fmt::format("{}", width)},
                  {"height", fmt::format("{}", height)},
                  {"role", "img"},
                  {"font-family", "system-ui, sans-serif"},
                  {"font-size", "11"}},
                 {all});
}

std::string memory_plot_svg(const casefile::Memory& memory, int width, int height) {
  const Node plot = memory_plot(memory, width, height);
  return std::string(plot.markup());
}

std::string memory_sparkline(const casefile::Memory& memory, std::size_t width) {
  constexpr std::array<const char*, 8> kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (memory.series.size() < 2 || width == 0) return {};
  const double highest = highest_of(memory.series);
  const auto limit = static_cast<double>(memory.limit_bytes);
  const double ceiling = limit_in_sight(limit, highest) ? std::max(limit, highest) : highest;
  const double from = finite(memory.series.front().seconds);
  const double span = std::max(finite(memory.series.back().seconds) - from, 1e-3);
  // The highest use of each column, so that a short peak is seen; a column without a sample repeats
  // its neighbour.
  std::vector<double> tops(width, -1);
  for (const auto& point : memory.series) {
    const double share = std::clamp((finite(point.seconds) - from) / span, 0.0, 1.0);
    double& top =
        tops[std::min(static_cast<std::size_t>(share * static_cast<double>(width)), width - 1)];
    top = std::max(top, static_cast<double>(point.used_bytes));
  }
  std::string bars;
  double last = 0;
  for (const double top : tops) {
    last = top < 0 ? last : top;
    const double height = std::clamp(last / ceiling, 0.0, 1.0) * (kBars.size() - 1);
    bars += kBars.at(static_cast<std::size_t>(std::lround(height)));
  }
  return bars;
}

std::string memory_sentence(const casefile::Memory& memory) {
  std::string words;
  if (memory.series.size() >= 2) {
    const auto& first = memory.series.front();
    const auto& last = memory.series.back();
    const double span = finite(last.seconds) - finite(first.seconds);
    words = fmt::format("From {} to {} in {}", human_bytes(first.used_bytes),
                        human_bytes(last.used_bytes), human_seconds(span));
    if (memory.peak_bytes > last.used_bytes) words += ", peak " + human_bytes(memory.peak_bytes);
  } else if (memory.peak_bytes > 0) {
    words = "Peak " + human_bytes(memory.peak_bytes);
  }
  if (memory.limit_bytes > 0) {
    words += (words.empty() ? "Limit " : "; the limit is ") + human_bytes(memory.limit_bytes);
  }
  return words;
}

}  // namespace km::report
