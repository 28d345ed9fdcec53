# What a release is hardened with, in one place. docs/performance.md says what
# it costs. tests/e2e/hardening_test.py looks for it in the program.

set(CFLT_HARDENED OFF)
if(NOT CFLT_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(CFLT_HARDENED ON)
endif()

# Adds it to a target.
function(cflt_harden target)
  if(NOT CFLT_HARDENED)
    return()
  endif()
  set(fortify 2)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION
     VERSION_GREATER_EQUAL 12)
    set(fortify 3)
  endif()
  target_compile_options(${target} INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${fortify} -D_GLIBCXX_ASSERTIONS
    -fstack-protector-strong -fstack-clash-protection -fPIE)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(${target} INTERFACE -fcf-protection)
  endif()
  target_link_options(${target} INTERFACE
    -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endfunction()
