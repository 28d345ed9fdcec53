# The documents for users, in the layout of the sources, so that links between
# them and to the examples hold. A link to a document for developers, which is
# not installed, becomes plain text; those about decisions lie in their own folder.

set(CFLT_DEVELOPER_DOCUMENTS
  "CONTRIBUTING|HACKING|docs/benchmarks|docs/performance|bench/notes")

# Copies a document below the build directory and installs it from there.
function(cflt_install_document path)
  set(source ${PROJECT_SOURCE_DIR}/${path})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} text)
  string(REGEX REPLACE
    "\\[([^]]*)\\]\\((\\.\\./)?(docs/)?(CONTRIBUTING|HACKING|benchmarks|decisions/[a-zA-Z_]+|performance|bench/notes)\\.md(#[^)]*)?\\)"
    "\\1" text "${text}")
  file(WRITE ${CMAKE_BINARY_DIR}/documents/${path} "${text}")
  get_filename_component(folder ${path} DIRECTORY)
  install(FILES ${CMAKE_BINARY_DIR}/documents/${path}
          DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder})
endfunction()

file(GLOB documents CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  docs/*.md docs/recipes/*.md)
list(FILTER documents EXCLUDE REGEX "^(${CFLT_DEVELOPER_DOCUMENTS})\\.md$")
foreach(document README.md CHANGELOG.md SECURITY.md ${documents})
  cflt_install_document(${document})
endforeach()

install(FILES docs/images/status.png
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs/images)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES config/cflt-redact.schema.json
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/config)
install(DIRECTORY config/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}/config)
install(FILES packaging/prometheus/cflt-redact.rules.yaml
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/packaging/prometheus)
