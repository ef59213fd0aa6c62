#include "ports/client/send/watch_words.h"

#include <cmath>

#include "sender/json_object.h"

namespace p3a::sender {
namespace {

std::string number(const JsonObject& json, std::string_view name) {
  return std::to_string(json.whole(name).value_or(0));
}

std::string stats_words(const JsonObject& json) {
  std::string words = "stats: " + number(json, "frames_in") + " frames in, " +
                      number(json, "presented") + " shown, " +
                      std::to_string(std::lround(json.number("fps").value_or(0))) + " fps";
  const auto latency = json.object("latency_us");
  const auto total = latency ? latency->object("total") : std::nullopt;
  if (total) {
    words += ", latency " + number(*total, "p50") + "/" + number(*total, "p99") + " us (p50/p99)";
  }
  return words + ", on the panel: " + json.text("source").value_or("?");
}

std::string source_words(const JsonObject& json) {
  std::string words = "source: " + json.text("owner").value_or("?");
  if (const auto name = json.text("name")) words += " \"" + *name + "\"";
  return words + " (" + json.text("reason").value_or("?") + "), " + number(json, "waiting") +
         " waiting";
}

}  // namespace

std::optional<std::string> watch_words(std::string_view text) {
  const auto json = JsonObject::parse(text);
  const std::string type = json ? json->text("type").value_or("") : "";
  if (type == "hello") {
    return "display: " + json->text("name").value_or("?") + ", " + number(*json, "width") + "x" +
           number(*json, "height") + ", on the panel: " + json->text("source").value_or("?");
  }
  if (type == "touch") {
    return "touch: " + json->text("kind").value_or("?") + " " + number(*json, "id") + " at " +
           number(*json, "x") + "," + number(*json, "y");
  }
  if (type == "stats") return stats_words(*json);
  if (type == "source") return source_words(*json);
  if (type == "error") {
    return "error: " + json->text("error").value_or("") + " (" + json->text("code").value_or("?") +
           ")";
  }
  return std::nullopt;
}

}  // namespace p3a::sender
