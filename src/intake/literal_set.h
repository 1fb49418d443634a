// Finds many short texts in a long one at several bytes per cycle: most of a log matters to no
// pattern, and this says so without looking at every byte of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace km::intake {

// Every occurrence of a text of `m` bytes holds four bytes that begin at a multiple of m - 3. Only
// at these places four bytes are folded to lower case, hashed, and looked up in a table that fits
// the nearest cache; what is in the table is compared in full.
class LiteralSet {
 public:
  // Shorter literals would have to be looked for at every byte.
  static constexpr std::size_t kShortest = 6;

  // Literals are lower case ASCII of kShortest or more bytes; `sample` is text as it will be
  // searched: of long literals those parts are looked for that are rare in it.
  LiteralSet(std::vector<std::string> literals, std::string_view sample);

  // The first place at or behind `from` where literals were found, whatever their case; their
  // indices are appended to `found`. Going on behind that place finds the next. npos: none.
  struct Place {
    std::size_t at = std::string_view::npos;    // a byte of the literal
    std::size_t next = std::string_view::npos;  // where to go on
  };
  Place find(std::string_view text, std::size_t from, std::vector<int>& found) const;

 private:
  struct Part {
    std::uint32_t bytes = 0;   // four of the literal
    std::uint32_t offset = 0;  // where they stand in it
    int literal = 0;
  };
  bool compare(std::string_view text, std::size_t at, std::vector<int>& found) const;

  std::vector<std::string> literals_;
  std::size_t step_ = 1;
  std::vector<std::uint8_t> maybe_;        // per hash: some part has it
  std::vector<Part> parts_;                // in the order of their buckets
  std::vector<std::uint32_t> bucket_end_;  // bucket b is parts_[bucket_end_[b] .. bucket_end_[b+1])
};

}  // namespace km::intake
