# The units, with the place where the program is installed; their user, and the
# folder that they write to.

set(CFLT_UNIT_DIR lib/systemd/system CACHE STRING
  "Where the systemd units go, below the prefix")
foreach(unit cflt-redact.service cflt-redact.socket)
  set(source ${PROJECT_SOURCE_DIR}/systemd/${unit})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} text)
  string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_FULL_BINDIR}/" text "${text}")
  string(REPLACE "/usr/share/doc/cflt-redact/" "${CMAKE_INSTALL_FULL_DOCDIR}/"
    text "${text}")
  file(WRITE ${CMAKE_BINARY_DIR}/systemd/${unit} "${text}")
  install(FILES ${CMAKE_BINARY_DIR}/systemd/${unit}
          DESTINATION ${CFLT_UNIT_DIR})
endforeach()
foreach(kind sysusers tmpfiles)
  install(FILES ${PROJECT_SOURCE_DIR}/systemd/cflt-redact.${kind}.conf
          DESTINATION lib/${kind}.d RENAME cflt-redact.conf)
endforeach()
