#include "device/recycled.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace p3a {
namespace {

class Base {
 public:
  virtual ~Base() = default;
};
class Small final : public Base, public Recycled<Small, 2> {
 public:
  int value = 7;
};

TEST(Recycled, APlaceIsUsedAgainAndTheHeapWhenAllAreTaken) {
  const void* first = nullptr;
  for (int i = 0; i < 100; ++i) {
    const std::unique_ptr<Base> object = std::make_unique<Small>();
    if (i == 0) first = object.get();
    EXPECT_EQ(object.get(), first);
  }
  std::set<const void*> places;
  std::vector<std::unique_ptr<Base>> many;
  for (int i = 0; i < 5; ++i) {
    many.push_back(std::make_unique<Small>());
    EXPECT_TRUE(places.insert(many.back().get()).second);
  }
  many.clear();
  EXPECT_EQ(std::make_unique<Small>()->value, 7);
}

TEST(Recycled, ThreadsNeverGetTheSamePlace) {
  const auto work = [] {
    for (int i = 0; i < 20'000; ++i) {
      const auto object = std::make_unique<Small>();
      object->value = i;
      std::atomic_signal_fence(std::memory_order_seq_cst);
      if (object->value != i) ADD_FAILURE() << "somebody else has it, too";
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
}

}  // namespace
}  // namespace p3a
