#include "ports/client/mdns_search.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "ports/client/mdns_message.h"

namespace p3a::sender {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

namespace {

// Again, since multicast gets lost on Wi-Fi.
constexpr Micros kAskAgain = 700ms;

}  // namespace

MdnsSearch search_mdns(Micros patience) {
  MdnsSearch search;
  asio::io_context io;
  udp::socket socket(io);
  error_code error;
  socket.open(udp::v4(), error);
  if (!error) socket.bind({udp::v4(), 0}, error);  // any port: the answers come to us alone
  if (error) {
    search.error = "no question can be asked here (" + error.message() + ")";
    return search;
  }
  const auto question = mdns_question({kDisplayService, kHttpService});
  const udp::endpoint everybody(asio::ip::make_address_v4("224.0.0.251"), 5353);
  MdnsAnswers answers;
  std::array<std::uint8_t, 9000> message;  // RFC 6762 section 17
  udp::endpoint from;
  asio::steady_timer again(io);
  bool asked = false;
  const std::function<void()> ask = [&] {
    error_code failed;
    socket.send_to(asio::buffer(question), everybody, 0, failed);
    asked = asked || !failed;
    if (failed) error = failed;
    again.expires_after(kAskAgain);
    again.async_wait([&](error_code stopped) {
      if (!stopped) ask();
    });
  };
  const std::function<void()> listen = [&] {
    socket.async_receive_from(asio::buffer(message), from,
                              [&](error_code broken, std::size_t size) {
                                if (!broken)
                                  answers.add({message.data(), size}, from.address().to_string());
                                if (broken != asio::error::operation_aborted) listen();
                              });
  };
  listen();
  ask();
  io.run_for(patience);
  search.services = answers.services();
  if (!asked) search.error = "no question could be sent (" + error.message() + ")";
  return search;
}

}  // namespace p3a::sender
