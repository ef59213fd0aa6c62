// Any bytes as a JPEG. What BaselineDecoder takes, libjpeg-turbo decodes without a warning to the
// same pixels; nothing is written beside them.
#include "fuzz/require.h"
#include "ports/jpeg/test_turbo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p3a;
  const ByteView file(data, size);
  bool tidy = true;
  const auto ours = jpeg::our_decode(file, size % 7, &tidy);
  require(tidy, "nothing is written between the rows");
  if (!ours) return 0;
  const auto expected = jpeg::turbo_decode(file);
  require(expected.has_value(), "libjpeg-turbo has nothing to say either");
  require(*ours == *expected, "the same pixels");
  return 0;
}
