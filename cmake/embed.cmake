# km_embed(TARGET NAME FILES...): puts files into the program, as `std::span<const EmbeddedFile> NAME()` in
# namespace km::embedded, declared by the generated header "embedded_NAME.h". The binary then needs no data folder.
function(km_embed target name)
  set(script "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake")
  set(header "${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.h")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp")
  string(REPLACE ";" "|" files "${ARGN}")
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} "-DFILES=${files}" "-DBASE=${CMAKE_SOURCE_DIR}" -DHEADER=${header} -DSOURCE=${source} -P "${script}"
    DEPENDS ${ARGN} "${script}"
    COMMENT "Embedding ${name}" VERBATIM)
  target_sources(${target} PRIVATE "${source}" "${header}")
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()
