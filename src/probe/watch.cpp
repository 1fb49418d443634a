// One loop: poll, then whatever is ready.
#include "probe/watch.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <poll.h>
#include <utility>

namespace km::probe {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kKept = std::size_t{256} * 1024;

void keep(std::string& kept, std::string_view more) {
  kept += more;
  if (kept.size() > 2 * kKept) kept.erase(0, kept.size() - kKept);
}

// True where somebody wants us to end.
bool asked_to_stop(const Setting& setting) {
  while (const auto number = setting.signals.next())
    setting.stop.on_signal(*number, false, Clock::now());
  return setting.stop.ends_run();
}

}  // namespace

Result<Watched> watch(supervisor::LifetimePlan plan, const Setting& setting,
                      std::vector<casefile::Fact> extra,
                      const std::function<void(std::string_view)>& on_err) {
  KM_ASSIGN(const auto life, supervisor::Lifetime::start(std::move(plan)));
  Watched watched;
  const auto hear = [&watched, &on_err](std::string_view text) {
    keep(watched.err, text);
    if (on_err && !text.empty()) on_err(text);
  };
  const auto until = Clock::now() + setting.limit;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    watched.stopped = asked_to_stop(setting);
    watched.too_slow = !watched.stopped && left.count() <= 0;
    if (watched.stopped || watched.too_slow) break;
    std::array<pollfd, 4> waiting{{{life->death_fd(), POLLIN, 0},
                                   {life->stdout_fd(), POLLIN, 0},
                                   {life->stderr_fd(), POLLIN, 0},
                                   {setting.signals.fd(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) <= 0) continue;
    if (waiting[1].revents != 0) keep(watched.out, life->take(life->stdout_fd()));
    if (waiting[2].revents != 0) hear(life->take(life->stderr_fd()));
    if (waiting[0].revents != 0) break;
  }
  if (watched.too_slow) {
    life->requested(supervisor::Request::time_limit,
                    fmt::format("no answer within {} s", setting.limit.count()));
  }
  if (watched.stopped) life->requested(supervisor::Request::terminated);
  // Nothing in it is worth a grace, and only SIGKILL reaches what it has forked.
  if (watched.too_slow || watched.stopped) life->end(milliseconds(0));
  watched.end = life->finish("program", std::move(extra));
  keep(watched.out, watched.end.rest_stdout);
  hear(watched.end.rest_stderr);
  return watched;
}

}  // namespace km::probe
