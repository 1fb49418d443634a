// Makes an Excerpt of a text of any size: whole where it is small, else what matters of it.
#pragma once

#include "intake/decoder.h"
#include "intake/excerpt.h"
#include "intake/line_scan.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace km::intake {

// Up to here every line is kept; the patterns are then not needed.
inline constexpr std::size_t kSmallBytes = std::size_t{1} << 20U;
// Of larger texts the first and the last lines are kept, and those around hits (blocks.h).
inline constexpr std::int64_t kHeadLines = 200;
inline constexpr std::int64_t kTailLines = 2000;

// `text` is UTF-8 or Windows-1252, with any line ends. The excerpt's name is left empty.
Excerpt excerpt_of(std::unique_ptr<ByteSource> text, const LinePatterns& patterns);

}  // namespace km::intake
