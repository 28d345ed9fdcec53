# daemon/base/version_commit.h: the commit that --version names, made anew by each
# build, touched only when it changes.

set(CFLT_COMMIT "" CACHE STRING
  "The commit that --version names, where git cannot tell")

set(CFLT_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)
add_custom_target(version_commit
  COMMAND ${CMAKE_COMMAND}
    -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
    -DCOMMIT=${CFLT_COMMIT}
    -DOUTPUT=${CFLT_GENERATED_DIR}/version_commit.h
    -P ${PROJECT_SOURCE_DIR}/cmake/write_commit.cmake
  BYPRODUCTS ${CFLT_GENERATED_DIR}/version_commit.h
  COMMENT "")
