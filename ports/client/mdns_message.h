// One-shot mDNS questions and what is answered to them (RFC 6762 section 5.1, RFC 6763, RFC 1035
// section 4): for machines on which nobody else looks for services.
//
// In: bytes from the network, which may be anything. Out: services, or fewer, or none; what is
// broken is left out. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "ports/client/service.h"

namespace p3a::sender {

/// One question for each service type ("_p3a._tcp"), all in one message.
std::vector<std::uint8_t> mdns_question(const std::vector<std::string_view>& types);

/// Gathers the records of many answers.
class MdnsAnswers {
 public:
  static constexpr std::size_t kMostRecords = 1024;  // of all answers; more are not looked at

  /// `from`: the sender's IPv4 address, for a service whose host has no address record.
  void add(ByteView message, std::string_view from);
  /// What has a name, a host and a port.
  std::vector<Service> services() const;

 private:
  struct Target {
    std::string host;
    std::uint16_t port = 0;
    std::string from;
  };
  std::map<std::string, std::string> types_;   // instance, whole name -> "_p3a._tcp"
  std::map<std::string, std::string> labels_;  // instance, whole name -> its first label
  std::map<std::string, Target> targets_;      // by instance
  std::map<std::string, std::vector<std::string>> texts_;
  std::map<std::string, std::string> addresses_;  // by host
  std::size_t records_ = 0;
};

}  // namespace p3a::sender
