// How the player finds the picture that comes next.
#include <algorithm>
#include <utility>

#include "device/engine/player.h"
#include "device/engine/prepare.h"

namespace p3a {
namespace {

StoragePath folder() { return *StoragePath::parse(Player::kFolder); }

}  // namespace

void Player::look(Instant now) {
  look_at_ = now + kLookEvery;
  auto files = ports_.disk.list(folder());
  const bool failed = !files;
  if (failed != std::exchange(folder_failed_, failed)) {
    ports_.log.write(failed ? LogLevel::kError : LogLevel::kInfo,
                     failed ? std::string("player: cannot read the folder of pictures: ")
                                  .append(files.error().message.view())
                            : "player: the folder of pictures is readable again");
  }
  if (!failed) {  // else what is known stays
    playlist_.update(std::move(*files));
    status_changed_ = true;
  }
  if (!search_) compare_with_folder();
}

// What is shown, against what lies in the folder now.
void Player::compare_with_folder() {
  if (showing_.source == Source::kSplash) {
    if (playlist_.has_candidate())
      search_ = Search{Direction::kForward, playlist_.size()};
    else
      show_splash();
    return;
  }
  if (!showing_.in_folder) return;
  const FileInfo* found = playlist_.find(showing_.label->name);
  if (found != nullptr && !showing_.file) showing_.file = *found;
  if (paused_ || !showing_.file) return;
  if (playlist_.size() == 0)
    show_splash();
  else if (found != nullptr && !is_showing(*found) && !playlist_.passes_over(*found))
    search_ = Search{Direction::kForward, 1, true};
}

void Player::begin_search(Direction direction, Instant now) {
  look(now);
  search_ = Search{direction, playlist_.size()};
}

// Tries one file.
void Player::search_step(Instant now) {
  FrameRef frame = acquire(now);
  if (!frame) return;
  const FileInfo* candidate = next_candidate();
  if (candidate == nullptr || is_showing(*candidate)) return stay(now);
  const FileInfo file = *candidate;
  auto prepared = open(file, std::move(frame));
  if (!prepared) {
    if (prepared.error().code != ErrorCode::kNotFound) note_bad(file, prepared.error());
    if (ticket_ == 0) show_splash();  // the next one may take a while
    return;
  }
  frame = std::move(prepared->first);
  adopt(std::move(*prepared), file.name);
  showing_.in_folder = true;
  showing_.file = file;
  submit(std::move(frame), {}, {});
}

const FileInfo* Player::next_candidate() {
  while (search_->tries_left > 0) {
    --search_->tries_left;
    const FileInfo* file = search_->same_name ? playlist_.find(showing_.label->name)
                                              : playlist_.step(search_->direction);
    if (file == nullptr) return nullptr;
    if (is_showing(*file) || !playlist_.passes_over(*file)) return file;
  }
  return nullptr;
}

bool Player::is_showing(const FileInfo& file) const {
  return showing_.file && same_file(*showing_.file, file);
}

Result<PreparedPicture> Player::open(const FileInfo& file, FrameRef frame) {
  const auto path = StoragePath::parse(std::string(kFolder) + "/" + file.name);
  if (!path) return std::unexpected(path.error());
  auto opened = ports_.disk.open(*path);
  if (!opened) return std::unexpected(opened.error());
  return prepare_picture(ports_.decoders, view_, image_limits_of(*config_), std::move(*opened),
                         std::move(frame));
}

void Player::note_bad(const FileInfo& file, const Error& reason) {
  status_changed_ = true;
  if (!playlist_.skip(file, reason)) return;
  ports_.log.write(LogLevel::kWarning, "player: skips " + file.name + ": " +
                                           std::string(reason.message.view()) +
                                           " It is tried again when it has changed.");
}

// The search found nothing else: what is shown stays, unless its file is gone.
void Player::stay(Instant now) {
  search_.reset();
  if (showing_.since) showing_.since = now;
  if (showing_.source == Source::kSplash ||
      (showing_.file && playlist_.find(showing_.label->name) == nullptr))
    show_splash();
}

void Player::show_splash() {
  if (showing_.source == Source::kSplash && ticket_ != 0) return;
  showing_ = {};
  ahead_.reset();
  compose_again_ = true;
}

}  // namespace p3a
