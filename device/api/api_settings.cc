// The routes that read and change settings, p3a's among them.
#include "device/api/api.h"
#include "device/config/config_text.h"
#include "device/json.h"

namespace p3a {
namespace {

// The one member that p3a's small settings routes take: {"rotation":90}.
Result<Value> only_member(PatchParser& parser, std::string_view body, std::string_view name) {
  const auto patch = parser.parse(body);
  if (!patch) return std::unexpected(patch.error());
  if (patch->size() != 1 || patch->front().key != name) {
    return fail(ErrorCode::kInvalidValue, "send one JSON object with the member \"", name,
                "\" and no other");
  }
  return patch->front().value;
}

int degrees(Rotation rotation) { return static_cast<int>(rotation) * 90; }

}  // namespace

Response Api::change_settings(const Call& call, const Patch& patch) {
  if (const Status changed = services_.config.apply(patch); !changed)
    return error_response(changed.error());
  std::string keys;
  for (const PatchEntry& entry : patch) keys += (keys.empty() ? "" : ", ") + entry.key;
  services_.log.write(LogLevel::kInfo, call.client + " changed " + keys + "; saved, in force now");
  return ok_response();
}

Response Api::get_config(const Call&) {
  return ok_response(config_json(*services_.config.current()));
}

Response Api::put_config(const Call& call) {
  const auto patch = services_.patch_parser.parse(call.body);
  if (!patch) return error_response(patch.error());
  Response changed = change_settings(call, *patch);
  return changed.status == 200 ? get_config(call) : changed;
}

Response Api::get_rotation(const Call&) {
  JsonWriter json;
  json.begin_object().member("ok", true);
  json.member("rotation", degrees(services_.config.current()->panel.rotation)).end_object();
  return {.status = 200, .body = json.take() + "\n", .headers = {}};
}

Response Api::post_rotation(const Call& call) {
  const auto value = only_member(services_.patch_parser, call.body, "rotation");
  if (!value) return error_response(value.error());
  Response changed = change_settings(call, {{"panel.rotation", *value}});
  if (changed.status != 200) return changed;
  JsonWriter json;
  json.begin_object()
      .member("rotation", degrees(services_.config.current()->panel.rotation))
      .end_object();
  return ok_response(json.text());
}

Response Api::get_dwell_time(const Call&) {
  JsonWriter json;
  json.begin_object().member("dwell_time", services_.config.current()->player.dwell_s).end_object();
  return ok_response(json.text());
}

Response Api::put_dwell_time(const Call& call) {
  const auto value = only_member(services_.patch_parser, call.body, "dwell_time");
  if (!value) return error_response(value.error());
  return change_settings(call, {{"player.dwell_s", *value}});
}

Response Api::get_ui_config(const Call&) {
  const auto config = services_.config.current();
  JsonWriter json;
  json.begin_object()
      .member("lcd_width", config->panel.width)
      .member("lcd_height", config->panel.height);
  json.member("pico8_enabled", false).end_object();
  return ok_response(json.text());
}

Response Api::get_storage(const Call&) {
  const StorageHealth health = services_.storage_probe.health();
  JsonWriter json;
  json.begin_object().member("total_bytes", health.totals.total_bytes);
  json.member("free_bytes", health.totals.free_bytes).end_object();
  return ok_response(json.text());
}

}  // namespace p3a
