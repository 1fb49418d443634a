// Sampled four-byte parts, one bit table, then a full comparison.
#include "intake/literal_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

namespace km::intake {
namespace {

constexpr std::size_t kPart = 4;
constexpr unsigned kHashBits = 16;
constexpr unsigned kBucketBits = 12;
constexpr std::uint32_t kFold = 0x20202020;

std::uint32_t part_at(const char* text) {
  std::uint32_t part = 0;
  std::memcpy(&part, text, kPart);
  return part | kFold;
}

std::uint32_t hash_of(std::uint32_t part) { return (part * 0x9E3779B1U) >> (32 - kHashBits); }

std::uint32_t bucket_of(std::uint32_t part) { return hash_of(part) >> (kHashBits - kBucketBits); }

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte; }

// How often the parts of a text occur in it, by hash.
std::vector<std::uint32_t> frequencies(std::string_view sample) {
  std::vector<std::uint32_t> count(std::size_t{1} << kHashBits);
  for (std::size_t i = 0; i + kPart <= sample.size(); ++i) ++count[hash_of(part_at(&sample[i]))];
  return count;
}

// Where in the literal the window of `step` successive parts begins that costs the fewest looks.
std::size_t rarest_window(std::string_view literal, std::size_t step,
                          const std::vector<std::uint32_t>& count) {
  std::size_t best = 0;
  std::uint64_t best_cost = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t begin = 0; begin + step + kPart - 1 <= literal.size(); ++begin) {
    std::uint64_t cost = 0;
    for (std::size_t i = 0; i < step; ++i) cost += count[hash_of(part_at(&literal[begin + i]))];
    if (cost < best_cost) {
      best_cost = cost;
      best = begin;
    }
  }
  return best;
}

}  // namespace

LiteralSet::LiteralSet(std::vector<std::string> literals, std::string_view sample)
    : literals_(std::move(literals)),
      maybe_(std::size_t{1} << kHashBits),
      bucket_end_((std::size_t{1} << kBucketBits) + 1) {
  // More than this gains nothing: reading and counting lines cost as much by then.
  std::size_t shortest = 12;
  for (const std::string& literal : literals_) shortest = std::min(shortest, literal.size());
  if (shortest < kPart) return;  // finds nothing, as promised for none of the literals
  step_ = shortest - kPart + 1;
  const std::vector<std::uint32_t> count = frequencies(sample);
  for (std::size_t i = 0; i < literals_.size(); ++i) {
    const std::size_t begin = rarest_window(literals_[i], step_, count);
    for (std::size_t offset = begin; offset < begin + step_; ++offset) {
      const std::uint32_t part = part_at(&literals_[i][offset]);
      parts_.push_back({part, static_cast<std::uint32_t>(offset), static_cast<int>(i)});
      maybe_[hash_of(part)] = 1;
    }
  }
  std::sort(parts_.begin(), parts_.end(),
            [](const Part& a, const Part& b) { return bucket_of(a.bytes) < bucket_of(b.bytes); });
  for (const Part& part : parts_) ++bucket_end_[bucket_of(part.bytes) + 1];
  for (std::size_t b = 1; b < bucket_end_.size(); ++b) bucket_end_[b] += bucket_end_[b - 1];
}

bool LiteralSet::compare(std::string_view text, std::size_t at, std::vector<int>& found) const {
  const std::uint32_t part = part_at(&text[at]);
  const std::uint32_t bucket = bucket_of(part);
  bool any = false;
  for (std::uint32_t i = bucket_end_[bucket]; i < bucket_end_[bucket + 1]; ++i) {
    const std::string& literal = literals_[static_cast<std::size_t>(parts_[i].literal)];
    if (parts_[i].bytes != part || parts_[i].offset > at) continue;
    const std::size_t begin = at - parts_[i].offset;
    if (text.size() - begin < literal.size()) continue;
    if (!std::equal(literal.begin(), literal.end(), &text[begin],
                    [](char want, char have) { return want == lower(have); })) {
      continue;
    }
    found.push_back(parts_[i].literal);
    any = true;
  }
  return any;
}

LiteralSet::Place LiteralSet::find(std::string_view text, std::size_t from,
                                   std::vector<int>& found) const {
  if (parts_.empty() || text.size() < kPart) return {};
  const std::uint8_t* const maybe = maybe_.data();
  constexpr std::size_t kTogether = 8;  // looks per branch
  const std::size_t step = step_;
  const std::size_t last = text.size() - kPart;
  std::size_t at = from;
  while (at <= last) {
    // Most of any text is passed here.
    if (last - at >= kTogether * step) {
      const char* look = &text[at];
      std::uint8_t any = 0;
      for (std::size_t i = 0; i < kTogether; ++i, look += step)
        any |= maybe[hash_of(part_at(look))];
      if (any == 0) {
        at += kTogether * step;
        continue;
      }
    }
    while (at <= last && maybe[hash_of(part_at(&text[at]))] == 0) at += step;
    if (at > last) break;
    if (compare(text, at, found)) return {at, at + step};
    at += step;
  }
  return {};
}

}  // namespace km::intake
