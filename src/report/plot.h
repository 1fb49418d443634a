// The memory plot: how use grew towards the limit, and in which cell.
#pragma once

#include "casefile/casefile.h"
#include "report/html.h"

#include <cstddef>
#include <string>
#include <vector>

namespace km::report {

// The plot as an <svg> element. Its colours stand as attributes, legible on light and dark grounds,
// so that it works alone as an image; its classes (km-axis, km-line, km-area, km-limit, km-cell,
// km-end) let a page's style sheet replace them. Empty where there are fewer than two points.
html::Node memory_plot(const casefile::Memory& memory, int width, int height);

// The plot in a sentence: for those who cannot see it, and for terminals.
std::string memory_sentence(const casefile::Memory& memory);

// The plot as one line of bars, for terminals; empty where there are fewer than two points.
std::string memory_sparkline(const casefile::Memory& memory, std::size_t width);

// Round values from 0 to at most `top`, about `wanted` of them: bytes in steps of a power of two of
// a binary unit, seconds in steps that clocks have.
std::vector<double> byte_ticks(double top, int wanted);
std::vector<double> second_ticks(double from, double to, int wanted);

}  // namespace km::report
