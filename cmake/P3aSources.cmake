# p3a_sources(FOLDER OUT): the sources of a room, without its tests, fuzzers, benches and fakes. For every build of a room:
# the host's (P3aRoom.cmake) and the chip's (ports/esp32p4/component.cmake).
function(p3a_sources FOLDER OUT)
  if(COMMAND idf_component_register) # also read as a script, which may not watch folders
    file(GLOB SOURCES ${FOLDER}/*.cc)
    list(FILTER SOURCES EXCLUDE REGEX "/fake_[a-z_]+\\.cc$")
  else()
    file(GLOB SOURCES CONFIGURE_DEPENDS ${FOLDER}/*.cc)
  endif()
  list(FILTER SOURCES EXCLUDE REGEX "(_(test|fuzz|bench)|/repository_file)\\.cc$")
  set(${OUT} ${SOURCES} PARENT_SCOPE)
endfunction()
