// The routes of the live sources.
#include <algorithm>

#include "device/api/api.h"
#include "device/json.h"

namespace p3a {
namespace {

const Value* find(const Patch& patch, std::string_view name) {
  const auto found = std::ranges::find(patch, name, &PatchEntry::key);
  return found == patch.end() ? nullptr : &found->value;
}

std::optional<std::uint32_t> whole_number(const Patch& patch, std::string_view name) {
  const Value* value = find(patch, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  if (number == nullptr || *number < 0 || *number > 0xFFFFFFFF) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string_view text(const Patch& patch, std::string_view name) {
  const Value* value = find(patch, name);
  const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return found == nullptr ? std::string_view() : *found;
}

std::optional<TouchEvent::Kind> touch_kind(std::string_view name) {
  if (name == "down") return TouchEvent::Kind::kDown;
  if (name == "move") return TouchEvent::Kind::kMove;
  if (name == "up") return TouchEvent::Kind::kUp;
  return std::nullopt;
}

}  // namespace

std::variant<Started, Response> Api::begin_raw(const RequestHead& head) {
  auto begun = services_.live.begin_raw(head);
  if (auto* refusal = std::get_if<Response>(&begun)) return std::move(*refusal);
  return Started{Where::kNetwork, false, std::get<std::unique_ptr<Exchange>>(std::move(begun))};
}

Response Api::get_network_stats(const Call&) {
  JsonWriter json;
  json.begin_object();
  if (!services_.simulated.empty()) json.member("simulated", services_.simulated);
  services_.live.write_network_stats(json);
  const MachineStatus machine = services_.machine.status();
  if (const auto internal = machine.internal_free_bytes) {
    json.key("memory").begin_object().member("heap_free", machine.available_bytes);
    json.member("internal_free_bytes", *internal).end_object();
  }
  json.end_object();
  return ok_response(json.text());
}

Response Api::source_answer() {
  JsonWriter json;
  json.begin_object().key("source").raw(services_.live.source_json()).end_object();
  return ok_response(json.text());
}

// {"stream":3}: that one; {"source":"rotation"}: none of the live ones.
Response Api::take_source(const Call& call) {
  const auto patch = services_.patch_parser.parse(call.body);
  if (!patch) return error_response(patch.error());
  if (text(*patch, "source") == "rotation") {
    services_.live.release_all();
    services_.log.write(LogLevel::kInfo, call.client + " gave the panel to the rotation");
    return source_answer();
  }
  const auto stream = whole_number(*patch, "stream");
  if (!stream) {
    return error_response(fail(ErrorCode::kInvalidValue,
                               "send {\"stream\":ID} with an id of GET /status, or "
                               "{\"source\":\"rotation\"}")
                              .error());
  }
  if (const Status taken = services_.live.take(*stream); !taken)
    return error_response(taken.error());
  services_.log.write(LogLevel::kInfo,
                      call.client + " gave the panel to stream " + std::to_string(*stream));
  return source_answer();
}

Response Api::release_source(const Call& call) {
  services_.live.release_owner();
  services_.log.write(LogLevel::kInfo, call.client + " freed the panel");
  return source_answer();
}

Response Api::post_touch(const Call& call) {
  const auto patch = services_.patch_parser.parse(call.body);
  if (!patch) return error_response(patch.error());
  const auto kind = touch_kind(text(*patch, "kind"));
  const auto x = whole_number(*patch, "x");
  const auto y = whole_number(*patch, "y");
  if (!kind || !x || !y) {
    return error_response(
        fail(ErrorCode::kInvalidValue,
             "a touch is {\"kind\":\"down\",\"x\":0,\"y\":0,\"id\":0}; kind is down, move or up")
            .error());
  }
  const TouchEvent touch{
      .kind = *kind, .id = whole_number(*patch, "id").value_or(0), .x = *x, .y = *y};
  // "on":"panel": pixels of the snapshot, which a picture that is turned does not share.
  const Status told = text(*patch, "on") == "panel" ? services_.live.touch_panel(touch)
                                                    : services_.live.touch(touch);
  return told ? ok_response() : error_response(told.error());
}

}  // namespace p3a
