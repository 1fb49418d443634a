// What is kept of a large text while it streams past: blocks of lines around hits, bounded.
#pragma once

#include "intake/excerpt.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace km::intake {

// The first and the last hits of each pattern stay, with lines around them: a report or a traceback
// follows its first line.
inline constexpr std::size_t kFirstHits = 5;
inline constexpr std::size_t kLastHits = 5;
inline constexpr std::int64_t kLinesBefore = 5;
inline constexpr std::int64_t kLinesAfter = 60;

class Blocks {
 public:
  explicit Blocks(std::size_t patterns) : hits_(patterns) {}

  // How many more lines the block at hand takes; 0: none is open.
  std::int64_t wanted() const { return wanted_; }
  void close() { wanted_ = 0; }
  // Begins a block with this line.
  void begin(std::int64_t number);
  // The block stays, for the sake of the text's beginning, and takes so many lines.
  void pin(std::int64_t lines);
  // The next line that is added matches these patterns.
  void hit(const std::vector<int>& patterns);
  // The next line of the block; of a long one the part around the byte `at`.
  void add(std::string_view line, std::size_t at = std::string_view::npos);
  // Whether lines around hits can still be afforded.
  bool roomy() const;

  // The lines of all blocks that stayed, clean, in their order. Leaves nothing behind.
  std::vector<ExcerptLine> take();

 private:
  // Lines that follow each other, as they came: cleaning is for those that stay.
  struct Block {
    std::int64_t first = 0;   // number of the first line
    std::int64_t serial = 0;  // of the block
    bool pinned = false;
    std::string raw;  // each line with a newline
  };
  // Owned by every pattern that has a hit in it, and by `pinned_` and `open_`.
  using Shared = std::shared_ptr<Block>;
  struct Hits {
    std::size_t first = 0;  // how many are pinned
    std::deque<Shared> last;
  };
  void remember(Hits& hits);

  std::vector<Hits> hits_;  // per pattern
  std::vector<Shared> pinned_;
  Shared open_;
  std::int64_t wanted_ = 0;
  std::int64_t begun_ = 0;
  std::size_t bytes_ = 0;  // of all blocks
};

}  // namespace km::intake
