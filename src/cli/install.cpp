// `kernelmedic install` and `uninstall`: supervised kernelspecs beside, or in the place of, others.
#include "cli/command.h"
#include "cli/kernel_defaults.h"
#include "cli/kernel_folders.h"
#include "jupyter/kernelspec.h"
#include "jupyter/wrapping.h"
#include "os/file.h"
#include "os/self.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace km::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLargestSpec = 1 << 20;

struct InstallOptions {
  std::string kernel;
  bool all = false;
  std::string name;
  bool replace = false;
  KernelPlace place;
  bool quiet = false;
};

// Readable for those who may read what is already there: an image's kernels are everybody's.
Result<> write_public(const fs::path& file, std::string_view text, mode_t mode) {
  KM_TRY(os::write_file(file, text));
  if (::chmod(file.c_str(), mode) != 0)
    return fail_errno("cannot set the mode of " + file.string());
  return {};
}

void copy_pictures(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (fs::directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    const auto name = entry->path().filename();
    const bool ours = name == jupyter::kShimName || name == jupyter::kOriginalName;
    if (ours || name == "kernel.json" || !entry->is_regular_file(ignored)) continue;
    fs::copy_file(entry->path(), to / name, fs::copy_options::overwrite_existing, ignored);
  }
}

class Installer {
 public:
  explicit Installer(const InstallOptions& options) : options_(options) {}

  int run() {
    const auto paths = jupyter::data_paths();
    std::vector<std::string> names;
    if (options_.all) {
      for (const auto& [name, folder] : jupyter::list_kernelspecs(paths)) {
        if (!is_ours(folder)) names.push_back(name);
      }
      if (names.empty()) return refuse({"there is no kernel to supervise", {}}, kHowToGetOne);
    } else {
      names.push_back(options_.kernel.empty() ? "python3" : options_.kernel);
    }
    for (const std::string& name : names) {
      auto spec = jupyter::find_kernelspec(name, paths);
      if (!spec) return refuse(spec.error(), kHowToGetOne);
      if (const auto done = install(*spec); !done)
        return refuse(done.error(), "kernelmedic install --help");
    }
    if (!options_.quiet && ::isatty(STDOUT_FILENO) == 1)
      fmt::print("Undo: kernelmedic uninstall\n");
    return kOk;
  }

 private:
  static constexpr const char* kHowToGetOne = "python3 -m pip install ipykernel";

  static bool is_ours(const fs::path& folder) {
    const auto text = os::read_file(folder / "kernel.json", kLargestSpec);
    return text && !jupyter::wrapping_of(*text).is_null();
  }

  // What is wrapped: of a spec that was replaced before, what it was.
  static Result<std::string> original_text(const fs::path& folder) {
    KM_ASSIGN(std::string text, os::read_file(folder / "kernel.json", kLargestSpec));
    if (jupyter::wrapping_of(text).is_null()) return text;
    return os::read_file(folder / jupyter::kOriginalName, kLargestSpec);
  }

