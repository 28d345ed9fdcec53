# The man page, where scdoc is there to make it.
find_program(SCDOC scdoc)
if(SCDOC)
  set(source ${PROJECT_SOURCE_DIR}/docs/cflt-redact.1.scd)
  set(page ${CMAKE_BINARY_DIR}/man/cflt-redact.1)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
  add_custom_command(OUTPUT ${page}
    COMMAND ${SCDOC} < ${source} > ${page} DEPENDS ${source})
  add_custom_target(man ALL DEPENDS ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
