// MdnsAnswers on any message: bounded, and every service that comes out was in it.
#include <string_view>

#include "fuzz/require.h"
#include "ports/client/mdns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  p3a::sender::MdnsAnswers answers;
  answers.add(p3a::sender::mdns_question({"_p3a._tcp", "_http._tcp"}), "192.0.2.1");
  p3a::require(answers.services().empty(), "our own question is no answer");
  answers.add({data, size}, "192.0.2.1");
  answers.add({data, size}, "192.0.2.1");  // the same again changes nothing
  const auto services = answers.services();
  p3a::require(services.size() <= p3a::sender::MdnsAnswers::kMostRecords, "bounded");
  for (const auto& service : services) {
    p3a::require(service.host.size() <= 320 && service.type.size() <= 320, "names are bounded");
    const std::string_view message(reinterpret_cast<const char*>(data), size);
    p3a::require(message.contains(service.name), "the name was in the message");
    p3a::require(!service.address.empty(), "there is an address");
  }
  return 0;
}