  Result<> install(const jupyter::KernelSpec& spec) {
    const std::string new_name = options_.replace        ? spec.name
                                 : options_.name.empty() ? spec.name + "-medic"
                                                         : options_.name;
    KM_ASSIGN(const fs::path folder, place_of(options_.place, spec.folder, new_name));
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail(fmt::format("cannot make {}: {}", folder.string(), error.message()));
    const bool in_place = fs::equivalent(folder, spec.folder, error);
    auto original = original_text(spec.folder);
    if (!original) {
      return tl::make_unexpected(
          Error{fmt::format("{} is a supervised twin; name the kernel behind it", spec.name), {}});
    }
    const fs::path file = folder / "kernel.json";
    const fs::path shim = folder / jupyter::kShimName;
    // Somebody else's spec of that name is not ours to change.
    auto there = os::read_file(file, kLargestSpec);
    const bool ours = there && !jupyter::wrapping_of(*there).is_null();
    const auto old_script = os::read_file(shim, kLargestSpec);
    if (ours && (!old_script || jupyter::digest_in(*old_script) != jupyter::digest_of(*there)))
      return fail(fmt::format("{} was changed since kernelmedic wrote it, and is left as it is",
                              file.string()));
    if (there && !in_place && !ours)
      return fail(
          fmt::format("{} is there already and not ours; choose another --name", file.string()));

    jupyter::Wrapping wrapping;
    wrapping.name = spec.name;
    wrapping.from = spec.folder / "kernel.json";
    wrapping.shim = shim;
    auto before = jupyter::parse_kernelspec(*original, spec.folder);
    if (!before) return tl::make_unexpected(std::move(before).error());
    wrapping.python = interpreter_of(*before);
    wrapping.display_name =
        options_.replace ? before->display_name : jupyter::medic_name(before->display_name);
    wrapping.curve = zmq_knows_curve();
    wrapping.version = KM_VERSION;
    if (!options_.place.prefix.empty()) {
      const fs::path defaults = defaults_file(fs::absolute(options_.place.prefix, error));
      KM_TRY(write_defaults(defaults));
      wrapping.options = {"--defaults", defaults.string()};
    }
    KM_ASSIGN(const std::string text, jupyter::wrapped_spec(*original, wrapping));
    const std::string script = jupyter::shim_text(own_program(), jupyter::digest_of(text));
    const bool same = there && *there == text && old_script && *old_script == script;
    if (!same) {
      constexpr mode_t kProgram = 0755;
      constexpr mode_t kFile = 0644;
      if (in_place) {
        // Byte for byte, for uninstall; before anything is changed.
        KM_TRY(write_public(folder / jupyter::kOriginalName, *original, kFile));
      } else {
        copy_pictures(spec.folder, folder);
      }
      KM_TRY(write_public(shim, script, kProgram));
      KM_TRY(write_public(file, text, kFile));
    }
    tell(new_name, folder, wrapping, same);
    return {};
  }

  void tell(const std::string& name, const fs::path& folder, const jupyter::Wrapping& wrapping,
            bool same) const {
    if (!options_.quiet) {
      fmt::print("{} {}: \"{}\" ({})\n", name,
                 same               ? "is supervised already"
                 : options_.replace ? "is supervised now"
                                    : "was added",
                 wrapping.display_name, folder.string());
    }
    tell_shadow(name, folder);
  }

  const InstallOptions& options_;
};

// --- uninstall

struct UninstallOptions {
  std::string kernel;
  KernelPlace place;
  bool quiet = false;
};

class Uninstaller {
 public:
  explicit Uninstaller(const UninstallOptions& options) : options_(options) {}

  int run() {
    std::vector<fs::path> roots;
    if (const auto root = chosen_root(options_.place)) {
      roots.push_back(*root);
    } else {
      roots = jupyter::data_paths();
    }
    for (const fs::path& root : roots) {
      std::error_code error;
      std::vector<fs::path> folders;
      for (fs::directory_iterator entry(root / "kernels", error), end; !error && entry != end;
           entry.increment(error))
        folders.push_back(entry->path());
      for (const fs::path& folder : folders) undo(folder);
    }
    std::error_code error;
    if (!options_.place.prefix.empty() && undone_ > 0)
      remove_defaults(fs::absolute(options_.place.prefix, error));
    if (undone_ == 0 && failed_ == 0) {
      return refuse({options_.kernel.empty()
                         ? "no kernel here is supervised"
                         : "the kernel " + options_.kernel + " is not supervised",
                     {}});
    }
    return failed_ == 0 ? kOk : kUsage;
  }

