# KM_SANITIZE reaches everything that is compiled here, so that no half-instrumented program is ever linked.
if(KM_SANITIZE)
  # -g1: frames and lines are all that a finding needs, and a third of the disk.
  add_compile_options(-fsanitize=${KM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${KM_SANITIZE})
endif()
if(KM_FUZZ)
  # The fuzz targets bring main(); the libraries only need the coverage hooks.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
