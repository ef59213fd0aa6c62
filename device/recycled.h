// For small objects that are made anew for every frame: their memory is used again, so that a
// stream that runs takes none from the heap.
//
// A class T with Recycled<T, kPlaces> as a base lives in one of kPlaces places that are there from
// the start, or on the heap when all of them are taken. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <new>

namespace p3a {

template <class T, std::size_t kPlaces>
class Recycled {
 public:
  static void* operator new(std::size_t bytes) {
    if (bytes == sizeof(T)) {
      for (Place& place : places())
        if (!place.taken.test_and_set(std::memory_order_acquire)) return place.bytes;
    }
    return ::operator new(bytes);
  }
  static void operator delete(void* object) {
    for (Place& place : places())
      if (object == place.bytes) return place.taken.clear(std::memory_order_release);
    ::operator delete(object);
  }

 private:
  friend T;
  Recycled() = default;

  // The alignment of T is asked for where T is complete: in these functions.
  struct Place {
    alignas(std::max_align_t) std::byte bytes[sizeof(T)];
    std::atomic_flag taken;
  };
  static std::array<Place, kPlaces>& places() {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    static constinit std::array<Place, kPlaces> all{};
    return all;
  }
};

}  // namespace p3a