 private:
  void undo(const fs::path& folder) {
    const fs::path shim = folder / jupyter::kShimName;
    const auto script = os::read_file(shim, kLargestSpec);
    const std::string digest = script ? jupyter::digest_in(*script) : std::string();
    if (digest.empty()) return;
    const auto text = os::read_file(folder / "kernel.json", kLargestSpec);
    const auto ours = text ? jupyter::wrapping_of(*text) : jupyter::Json();
    const std::string name = folder.filename().string();
    if (!options_.kernel.empty() && options_.kernel != name &&
        options_.kernel != jupyter::text_member(ours, "kernel"))
      return;
    std::error_code error;
    const bool replaced = fs::exists(folder / jupyter::kOriginalName, error);
    const bool untouched = text && jupyter::digest_of(*text) == digest;
    if (text && !untouched && !ours.is_null()) {
      fmt::print(stderr,
                 "kernelmedic: {} was changed since and is left as it is; its former argv is under "
                 "metadata.kernelmedic\n",
                 (folder / "kernel.json").string());
      ++failed_;
      return;
    }
    const bool theirs = text && !untouched;  // somebody has written another spec over ours
    if (!replaced && !theirs) {
      fs::remove_all(folder, error);
    } else {
      if (replaced && theirs) fs::remove(folder / jupyter::kOriginalName, error);
      if (replaced && !theirs)
        fs::rename(folder / jupyter::kOriginalName, folder / "kernel.json", error);
      if (!error) fs::remove(shim, error);
    }
    if (error) {
      fmt::print(stderr, "kernelmedic: cannot undo {}: {}\n", folder.string(), error.message());
      ++failed_;
      return;
    }
    ++undone_;
    if (options_.quiet) return;
    if (theirs) {
      fmt::print("{}: kernel.json was written anew since and is kept\n", name);
    } else {
      fmt::print("{} {}\n", name, replaced ? "is as it was" : "was removed");
    }
  }

  const UninstallOptions& options_;
  int undone_ = 0;
  int failed_ = 0;
};

void add_place(CLI::App& command, KernelPlace& place) {
  auto* where = command.add_option_group("where");
  where->add_flag("--user", place.user, "Your own folder of kernels");
  where->add_flag("--sys-prefix", place.sys_prefix, "The active environment's");
  where->add_option("--prefix", place.prefix,
                    "That of an image or an installation: P/share/jupyter");
  where->require_option(0, 1);
}

}  // namespace

void add_install(CLI::App& app, Outcome& outcome) {
  auto options = std::make_shared<InstallOptions>();
  auto* command = app.add_subcommand(
      "install", "Supervise a Jupyter kernel: a twin beside it, or itself with --replace");
  auto* kernel =
      command->add_option("--kernel", options->kernel, "Kernel to supervise; default: python3");
  command->add_flag("--all", options->all, "Every kernel there is")->excludes(kernel);
  auto* name =
      command->add_option("--name", options->name, "Name of the twin; default: NAME-medic");
  command
      ->add_flag("--replace", options->replace, "Change the kernel itself; uninstall restores it")
      ->excludes(name);
  add_place(*command, options->place);
  command->add_flag("-q,--quiet", options->quiet, "Say only what went wrong");
  command->footer(
      "Example:\n"
      "  kernelmedic install                  adds \"Python 3 (medic)\" beside python3\n"
      "  kernelmedic install --all --replace  supervises every kernel under its own name\n"
      "Exit: 0, or 2 where it could not be done");
  command->callback([options, &outcome] {
    outcome.code = options->all && !options->name.empty()
                       ? refuse({"--name is for one kernel, not for --all", {}})
                       : Installer(*options).run();
  });
}

void add_uninstall(CLI::App& app, Outcome& outcome) {
  auto options = std::make_shared<UninstallOptions>();
  auto* command =
      app.add_subcommand("uninstall", "Undo install: remove twins, restore replaced kernels");
  command->add_option("--kernel", options->kernel,
                      "Only this kernel (or its twin); default: all that install has written");
  command->add_flag_callback(
      "--all", [] {}, "All of them, which is the default");
  add_place(*command, options->place);
  command->add_flag("-q,--quiet", options->quiet, "Say only what went wrong");
  command->footer(
      "Example:\n"
      "  kernelmedic uninstall --kernel python3\n"
      "Exit: 0, or 2 where nothing was installed or something could not be undone");
  command->callback([options, &outcome] { outcome.code = Uninstaller(*options).run(); });
}

}  // namespace km::cli
