// The files of the rotation: which there are, in what order they come, which are passed over.
//
// Pure logic: whoever owns it lists the folder and hands the list in. The order is by name, or
// shuffled: then every file comes once a round, each round in another order. The position is a
// name, so that it holds when files come and go. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "device/ports.h"

namespace p3a {

/// A file of the rotation that could not be shown, and why; it is never deleted.
struct SkippedFile {
  std::string name;
  Error reason;
};

class Playlist {
 public:
  enum class Direction : std::uint8_t { kForward, kBack };

  /// `seed` decides the shuffled orders.
  explicit Playlist(std::uint64_t seed) : seed_(seed) {}

  /// Takes over what lies in the folder now: pictures by their ending, hidden files left out.
  /// Forgets why a file was skipped when it is gone or has changed.
  void update(std::vector<FileInfo> files);
  void set_shuffle(bool shuffle);

  std::size_t size() const { return files_.size(); }
  /// The file of that name, nullptr when it is not in the rotation. Valid until the next update(),
  /// set_shuffle() or step().
  const FileInfo* find(std::string_view name) const;
  /// Moves the position to the file after or before it, around the end, and returns it; nullptr
  /// when there is none. Valid as that of find().
  const FileInfo* step(Direction direction);
  /// The position is that name from now on, whether it is in the rotation or not.
  void jump(std::string_view name) { position_ = name; }

  /// Remembers that the file as it is now cannot be shown. True when that is news.
  bool skip(const FileInfo& file, const Error& reason);
  /// Forgets that, since it could be shown after all. True when there was something to forget.
  bool unskip(std::string_view name) { return skipped_.erase(std::string(name)) > 0; }
  /// Whether the file need not be tried again before it changes. A decoder that was too slow may
  /// have more time the next time, a disk may be back: those are tried again.
  bool passes_over(const FileInfo& file) const;
  /// Whether any file is worth a try.
  bool has_candidate() const;
  std::vector<SkippedFile> skipped() const;

 private:
  struct Entry {
    std::uint64_t key = 0;  // the place in a shuffled round; 0 when sorted by name
    FileInfo file;
  };
  struct Skip {
    FileInfo file;
    Error reason;
  };
  std::uint64_t key_of(std::string_view name) const;
  void sort();
  std::vector<Entry>::iterator begin_round(Direction direction);

  std::uint64_t seed_;
  std::uint64_t round_ = 0;
  bool shuffle_ = false;
  std::vector<Entry> files_;  // sorted by key, then by name
  std::string position_;      // a file name; empty before the first step
  std::map<std::string, Skip> skipped_;
};

/// Whether it is the same file with, as far as one can tell, the same bytes.
bool same_file(const FileInfo& a, const FileInfo& b);

}  // namespace p3a
