# What a release is hardened with, in one place; tests/e2e/hardening_test.py
# looks for it in the program. Not with -fcf-protection: Debian 12's crt1.o is
# not built with it, so the linker leaves it out of the program.

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
  target_link_options(${target} INTERFACE
    -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endfunction()
