// p3a-send status: GET /status of each display.
#include "ports/client/send/answers.h"
#include "ports/client/send/commands.h"
#include "ports/client/send/json_text.h"

namespace p3a::sender {

int run_status(const SendOptions& options, Console& console) {
  std::vector<Answer> answers;
  for (const std::string& to : options.to) {
    Display display(to, options.token);
    display.set_ca_file(options.ca_file);
    Answer answer{.file = {}, .to = to, .reply = display.status()};
    if (!answer.reply.ok) console.say(to + ": " + why_not(answer.reply));
    if (answer.reply.ok && !options.json) console.print(pretty_json(answer.reply.json));
    answers.push_back(std::move(answer));
  }
  if (options.json) console.print(answers_json(answers));
  return all_ok(answers) ? kExitDone : kExitFailed;
}

}  // namespace p3a::sender
