// Settings out of JSON text, for PUT /config and the saved file. Any thread.
#pragma once

#include "device/ports.h"

namespace p3a {

/// Objects may nest and keys may be dotted; of duplicates the last one wins. Values are true,
/// false, numbers, texts, lists of texts and null. Errors: kInvalidJson with the place.
class JsonPatchParser final : public PatchParser {
 public:
  Result<Patch> parse(std::string_view json) override;
  Result<Patch> parse_message(std::string_view json) override;
};

}  // namespace p3a
