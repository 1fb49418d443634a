# Run by km_embed at build time: writes the header and the source that hold the files' bytes.
string(REPLACE "|" ";" files "${FILES}")
set(guard "#pragma once\n#include <span>\n#include <string_view>\n")
set(type "#ifndef KM_EMBEDDED_FILE\n#define KM_EMBEDDED_FILE\nnamespace km::embedded {\nstruct EmbeddedFile {\n  std::string_view path;  // below the source folder\n  std::string_view text;\n};\n}  // namespace km::embedded\n#endif\n")
file(WRITE "${HEADER}" "${guard}${type}namespace km::embedded {\nstd::span<const EmbeddedFile> ${NAME}();\n}\n")
set(arrays "")
set(table "")
set(index 0)
foreach(file IN LISTS files)
  file(READ "${file}" hex HEX)
  file(RELATIVE_PATH path "${BASE}" "${file}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  # Octal-free and quote-free: a plain list of numbers compiles everywhere, whatever the bytes are.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "const unsigned char file_${index}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${path}\", text_of(file_${index}, ${size})},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${SOURCE}" "#include \"embedded_${NAME}.h\"\n#include <array>\n#include <cstddef>\nnamespace km::embedded {\nnamespace {\n${arrays}"
  "std::string_view text_of(const unsigned char* bytes, std::size_t size) {\n  return {static_cast<const char*>(static_cast<const void*>(bytes)), size};\n}\n}  // namespace\n"
  "std::span<const EmbeddedFile> ${NAME}() {\n  static const std::array<EmbeddedFile, ${index}> files{{\n${table}  }};\n  return files;\n}\n}  // namespace km::embedded\n")
