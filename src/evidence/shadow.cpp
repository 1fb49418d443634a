// Finds the file of the user that hides a module of the same name: random.py beside the notebook.
#include "evidence/python_text.h"

#include <algorithm>
#include <array>

namespace km::evidence {
namespace {

// sys.stdlib_module_names of CPython 3.11 without the private ones; sorted.
constexpr auto kStandard = std::to_array<std::string_view>({"abc",          "aifc",
                                                            "argparse",     "array",
                                                            "ast",          "asynchat",
                                                            "asyncio",      "asyncore",
                                                            "atexit",       "audioop",
                                                            "base64",       "bdb",
                                                            "binascii",     "bisect",
                                                            "builtins",     "bz2",
                                                            "cProfile",     "calendar",
                                                            "cgi",          "cgitb",
                                                            "chunk",        "cmath",
                                                            "cmd",          "code",
                                                            "codecs",       "codeop",
                                                            "collections",  "colorsys",
                                                            "compileall",   "concurrent",
                                                            "configparser", "contextlib",
                                                            "contextvars",  "copy",
                                                            "copyreg",      "crypt",
                                                            "csv",          "ctypes",
                                                            "curses",       "dataclasses",
                                                            "datetime",     "dbm",
                                                            "decimal",      "difflib",
                                                            "dis",          "distutils",
                                                            "doctest",      "email",
                                                            "encodings",    "ensurepip",
                                                            "enum",         "errno",
                                                            "faulthandler", "fcntl",
                                                            "filecmp",      "fileinput",
                                                            "fnmatch",      "fractions",
                                                            "ftplib",       "functools",
                                                            "gc",           "genericpath",
                                                            "getopt",       "getpass",
                                                            "gettext",      "glob",
                                                            "graphlib",     "grp",
                                                            "gzip",         "hashlib",
                                                            "heapq",        "hmac",
                                                            "html",         "http",
                                                            "idlelib",      "imaplib",
                                                            "imghdr",       "imp",
                                                            "importlib",    "inspect",
                                                            "io",           "ipaddress",
                                                            "itertools",    "json",
                                                            "keyword",      "lib2to3",
                                                            "linecache",    "locale",
                                                            "logging",      "lzma",
                                                            "mailbox",      "mailcap",
                                                            "marshal",      "math",
                                                            "mimetypes",    "mmap",
                                                            "modulefinder", "multiprocessing",
                                                            "netrc",        "nis",
                                                            "nntplib",      "ntpath",
                                                            "nturl2path",   "numbers",
                                                            "opcode",       "operator",
                                                            "optparse",     "os",
                                                            "pathlib",      "pdb",
                                                            "pickle",       "pickletools",
                                                            "pipes",        "pkgutil",
                                                            "platform",     "plistlib",
                                                            "poplib",       "posix",
                                                            "posixpath",    "pprint",
                                                            "profile",      "pstats",
                                                            "pty",          "pwd",
                                                            "py_compile",   "pyclbr",
                                                            "pydoc",        "pydoc_data",
                                                            "pyexpat",      "queue",
                                                            "quopri",       "random",
                                                            "re",           "readline",
                                                            "reprlib",      "resource",
                                                            "rlcompleter",  "runpy",
                                                            "sched",        "secrets",
                                                            "select",       "selectors",
                                                            "shelve",       "shlex",
                                                            "shutil",       "signal",
                                                            "site",         "smtpd",
                                                            "smtplib",      "sndhdr",
                                                            "socket",       "socketserver",
                                                            "spwd",         "sqlite3",
                                                            "sre_compile",  "sre_constants",
                                                            "sre_parse",    "ssl",
                                                            "stat",         "statistics",
                                                            "string",       "stringprep",
                                                            "struct",       "subprocess",
                                                            "sunau",        "symtable",
                                                            "sys",          "sysconfig",
                                                            "syslog",       "tabnanny",
                                                            "tarfile",      "telnetlib",
                                                            "tempfile",     "termios",
                                                            "textwrap",     "threading",
                                                            "time",         "timeit",
                                                            "tkinter",      "token",
                                                            "tokenize",     "tomllib",
                                                            "trace",        "traceback",
                                                            "tracemalloc",  "tty",
                                                            "turtle",       "turtledemo",
                                                            "types",        "typing",
                                                            "unicodedata",  "unittest",
                                                            "urllib",       "uu",
                                                            "uuid",         "venv",
                                                            "warnings",     "wave",
                                                            "weakref",      "webbrowser",
                                                            "wsgiref",      "xdrlib",
                                                            "xml",          "xmlrpc",
                                                            "zipapp",       "zipfile",
                                                            "zipimport",    "zlib",
                                                            "zoneinfo"});

bool is_below(std::string_view file, std::string_view folder) {
  while (folder.size() > 1 && folder.back() == '/') folder.remove_suffix(1);
  return !folder.empty() && file.size() > folder.size() + 1 &&
         file.substr(0, folder.size()) == folder && file[folder.size()] == '/';
}

bool is_installed(std::string_view file) {
  return file.find("site-packages/") != std::string_view::npos ||
         file.find("dist-packages/") != std::string_view::npos ||
         file.find("/lib/python3") != std::string_view::npos;
}

// The text between the first `before` and the next `after`; empty where they are not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + before.size());
  const std::size_t end = text.find(after);
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end);
}

