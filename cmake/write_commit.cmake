cmake_policy(VERSION 3.25)

set(commit "${COMMIT}")
if(NOT commit)
  execute_process(
    COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT}
     CONTENT "#define CFLT_COMMIT \"@commit@\"\n" @ONLY)
