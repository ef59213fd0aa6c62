# Writes a C++ source with the given assets, plain and gzip, as p3a::web_assets().
# cmake -DGZIP_PROGRAM=gzip -DOUT=assets.cc -DSCRATCH=dir -DASSETS=a.html|b.css -P embed.cmake
set(TYPE_html "text/html; charset=utf-8")
set(TYPE_css "text/css; charset=utf-8")
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_svg "image/svg+xml")

function(read_bytes FILE RESULT)
  file(READ ${FILE} HEX HEX)
  string(REGEX REPLACE "(..)" "0x\\1," BYTES "${HEX}")
  set(${RESULT} "${BYTES}" PARENT_SCOPE)
endfunction()

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
  execute_process(COMMAND ${GZIP_PROGRAM} -9 -n -c ${ASSET} OUTPUT_FILE ${SCRATCH}/${NAME}.gz COMMAND_ERROR_IS_FATAL ANY)
  read_bytes(${ASSET} PLAIN)
  read_bytes(${SCRATCH}/${NAME}.gz GZIP)
  file(SHA256 ${ASSET} HASH)
  string(SUBSTRING ${HASH} 0 16 HASH)
  string(MAKE_C_IDENTIFIER ${NAME} ID)
  string(APPEND ARRAYS "constexpr std::uint8_t ${ID}[] = {${PLAIN}};\nconstexpr std::uint8_t ${ID}_gz[] = {${GZIP}};\n")
  string(APPEND TABLE "    {\"/${NAME}\", \"${TYPE_${EXTENSION}}\", \"\\\"${HASH}\\\"\", ${ID}, ${ID}_gz},\n")
endforeach()

file(WRITE ${OUT} "// Made by web/embed.cmake.
#include \"web/assets.h\"

namespace p3a {
namespace {
${ARRAYS}
constexpr StaticAsset kAssets[] = {
${TABLE}};
}  // namespace

std::span<const StaticAsset> web_assets() { return kAssets; }

}  // namespace p3a
")