// The module that an exception finds to be another than expected.
std::string_view wrong_module(std::string_view text) {
  for (const auto& [before, after] : std::to_array<std::pair<std::string_view, std::string_view>>(
           {{"; '", "' is not a package"},
            {"partially initialized module '", "'"},
            {"module '", "' has no attribute"},
            {" from '", "'"}})) {
    if (const auto name = between(text, before, after); !name.empty()) return name;
  }
  return {};
}

bool may_hide(const Traceback& traceback) {
  static constexpr std::array<std::string_view, 4> kTypes{"ImportError", "ModuleNotFoundError",
                                                          "AttributeError", "TypeError"};
  return std::find(kTypes.begin(), kTypes.end(), traceback.error_type) != kTypes.end();
}

}  // namespace

bool is_standard_module(std::string_view name) {
  return std::binary_search(kStandard.begin(), kStandard.end(), name);
}

bool is_needed_at_kernel_start(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNeeded{"collections", "enum",  "operator", "pathlib",
                                                    "re",          "types", "warnings"};
  return std::find(kNeeded.begin(), kNeeded.end(), name) != kNeeded.end();
}

std::string shadowing_file(const Traceback& traceback, std::string_view folder,
                           const std::function<bool(const std::string&)>& exists) {
  if (!may_hide(traceback)) return {};
  const std::string_view text = traceback.error_text;
  // Python 3.13 and later finds it by itself.
  if (const auto file = between(text, "consider renaming '", "'"); !file.empty())
    return std::string(file);
  // "cannot import name 'Random' from 'random' (/home/me/random.py)"
  const std::string_view named = between(text, "' (", ")");
  if (is_below(named, folder) && !is_installed(named) &&
      is_standard_module(module_of(named, folder)))
    return std::string(named);
  for (const Frame& frame : traceback.frames) {
    if (is_below(frame.file, folder) && !is_installed(frame.file) &&
        is_standard_module(module_of(frame.file, folder)))
      return frame.file;
  }
  const std::string_view module = wrong_module(text);
  const std::string top(module.substr(0, module.find('.')));
  // A module of the user's own may well lack an attribute; "is not a package" is said where a
  // package was expected.
  const bool expected_another =
      is_standard_module(top) || text.find("is not a package") != std::string_view::npos;
  if (folder.empty() || top.empty() || top.find('/') != std::string::npos || !expected_another)
    return {};
  for (const std::string_view ending : {".py", "/__init__.py"}) {
    std::string file = std::string(folder) + "/" + top + std::string(ending);
    if (exists(file)) return file;
  }
  return {};
}

}  // namespace km::evidence
