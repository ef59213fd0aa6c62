#include "ports/client/send/answers.h"

#include <algorithm>

#include "ports/client/send/json_text.h"
#include "sender/json_object.h"

namespace p3a::sender {

namespace {

// Between JSON's tokens a line break is a space; within its texts there is none.
std::string one_line(std::string json) {
  while (json.ends_with('\n')) json.pop_back();
  std::ranges::replace(json, '\n', ' ');
  return json;
}

}  // namespace

std::string why_not(const Reply& reply) { return reply.error + " (" + reply.code + ")"; }

bool all_ok(const std::vector<Answer>& answers) {
  return std::ranges::all_of(answers, [](const Answer& answer) { return answer.reply.ok; });
}

std::string answers_json(const std::vector<Answer>& answers) {
  std::string json = std::string("{\"ok\":") + (all_ok(answers) ? "true" : "false");
  json += ",\"results\":[";
  for (const Answer& answer : answers) {
    if (json.back() != '[') json += ',';
    json += '{';
    if (!answer.file.empty()) json += "\"file\":" + quoted(answer.file) + ",";
    json += "\"to\":" + quoted(answer.to);
    json += std::string(",\"ok\":") + (answer.reply.ok ? "true" : "false");
    json += ",\"http_status\":" + std::to_string(answer.reply.http_status);
    if (JsonObject::parse(answer.reply.json)) {
      json += ",\"answer\":" + one_line(answer.reply.json) + "}";
    } else {
      json += ",\"code\":" + quoted(answer.reply.code) +
              ",\"error\":" + quoted(answer.reply.error) + "}";
    }
  }
  return json + "]}";
}

}  // namespace p3a::sender
