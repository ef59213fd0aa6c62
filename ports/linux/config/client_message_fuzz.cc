// Any text from a stream's client: an error that can be told, or a message within its bounds.
#include "device/live/control_text.h"
#include "fuzz/require.h"
#include "ports/linux/config/json_patch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p3a;
  JsonPatchParser parser;
  const auto message = parse_client_message(parser, {reinterpret_cast<const char*>(data), size});
  if (!message) {
    const ErrorCode code = message.error().code;
    require(code == ErrorCode::kPayloadTooLarge || code == ErrorCode::kInvalidJson ||
                code == ErrorCode::kInvalidValue || code == ErrorCode::kBadRequest,
            "a refusal that the header file names");
    require((code == ErrorCode::kPayloadTooLarge) == (size > kMaxControlBytes),
            "a text has a limit");
    require(!message.error().message.view().empty(), "a refusal has a sentence");
    // It quotes what the client said, so it has to be made harmless again.
    require(parser.parse_message(error_text(message.error())).has_value(), "the answer is JSON");
    return 0;
  }
  if (const auto* hello = std::get_if<ClientHello>(&*message)) {
    require(!hello->name || hello->name->size() <= kMaxClientNameBytes, "a name has a limit");
    const SourceNews news{.name = hello->name};
    require(parser.parse_message(source_text(news)).has_value(), "the name can be told to others");
  }
  if (const auto* ping = std::get_if<Ping>(&*message)) {
    require(ping->t0_us <= (1ll << 53) && ping->t0_us >= -(1ll << 53), "a time fits a double");
    const auto pong = parser.parse_message(pong_text(*ping, Instant(1s), Instant(2s)));
    require(pong.has_value(), "the answer is JSON");
    bool same = false;
    for (const PatchEntry& entry : *pong) {
      same = same || (entry.key == "t0_us" && entry.value == Value(ping->t0_us));
    }
    require(same, "a pong brings the ping's time back");
  }
  return 0;
}
