# The libraries built from source and linked in, for programs that must run where nothing is installed (scripts/wheels).
# Under the names that dependencies.cmake gives to the system's. The sources come from scripts/fetch_sources.
set(KM_SOURCES "${CMAKE_SOURCE_DIR}/build/bundled/sources" CACHE PATH "What scripts/fetch_sources fetched")
if(NOT EXISTS "${KM_SOURCES}/made-from")
  message(FATAL_ERROR "The bundled build needs its sources; type: scripts/fetch_sources ${KM_SOURCES}")
endif()

# km_bundle(NAME ALIAS FOLDERS includes... SOURCES files...)
function(km_bundle name alias)
  cmake_parse_arguments(BUNDLE "" "" "INCLUDES;PRIVATE_INCLUDES;DEFINES;PRIVATE_DEFINES;USES;SOURCES" ${ARGN})
  if(BUNDLE_SOURCES)
    add_library(${name} STATIC ${BUNDLE_SOURCES})
    target_include_directories(${name} SYSTEM PUBLIC ${BUNDLE_INCLUDES} PRIVATE ${BUNDLE_PRIVATE_INCLUDES})
    target_compile_definitions(${name} PUBLIC ${BUNDLE_DEFINES} PRIVATE ${BUNDLE_PRIVATE_DEFINES})
    # Others' code: its warnings are not ours to read.
    target_compile_options(${name} PRIVATE -w)
    target_link_libraries(${name} PUBLIC ${BUNDLE_USES})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} SYSTEM INTERFACE ${BUNDLE_INCLUDES})
    target_compile_definitions(${name} INTERFACE ${BUNDLE_DEFINES})
  endif()
  add_library(${alias} ALIAS ${name})
endfunction()

# Every constant-time and portable reference implementation; the SIMD ones need flags for each file.
file(GLOB_RECURSE sodium_files "${KM_SOURCES}/libsodium/src/libsodium/*.c")
km_bundle(km_sodium PkgConfig::SODIUM
  INCLUDES "${KM_SOURCES}/libsodium/src/libsodium/include"
  PRIVATE_INCLUDES "${KM_SOURCES}/libsodium/src/libsodium/include/sodium"
  DEFINES SODIUM_STATIC
  PRIVATE_DEFINES CONFIGURED=1 NATIVE_LITTLE_ENDIAN=1 HAVE_PTHREAD=1 HAVE_TI_MODE=1 HAVE_ATOMIC_OPS=1 HAVE_C_VARARRAYS=1
                  HAVE_CATCHABLE_SEGV=1 HAVE_MMAP=1 HAVE_MPROTECT=1 HAVE_MLOCK=1 HAVE_MADVISE=1 HAVE_NANOSLEEP=1
                  HAVE_GETPID=1 HAVE_POSIX_MEMALIGN=1 HAVE_SYS_MMAN_H=1 HAVE_WEAK_SYMBOLS=1
  SOURCES ${sodium_files})

file(GLOB zmq_files "${KM_SOURCES}/zeromq3/src/*.cpp")
# WebSockets, which no kernel speaks, do not compile when they are switched off.
list(FILTER zmq_files EXCLUDE REGEX "/wss?_[a-z]+\\.cpp$")
km_bundle(km_zmq PkgConfig::ZMQ
  INCLUDES "${KM_SOURCES}/zeromq3/include"
  PRIVATE_INCLUDES "${CMAKE_SOURCE_DIR}/packaging/zmq" "${KM_SOURCES}/zeromq3/external/wepoll" "${KM_SOURCES}/zeromq3/src"
  DEFINES ZMQ_STATIC
  USES km_sodium Threads::Threads
  SOURCES ${zmq_files})

file(GLOB re2_files "${KM_SOURCES}/re2/re2/*.cc")
km_bundle(km_re2 PkgConfig::RE2
  INCLUDES "${KM_SOURCES}/re2"
  USES Threads::Threads
  SOURCES ${re2_files} "${KM_SOURCES}/re2/util/rune.cc" "${KM_SOURCES}/re2/util/strutil.cc")

# Reading only. Compressing is what the tests do.
file(GLOB zstd_files "${KM_SOURCES}/libzstd/lib/common/*.c" "${KM_SOURCES}/libzstd/lib/decompress/*.c")
km_bundle(km_zstd PkgConfig::ZSTD
  INCLUDES "${KM_SOURCES}/libzstd/lib"
  PRIVATE_DEFINES ZSTD_DISABLE_ASM=1
  SOURCES ${zstd_files})

set(zlib_files adler32 crc32 inffast inflate inftrees zutil gzlib gzread gzclose gzwrite deflate trees)
list(TRANSFORM zlib_files PREPEND "${KM_SOURCES}/zlib/")
list(TRANSFORM zlib_files APPEND ".c")
# It takes every Mac for one of the last century, without fdopen.
km_bundle(km_zlib ZLIB::ZLIB
  INCLUDES "${KM_SOURCES}/zlib"
  PRIVATE_DEFINES Z_HAVE_UNISTD_H=1 fdopen=fdopen
  SOURCES ${zlib_files})

# The decoder needs no function of Zycore, only its headers.
set(zydis_files Decoder DecoderData MetaInfo Mnemonic Register Segment SharedData String Utils Zydis)
list(TRANSFORM zydis_files PREPEND "${KM_SOURCES}/zydis/src/")
list(TRANSFORM zydis_files APPEND ".c")
km_bundle(km_zydis KM::Zydis
  INCLUDES "${KM_SOURCES}/zydis/include" "${KM_SOURCES}/include"
  PRIVATE_INCLUDES "${KM_SOURCES}/zydis/src"
  DEFINES ZYDIS_STATIC_BUILD ZYCORE_STATIC_BUILD
  PRIVATE_DEFINES ZYDIS_DISABLE_FORMATTER ZYDIS_DISABLE_ENCODER
  SOURCES ${zydis_files})

km_bundle(km_json nlohmann_json::nlohmann_json INCLUDES "${KM_SOURCES}/include")
km_bundle(km_cli11 CLI11::CLI11 INCLUDES "${KM_SOURCES}/include")
km_bundle(km_fmt fmt::fmt-header-only INCLUDES "${KM_SOURCES}/include" DEFINES FMT_HEADER_ONLY=1)
km_bundle(km_expected tl::expected INCLUDES "${KM_SOURCES}/include")
# The float.h of zig's darwin headers leaves FLT_RADIX out.
km_bundle(km_toml tomlplusplus::tomlplusplus INCLUDES "${KM_SOURCES}/include" DEFINES FLT_RADIX=__FLT_RADIX__)
