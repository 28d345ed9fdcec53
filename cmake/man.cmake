# The man pages, where scdoc is there to make them.
find_program(SCDOC scdoc)
if(SCDOC)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
  foreach(section 1 5)
    set(source ${PROJECT_SOURCE_DIR}/docs/cflt-redact.${section}.scd)
    set(page ${CMAKE_BINARY_DIR}/man/cflt-redact.${section})
    add_custom_command(OUTPUT ${page}
      COMMAND ${SCDOC} < ${source} > ${page} DEPENDS ${source})
    list(APPEND pages ${page})
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endforeach()
  add_custom_target(man ALL DEPENDS ${pages})
endif()
