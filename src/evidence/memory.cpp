// The memory of the process over time, from the samples, beside the limit that counted.
#include "evidence/collectors.h"
#include "os/host.h"

#include <algorithm>
#include <optional>

namespace km::evidence {
namespace {

constexpr std::string_view kSamples = "samples of the process tree";
constexpr std::int64_t kGrowthWindow_us = 2'000'000;
constexpr std::int64_t kLowestWindow_us = 10'000'000;

struct Limit {
  std::int64_t bytes = 0;  // 0: none
  std::string kind;        // "cgroup", "RLIMIT_DATA", "RLIMIT_AS"
  std::string source;
};

std::optional<std::int64_t> soft_limit(const Scene& scene, std::string_view name) {
  for (const auto& [known, value] : scene.limits) {
    if (known == name) return value;
  }
  return std::nullopt;
}

// "cgroup v1 memory.limit_in_bytes" → "cgroup"
std::string kind_of(const std::string& source) { return source.substr(0, source.find(' ')); }

Limit limit_of(const Scene& scene) {
  if (scene.limit_bytes && *scene.limit_bytes > 0)
    return {*scene.limit_bytes, kind_of(scene.limit_source), scene.limit_source};
  const auto limited =
      std::find_if(scene.samples.rbegin(), scene.samples.rend(),
                   [](const Sample& sample) { return sample.cgroup_limit_bytes > 0; });
  if (limited != scene.samples.rend())
    return {limited->cgroup_limit_bytes, "cgroup", "samples of the cgroup"};
  for (const std::string_view name : {"RLIMIT_DATA", "RLIMIT_AS"}) {
    if (const auto limit = soft_limit(scene, name))
      return {*limit, std::string(name), std::string(name)};
  }
  return {};
}

// Between its death and the last look a zombie has no memory: such samples would show a fall that
// never was.
std::span<const Sample> alive(const std::vector<Sample>& samples) {
  std::span<const Sample> all(samples);
  while (!all.empty() && all.back().root_rss_bytes <= 0 && all.back().tree_rss_bytes <= 0)
    all = all.first(all.size() - 1);
  return all;
}

std::int64_t counted(const Sample& sample, bool by_cgroup) {
  return by_cgroup && sample.cgroup_usage_bytes >= 0 ? sample.cgroup_usage_bytes
                                                     : sample.tree_rss_bytes;
}

template <class Value>
std::int64_t highest(std::span<const Sample> samples, Value value) {
  std::int64_t most = 0;
  for (const Sample& sample : samples) most = std::max<std::int64_t>(most, value(sample));
  return most;
}

void add_growth(std::span<const Sample> samples, casefile::CaseFile& out) {
  const Sample& last = samples.back();
  const auto first = std::find_if(samples.begin(), samples.end(), [&](const Sample& sample) {
    return last.time_us - sample.time_us <= kGrowthWindow_us;
  });
  const std::int64_t span_us = last.time_us - first->time_us;
  if (span_us <= 0) return;
  const auto grown = static_cast<double>(last.tree_rss_bytes - first->tree_rss_bytes);
  out.add("memory.growth_bytes_per_second",
          static_cast<std::int64_t>(grown * 1e6 / static_cast<double>(span_us)), kSamples);
}

void add_lowest_available(std::span<const Sample> samples, casefile::CaseFile& out) {
  std::int64_t lowest = -1;
  for (const Sample& sample : samples) {
    if (samples.back().time_us - sample.time_us > kLowestWindow_us || sample.available_bytes < 0)
      continue;
    if (lowest < 0 || sample.available_bytes < lowest) lowest = sample.available_bytes;
  }
  if (lowest >= 0) out.add("memory.available_lowest_bytes", lowest, "MemAvailable, samples");
}

void add_last_look(const Sample& last, casefile::CaseFile& out) {
  out.add("memory.last_bytes", last.tree_rss_bytes, kSamples);
  out.add("threads.last", std::int64_t{last.threads}, kSamples);
  out.add("processes.last", std::int64_t{last.processes}, kSamples);
  if (last.fds >= 0) out.add("fds.last", std::int64_t{last.fds}, kSamples);
  if (last.available_bytes >= 0)
    out.add("memory.available_bytes", last.available_bytes, "MemAvailable, last sample");
  if (last.memory_pressure >= 0)
    out.add("memory.pressure_percent", double{last.memory_pressure}, "PSI, last sample");
  if (last.gpu_total_bytes >= 0)
    out.add("gpu.total_bytes", last.gpu_total_bytes, "NVML, last sample");
  if (last.gpu_used_bytes >= 0) out.add("gpu.used_bytes", last.gpu_used_bytes, "NVML, last sample");
}

void add_limit(const Limit& limit, casefile::CaseFile& out) {
  if (limit.bytes <= 0) {
    out.none("memory.limit_bytes", "cgroup, RLIMIT_DATA and RLIMIT_AS");
    out.none("memory.limit_source", "cgroup, RLIMIT_DATA and RLIMIT_AS");
    return;
  }
  out.add("memory.limit_bytes", limit.bytes, limit.source);
  out.add("memory.limit_source", limit.kind, limit.source);
}

void add_host_memory(casefile::CaseFile& out) {
  const auto host = os::host_memory();
  if (!host) return;
  out.add("memory.host_total_bytes", host->total_bytes, "host");
  // Now, not at the death: what other processes took before has not changed much within
  // milliseconds.
  out.add("memory.swap_free_bytes", host->swap_free_bytes, "host, after the death");
  if (host->compressor_bytes >= 0)
    out.add("memory.compressor_bytes", host->compressor_bytes, "host, after the death");
  if (!host->pressure.empty())
    out.add("memory.pressure_level", host->pressure, "host, after the death");
}

// A cgroup of our own was empty before: its peak is the peak of this process and its children.
std::int64_t own_cgroup_peak(const Scene& scene) {
  return scene.cgroup_own && scene.cgroup_after ? scene.cgroup_after->peak_bytes : 0;
}

casefile::Memory plot_of(const Scene& scene, std::span<const Sample> samples, const Limit& limit) {
  casefile::Memory memory;
  memory.limit_bytes = limit.bytes;
  memory.cells = scene.marks;
  // The line of the limit is only comparable with what that limit counts.
  const bool by_cgroup = limit.kind == "cgroup";
  memory.series.reserve(samples.size());
  for (const Sample& sample : samples) {
    memory.series.push_back(
        {static_cast<double>(sample.time_us - scene.started_us) / 1e6, counted(sample, by_cgroup)});
  }
  memory.peak_bytes =
      highest(samples, [&](const Sample& sample) { return counted(sample, by_cgroup); });
  if (by_cgroup) memory.peak_bytes = std::max(memory.peak_bytes, own_cgroup_peak(scene));
  return memory;
}

}  // namespace

void collect_memory(const Scene& scene, casefile::CaseFile& out) {
  const Limit limit = limit_of(scene);
  const std::span<const Sample> samples = alive(scene.samples);
  add_limit(limit, out);
  add_host_memory(out);
  if (out.death) out.death->memory = plot_of(scene, samples, limit);
  const std::int64_t peak =
      highest(samples, [](const Sample& sample) { return sample.tree_rss_bytes; });
  const std::int64_t rusage = scene.status ? scene.status->max_rss_bytes : 0;
  const std::int64_t largest = std::max({peak, rusage, own_cgroup_peak(scene)});
  if (largest > 0)
    out.add("memory.largest_known_bytes", largest,
            "the largest of samples, rusage and cgroup peak");
  if (samples.empty()) {
    out.gap("memory over time", "the process ended before the first look at it");
    return;
  }
  add_last_look(samples.back(), out);
  add_growth(samples, out);
  add_lowest_available(samples, out);
  out.add("memory.peak_bytes", peak, kSamples);
  const std::int64_t data =
      highest(samples, [](const Sample& sample) { return sample.data_vm_bytes; });
  if (data > 0) out.add("memory.data_peak_bytes", data, kSamples);
}

}  // namespace km::evidence
