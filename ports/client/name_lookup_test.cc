#include "ports/client/name_lookup.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace p3a::sender {
namespace {

TEST(NameLookup, TellsTheAddresses) {
  boost::asio::io_context io;
  const auto work = boost::asio::make_work_guard(io);
  NameLookup lookup(io.get_executor());
  bool found = false;
  lookup.start("localhost", 8080, [&](auto error, const NameLookup::Results& results) {
    EXPECT_FALSE(error) << error.message();
    for (const auto& entry : results) {
      EXPECT_TRUE(entry.endpoint().address().is_loopback());
      EXPECT_EQ(entry.endpoint().port(), 8080);
      found = true;
    }
  });
  EXPECT_FALSE(found);  // not from within
  io.run_one();
  EXPECT_TRUE(found);
}

TEST(NameLookup, SaysThatThereIsNoSuchName) {
  boost::asio::io_context io;
  const auto work = boost::asio::make_work_guard(io);
  NameLookup lookup(io.get_executor());
  bool told = false;
  lookup.start("no-such-name.invalid", 80, [&](auto error, const NameLookup::Results&) {
    EXPECT_TRUE(error);
    told = true;
  });
  io.run_one();
  EXPECT_TRUE(told);
}

// The answer comes when nobody is there any more: neither the question nor the executor.
TEST(NameLookup, NobodyHasToWaitForTheAnswer) {
  for (int i = 0; i < 50; ++i) {
    boost::asio::io_context io;
    NameLookup lookup(io.get_executor());
    lookup.start("localhost", 80, [](auto, const NameLookup::Results&) { FAIL(); });
    lookup.cancel();
    io.poll();
  }
}

}  // namespace
}  // namespace p3a::sender
