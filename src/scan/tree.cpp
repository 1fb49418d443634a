#include "scan/tree.h"

#include "os/handle.h"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <memory>

#include <sys/stat.h>

namespace km::scan {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

bool is_folder(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status {};
  return ::fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

class Walker {
 public:
  explicit Walker(Tree& tree) : tree_(tree) {}

  void below(int parent, const char* name, int depth) {
    if (depth > kDeepest || tree_.cut) return;
    os::Fd fd(
        ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW * (depth > 0)));
    if (!fd) {
      ++tree_.unread_folders;
      return;
    }
    const Folder folder(::fdopendir(fd.get()));
    if (!folder) return;
    const int here = fd.release();  // closed by closedir()
    const std::size_t length = path_.size();
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string_view child = entry->d_name;
      if (child == "." || child == ".." || child == "__pycache__") continue;
      path_ += child;
      if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) tree_.links = true;
      if (is_folder(here, *entry)) {
        path_ += '/';
        below(here, entry->d_name, depth + 1);
      } else {
        take(child);
      }
      path_.resize(length);
      if (tree_.cut) return;
    }
  }

 private:
  void take(std::string_view name) {
    if (tree_.files.size() >= kMostFiles) {
      tree_.cut = true;
      return;
    }
    if (has_native_name(name)) tree_.natives.push_back(path_);
    tree_.files.insert(path_);
  }

  Tree& tree_;
  std::string path_;
};

}  // namespace

bool has_native_name(std::string_view name) {
  if (name.ends_with(".so") || name.ends_with(".dylib")) return true;
  const std::size_t at = name.rfind(".so.");
  if (at == std::string_view::npos || at + 4 == name.size()) return false;
  return name.find_first_not_of("0123456789.", at + 4) == std::string_view::npos;
}

Tree walk(const std::filesystem::path& root) {
  Tree tree;
  tree.root = root;
  constexpr std::size_t kUsual = 20'000;
  tree.files.reserve(kUsual);
  Walker(tree).below(AT_FDCWD, root.c_str(), 0);
  std::sort(tree.natives.begin(), tree.natives.end());
  return tree;
}

}  // namespace km::scan
