# The ESP-IDF component: core/ and device/ as they are, the image libraries' side of ports/decode, and the chip's machines.
# Beside sources stand their tests and what only runs on a host; p3a_sources() (cmake/P3aSources.cmake) is the one rule for
# both builds.
get_filename_component(P3A_ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
include(${P3A_ROOT}/cmake/P3aSources.cmake)
set(P3A_SOURCES ${P3A_ROOT}/sender/json_object.cc)
foreach(ROOM core/base core/wire core/image core/codec core/queue core/compose
        device device/config device/upload device/engine device/live device/preview device/api
        ports/decode ports/png ports/jpeg
        ports/esp32p4/board ports/esp32p4/config ports/esp32p4/http ports/esp32p4/jpeg ports/esp32p4/panel ports/esp32p4/ppa
        ports/esp32p4/storage ports/esp32p4/system)
  p3a_sources(${P3A_ROOT}/${ROOM} ROOM_SOURCES)
  list(APPEND P3A_SOURCES ${ROOM_SOURCES})
endforeach()
# Of apps/firmware: another firmware that takes the component has Wi-Fi of its own.
list(FILTER P3A_SOURCES EXCLUDE REGEX "/board/wifi\\.cc$")

# The page, as web/CMakeLists.txt embeds it.
set(P3A_ASSETS ${CMAKE_CURRENT_BINARY_DIR}/p3a_assets.cc)
file(GLOB P3A_PAGE ${P3A_ROOT}/web/*.html ${P3A_ROOT}/web/*.css ${P3A_ROOT}/web/*.js ${P3A_ROOT}/web/*.svg)

# What includes come from the managed components of idf_component.yml is added by the component manager.
idf_component_register(
  SRCS ${P3A_SOURCES} ${P3A_ASSETS}
  INCLUDE_DIRS ${P3A_ROOT}
  REQUIRES esp_http_server esp_timer lwip fatfs sdmmc pthread log heap freertos nvs_flash esp_netif esp_system esp_hw_support esp_mm
           esp_lcd esp_driver_jpeg esp_driver_ppa esp_driver_gpio esp_driver_i2c esp_driver_sdmmc
           p3a_spng p3a_giflib p3a_webp)
target_compile_features(${COMPONENT_LIB} PUBLIC cxx_std_23)
file(STRINGS ${P3A_ROOT}/CMakeLists.txt P3A_VERSION REGEX "^project\\(p3a-live VERSION")
string(REGEX REPLACE ".*VERSION ([0-9.]+).*" "\\1" P3A_VERSION "${P3A_VERSION}")
target_compile_definitions(${COMPONENT_LIB} PUBLIC P3A_VERSION="${P3A_VERSION}")

find_program(P3A_GZIP gzip REQUIRED)
string(REPLACE ";" "|" P3A_PAGE_LIST "${P3A_PAGE}")
add_custom_command(
  OUTPUT ${P3A_ASSETS}
  COMMAND ${CMAKE_COMMAND} -DGZIP_PROGRAM=${P3A_GZIP} -DOUT=${P3A_ASSETS} -DSCRATCH=${CMAKE_CURRENT_BINARY_DIR}
          -DASSETS=${P3A_PAGE_LIST} -P ${P3A_ROOT}/web/embed.cmake
  DEPENDS ${P3A_PAGE} ${P3A_ROOT}/web/embed.cmake
  VERBATIM)
