# The libraries, as imported targets.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

if(CFLT_VECTORSCAN)
  # Vectorscan installs under Hyperscan's names; libhs.pc is either.
  pkg_check_modules(HYPERSCAN REQUIRED IMPORTED_TARGET libhs>=5.4.8)
else()
  pkg_check_modules(HYPERSCAN REQUIRED IMPORTED_TARGET libhs>=5.4)
endif()
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal>=2.30)
# Its CMake package wants what only its HTTP server needs.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core>=1.0)
# Static: the program loads no library for the few runs that read zstd, and
# gives it memory that is wiped (an interface for static linking only).
pkg_check_modules(ZSTD REQUIRED libzstd>=1.5)
find_library(CFLT_ZSTD_ARCHIVE libzstd.a REQUIRED HINTS ${ZSTD_LIBRARY_DIRS})
add_library(CFLT_ZSTD INTERFACE)
target_include_directories(CFLT_ZSTD SYSTEM INTERFACE ${ZSTD_INCLUDE_DIRS})
target_link_libraries(CFLT_ZSTD INTERFACE ${CFLT_ZSTD_ARCHIVE} Threads::Threads)

find_package(Boost 1.81 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)

if(CFLT_TESTS)
  find_package(GTest 1.12 REQUIRED)
  find_package(rapidcheck REQUIRED)
  find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
endif()
if(CFLT_BENCH)
  find_package(benchmark 1.7 REQUIRED)
endif()
