# The ESP-IDF component: core/ and device/ as they are, and the chip's machines. Beside sources stand their tests and what
# only runs on a host; p3a_sources() (cmake/P3aSources.cmake) is the one rule for both builds.
get_filename_component(P3A_ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
include(${P3A_ROOT}/cmake/P3aSources.cmake)
set(P3A_SOURCES)
foreach(ROOM core/base core/wire core/image core/codec core/queue core/compose
        device device/config device/upload device/engine device/live device/preview device/api
        ports/esp32p4/config ports/esp32p4/http ports/esp32p4/jpeg ports/esp32p4/memory ports/esp32p4/storage)
  p3a_sources(${P3A_ROOT}/${ROOM} ROOM_SOURCES)
  list(APPEND P3A_SOURCES ${ROOM_SOURCES})
endforeach()
idf_component_register(
  SRCS ${P3A_SOURCES}
  INCLUDE_DIRS ${P3A_ROOT}
  REQUIRES esp_http_server esp_timer lwip fatfs esp_driver_jpeg pthread)
target_compile_features(${COMPONENT_LIB} PUBLIC cxx_std_23)
