// Opens, unpacks, recognises, and keeps the whole or an excerpt.
#include "intake/take_in.h"

#include "intake/decoder_line.h"
#include "intake/make_excerpt.h"
#include "os/handle.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>

#include <sys/stat.h>

namespace km::intake {
namespace {

constexpr int kStandardInput = 0;
// No line of a traceback is longer, most pictures are.
constexpr std::size_t kNotebookString = std::size_t{16} * 1024;

// Reads a descriptor up to the size that the file had: one that is written to might have no end.
class FileSource : public ByteSource {
 public:
  FileSource(os::Fd owned, int fd, std::int64_t total,
             const std::function<void(std::int64_t, std::int64_t)>& progress,
             std::vector<std::string>& notes)
      : owned_(std::move(owned)), fd_(fd), total_(total), progress_(progress), notes_(notes) {}

  std::size_t read(char* into, std::size_t size) override {
    if (total_ >= 0)
      size = static_cast<std::size_t>(
          std::min<std::int64_t>(static_cast<std::int64_t>(size), total_ - done_));
    if (size == 0) return 0;
    while (true) {
      const auto got = ::read(fd_, into, size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        notes_.push_back("it could not be read to its end: " +
                         std::generic_category().message(errno));
        return 0;
      }
      advance(got);
      return static_cast<std::size_t>(got);
    }
  }

 private:
  void advance(std::int64_t bytes) {
    constexpr std::int64_t kOften = std::int64_t{16} << 20;
    if (progress_ && (done_ + bytes) / kOften > done_ / kOften) progress_(done_ + bytes, total_);
    done_ += bytes;
  }

  os::Fd owned_;  // none for standard input
  int fd_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  std::vector<std::string>& notes_;
};

bool needs_whole(Intake::Kind kind) {
  return kind == Intake::Kind::json || kind == Intake::Kind::apple_report ||
         kind == Intake::Kind::notebook || kind == Intake::Kind::casefile;
}

void read_text(Decoded decoded, const LinePatterns& patterns, Intake& intake) {
  if (needs_whole(intake.kind)) {
    if (intake.kind == Intake::Kind::notebook)
      decoded.bytes = with_short_strings(std::move(decoded.bytes), kNotebookString);
    std::string whole = read_up_to(*decoded.bytes, kWholeBytes + 1);
    if (whole.size() <= kWholeBytes) {
      intake.whole = as_utf8(std::move(whole));
      intake.excerpt = excerpt_of(std::make_unique<MemorySource>(intake.whole), patterns);
      return;
    }
    intake.notes.push_back("it is larger than the " + std::to_string(kWholeBytes >> 20U) +
                           " MiB that such a document may have, so only its lines were searched");
    decoded.bytes = std::make_unique<ReplayedSource>(std::move(whole), std::move(decoded.bytes));
  }
  intake.excerpt = excerpt_of(std::move(decoded.bytes), patterns);
}

std::string base_name(const std::string& path) {
  // "/dev/fd/63" says more than "63".
  if (path.starts_with("/dev/")) return path;
  return std::filesystem::path(path).filename().string();
}

// `open(notes)` gives the source, whose troubles go to the notes of the result.
template <class Open>
Intake take(Open open, std::string name, const LinePatterns& patterns) {
  Intake intake;
  intake.name = std::move(name);
  Decoded decoded = intake::decoded(open(intake.notes), intake.notes);
  intake.kind = kind_of(decoded.head);
  if (intake.kind == Intake::Kind::core_file && decoded.unpacked) {
    intake.kind = Intake::Kind::binary;
    intake.notes.emplace_back(
        "it is a packed core file; unpack it first: gzip -dk FILE, or zstd -dk FILE");
  } else if (intake.kind == Intake::Kind::text || needs_whole(intake.kind)) {
    read_text(std::move(decoded), patterns, intake);
  }
  intake.excerpt.name = intake.name;
  return intake;
}

}  // namespace

Intake take_in(std::unique_ptr<ByteSource> bytes, std::string name, const LinePatterns& patterns) {
  return take([&](std::vector<std::string>&) { return std::move(bytes); }, std::move(name),
              patterns);
}

Result<Intake> take_in(const std::string& path, const IntakeOptions& options, std::string name) {
  const std::string context = "cannot read " + path;
  os::Fd owned;
  int fd = kStandardInput;
  if (path != "-") {
    owned = os::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!owned && errno == EACCES)
      return fail(context + ": you may not read it; as one who may, type: sudo cat " + path +
                  " | kernelmedic explain -");
    if (!owned) return fail_errno(context);
    fd = owned.get();
  }
  struct stat info {};
  if (::fstat(fd, &info) != 0) return fail_errno(context);
  if (S_ISDIR(info.st_mode)) return fail_errno(context, EISDIR);
  // Files of /proc and /sys tell a size of 0 or of one page, whatever they hold.
  const bool sized = S_ISREG(info.st_mode) && info.st_size > 0 && info.st_blocks > 0 && path != "-";
  const std::int64_t total = sized ? info.st_size : -1;
  return take(
      [&](std::vector<std::string>& notes) {
        return std::make_unique<FileSource>(std::move(owned), fd, total, options.progress, notes);
      },
      name.empty() ? base_name(path) : std::move(name), options.patterns);
}

std::vector<std::string> shown_names(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  names.reserve(paths.size());
  for (const std::string& path : paths) names.push_back(base_name(path));
  std::vector<std::string> shown = names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::count(names.begin(), names.end(), names[i]) > 1) shown[i] = paths[i];
  }
  return shown;
}

}  // namespace km::intake
