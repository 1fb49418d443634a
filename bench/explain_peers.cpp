// What explain_speed.py compares with, on the same patterns and the same log: RE2::Set line by
// line, and Hyperscan (where it is installed) over pieces of whole lines.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <re2/re2.h>
#include <re2/set.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>
#ifdef KM_HYPERSCAN
#include <hs/hs.h>
#endif

namespace {

std::vector<std::string> lines_of(const char* path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Calls use(text) for pieces of whole lines.
template <class Use>
void pieces(const char* path, Use use) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::string buffer(2 * kPiece, '\0');
  const int fd = ::open(path, O_RDONLY);
  std::size_t have = 0;
  while (true) {
    const auto got = ::read(fd, buffer.data() + have, kPiece);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
    const std::size_t end = std::string_view(buffer.data(), have).rfind('\n') + 1;
    use(std::string_view(buffer.data(), end));
    std::memmove(buffer.data(), buffer.data() + end, have - end);
    have -= end;
  }
  use(std::string_view(buffer.data(), have));
  ::close(fd);
}

long with_re2_set(const std::vector<std::string>& patterns, const char* log) {
  RE2::Options options;
  options.set_max_mem(std::int64_t{256} << 20U);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const std::string& pattern : patterns) set.Add(pattern, nullptr);
  set.Compile();
  long matching = 0;
  pieces(log, [&](std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      matching += set.Match(re2::StringPiece(line.data(), line.size()), nullptr) ? 1 : 0;
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  });
  return matching;
}

long with_hyperscan(const std::vector<std::string>& patterns, const char* log) {
#ifdef KM_HYPERSCAN
  std::vector<const char*> texts;
  for (const std::string& pattern : patterns) texts.push_back(pattern.c_str());
  const std::vector<unsigned> flags(texts.size(), HS_FLAG_MULTILINE);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), nullptr, static_cast<unsigned>(texts.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    std::fprintf(stderr, "%s\n", error->message);
    return -1;
  }
  hs_scratch_t* scratch = nullptr;
  hs_alloc_scratch(database, &scratch);
  long matches = 0;
  pieces(log, [&](std::string_view text) {
    hs_scan(
        database, text.data(), static_cast<unsigned>(text.size()), 0, scratch,
        [](unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
          ++*static_cast<long*>(count);
          return 0;
        },
        &matches);
  });
  return matches;
#else
  static_cast<void>(patterns);
  static_cast<void>(log);
  return -1;
#endif
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::vector<std::string> patterns = lines_of(argv[2]);
  const long found = std::string_view(argv[1]) == "re2-set" ? with_re2_set(patterns, argv[3])
                                                            : with_hyperscan(patterns, argv[3]);
  std::printf("%ld\n", found);
  return found < 0 ? 1 : 0;
}
