// What the sender needs of TouchDesigner, and nothing of its headers: the operator file implements
// it, tests fake it.
#pragma once

#include <cstddef>

#include "include/p3a/p3a.hpp"

namespace p3a::td {

/// The operator's parameters, by name. Cook thread, during a cook.
class ParameterReader {
 public:
  virtual double number(const char* name) const = 0;  ///< of a menu: which entry, from 0
  virtual const char* text(const char* name) const = 0;

 protected:
  ~ParameterReader() = default;
};

/// Pictures on their way from the GPU, kept in a few places so that none takes memory.
class Downloads {
 public:
  static constexpr std::size_t kPlaces = 3;  // one waits, one is read, one is being started

  /// Cook thread, during a cook: asks for the input's picture, 8 bits a channel. False: it has none
  /// that can be shown.
  virtual bool start(std::size_t place) = 0;
  /// The worker's thread; waits for the GPU. The view lives until clear(). False: it was lost.
  virtual bool read(std::size_t place, PixelView& view) = 0;
  /// Either thread.
  virtual void clear(std::size_t place) = 0;

 protected:
  ~Downloads() = default;
};

}  // namespace p3a::td
