#include "ports/client/name_lookup.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace p3a::sender {

namespace asio = boost::asio;

struct NameLookup::Question {
  asio::any_io_executor executor;
  std::string host;
  std::uint16_t port = 0;
  Found found;
  std::mutex mutex;
  bool wanted = true;  // then the executor is still there
};

NameLookup::NameLookup(asio::any_io_executor executor) : question_(std::make_shared<Question>()) {
  question_->executor = std::move(executor);
}

void NameLookup::start(std::string host, std::uint16_t port, Found found) {
  question_->host = std::move(host);
  question_->port = port;
  question_->found = std::move(found);
  const auto answer = [](const std::shared_ptr<Question>& question, boost::system::error_code error,
                         const Results& results) {
    const std::scoped_lock lock(question->mutex);
    if (!question->wanted) return;
    asio::post(question->executor, [question, error, results] {
      if (const Found told = std::exchange(question->found, {})) told(error, results);
    });
  };
  try {
    std::thread([question = question_, answer] {
      asio::io_context io;
      asio::ip::tcp::resolver resolver(io);
      boost::system::error_code error;
      const auto results = resolver.resolve(question->host, std::to_string(question->port), error);
      answer(question, error, results);
    }).detach();
  } catch (const std::system_error&) {
    answer(question_, asio::error::no_memory, {});
  }
}

void NameLookup::cancel() {
  const std::scoped_lock lock(question_->mutex);
  question_->wanted = false;
  question_->found = {};
}

}  // namespace p3a::sender
