#include "scan/identity.h"

#include "os/cpu.h"
#include "scan/tree.h"

#include <algorithm>
#include <fmt/core.h>
#include <string_view>
#include <system_error>

#include <sys/stat.h>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

// FNV-1a: short, stable from one start to the next, and nobody gains by a collision.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) byte(static_cast<unsigned char>(c));
    byte(0xff);  // "ab", "c" is not "a", "bc"
  }
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) byte(static_cast<unsigned char>(number >> (8 * i)));
  }
  void file(const fs::path& path) {
    add(path.string());
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return add(std::uint64_t{0});
    add(static_cast<std::uint64_t>(status.st_ino));
    add(static_cast<std::uint64_t>(status.st_size));
    std::error_code ignored;
    add(static_cast<std::uint64_t>(fs::last_write_time(path, ignored).time_since_epoch().count()));
  }
  std::uint64_t value() const { return value_; }

 private:
  void byte(unsigned char byte) {
    value_ ^= byte;
    value_ *= 0x100000001b3U;
  }
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

void add_tree(const fs::path& root, Digest& digest) {
  const Tree tree = walk(root);
  digest.add(root.string());
  std::uint64_t names = 0;  // a sum, since their order is nobody's
  for (const std::string& file : tree.files) {
    Digest name;
    name.add(file);
    names += name.value();
  }
  digest.add(names);
  for (const std::string& native : tree.natives) digest.file(root / native);
  std::vector<std::string> records;
  for (const std::string& file : tree.files) {
    if (file.ends_with(".dist-info/RECORD") || file.ends_with(".dist-info/METADATA"))
      records.push_back(file);
  }
  std::sort(records.begin(), records.end());
  for (const std::string& record : records) digest.file(root / record);
}

void add_names(const fs::path& folder, Digest& digest) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    // What could hide a module; notebooks come and go.
    std::error_code gone;
    if (entry->path().extension() == ".py" || entry->is_directory(gone))
      names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) digest.add(name);
}

}  // namespace

std::string identity_of(const Environment& environment, const Surroundings& around,
                        const std::vector<std::string>& wrap) {
  Digest digest;
  digest.add(KM_VERSION);
  digest.file(environment.interpreter);
  for (const fs::path& folder : environment.site_packages) add_tree(folder, digest);
  digest.add(around.working_folder.string());
  add_names(around.working_folder, digest);
  for (const fs::path& path : around.kernel_paths) digest.file(path / "kernels");
  digest.add(around.kernel);
  for (const char* name : {"PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"})
    digest.add(around.variable(name).value_or(""));
  for (const std::string& feature : os::this_cpu().features) digest.add(feature);
  for (const std::string& word : wrap) digest.add(word);
  return fmt::format("{:016x}", digest.value());
}

}  // namespace km::scan
