// Blocks of the first hits are pinned, those of the last hits go as newer ones come.
#include "intake/blocks.h"

#include "intake/clean_line.h"
#include "intake/decoder_line.h"

#include <algorithm>

namespace km::intake {
namespace {

// Of one block: sixty lines of a thousand bytes.
constexpr std::size_t kBlockBytes = std::size_t{64} * 1024;
// Of all: behind it only the hits themselves are kept. Clean lines take up to twice as much, and
// the program must stay within 64 MiB.
constexpr std::size_t kAllBytes = std::size_t{8} << 20U;

}  // namespace

bool Blocks::roomy() const { return bytes_ < kAllBytes; }

void Blocks::begin(std::int64_t number) {
  open_ = std::make_shared<Block>();
  open_->first = number;
  open_->serial = ++begun_;
}

void Blocks::pin(std::int64_t lines) {
  if (!open_->pinned) pinned_.push_back(open_);
  open_->pinned = true;
  wanted_ = std::max(wanted_, lines);
}

void Blocks::hit(const std::vector<int>& patterns) {
  const std::int64_t lines = roomy() ? 1 + kLinesAfter : 1;
  for (const int pattern : patterns) {
    Hits& hits = hits_[static_cast<std::size_t>(pattern)];
    if (hits.first < kFirstHits) {
      ++hits.first;
      pin(lines);
    } else {
      remember(hits);
    }
  }
  // A hit of something frequent does not lengthen a block that would have ended: in a text that is
  // full of it there would be no end.
  if (wanted_ == 0) wanted_ = lines;
}

void Blocks::remember(Hits& hits) {
  if (!hits.last.empty() && hits.last.back() == open_) return;
  hits.last.push_back(open_);
  if (hits.last.size() <= kLastHits) return;
  const Shared& oldest = hits.last.front();
  if (oldest.use_count() == 1) bytes_ -= oldest->raw.size();
  hits.last.pop_front();
}

void Blocks::add(std::string_view line, std::size_t at) {
  const std::size_t before = open_->raw.size();
  if (line.size() <= kLineBytes) {
    open_->raw += line;
  } else {
    open_->raw += part_around(line, at);
  }
  open_->raw += '\n';
  bytes_ += open_->raw.size() - before;
  wanted_ = open_->raw.size() < kBlockBytes ? std::max<std::int64_t>(wanted_ - 1, 0) : 0;
}

std::vector<ExcerptLine> Blocks::take() {
  open_.reset();
  wanted_ = 0;
  std::vector<Shared> all = std::move(pinned_);
  for (Hits& hits : hits_) all.insert(all.end(), hits.last.begin(), hits.last.end());
  hits_.clear();
  std::sort(all.begin(), all.end(),
            [](const Shared& a, const Shared& b) { return a->serial < b->serial; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::vector<ExcerptLine> lines;
  for (Shared& block : all) {
    std::int64_t number = block->first;
    each_line(block->raw, [&](std::string_view line) {
      lines.push_back({number++, line_text(line)});
    });
    block.reset();
  }
  return lines;
}

}  // namespace km::intake
