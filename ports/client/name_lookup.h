// A name's addresses, looked up on a thread that nobody has to wait for.
//
// The machine's own look-up cannot be stopped, and takes many seconds where no name server answers
// (asio's resolver waits for it even in its destructor). Here only the answer is given up: the
// thread goes on by itself and ends. start(), cancel() and the answer: the executor's thread, which
// has to outlive this object.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace p3a::sender {

class NameLookup {
 public:
  using Results = boost::asio::ip::tcp::resolver::results_type;
  using Found = std::function<void(boost::system::error_code, const Results&)>;

  explicit NameLookup(boost::asio::any_io_executor executor);
  ~NameLookup() { cancel(); }
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  /// Once. `found` is called later, never from within.
  void start(std::string host, std::uint16_t port, Found found);
  /// `found` is not called any more.
  void cancel();

 private:
  struct Question;
  std::shared_ptr<Question> question_;
};

}  // namespace p3a::sender
