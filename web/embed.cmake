# Writes a C++ source with the given assets, gzip, as p3a::web_assets().
# cmake -DOUT=assets.cc -DSCRATCH=dir -DASSETS=a.html|b.css -P embed.cmake
set(TYPE_html "text/html; charset=utf-8")
set(TYPE_css "text/css; charset=utf-8")
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_svg "image/svg+xml")

string(REPLACE "|" ";" ASSETS "${ASSETS}")
set(ARRAYS "")
set(TABLE "")
foreach(ASSET ${ASSETS})
  get_filename_component(NAME ${ASSET} NAME)
  get_filename_component(EXTENSION ${ASSET} LAST_EXT)
  string(SUBSTRING ${EXTENSION} 1 -1 EXTENSION)
  if(NOT TYPE_${EXTENSION})
    message(FATAL_ERROR "embed.cmake: give files ending in .${EXTENSION} a content type")
  endif()
  # No name and no time inside (-n): the same sources make the same program.
  execute_process(COMMAND gzip -9 -n -c ${ASSET} OUTPUT_FILE ${SCRATCH}/${NAME}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(READ ${SCRATCH}/${NAME}.gz HEX HEX)
  string(REGEX REPLACE "(..)" "0x\\1," BYTES "${HEX}")
  file(SHA256 ${ASSET} HASH)
  string(SUBSTRING ${HASH} 0 16 HASH)
  string(MAKE_C_IDENTIFIER ${NAME} IDENTIFIER)
  set(URL "/${NAME}")
  if(NAME STREQUAL "index.html")
    set(URL "/")
  endif()
  string(APPEND ARRAYS "constexpr std::uint8_t k_${IDENTIFIER}[] = {${BYTES}};\n")
  string(APPEND TABLE "    {\"${URL}\", \"${TYPE_${EXTENSION}}\", \"\\\"${HASH}\\\"\", k_${IDENTIFIER}},\n")
endforeach()

file(WRITE ${OUT} "// Made by web/embed.cmake.
#include \"web/assets.h\"

namespace p3a {
namespace {
${ARRAYS}
constexpr WebAsset kAssets[] = {
${TABLE}};
}  // namespace

std::span<const WebAsset> web_assets() { return kAssets; }

}  // namespace p3a
")
