#include "device/upload/upload_name.h"

#include <algorithm>
#include <chrono>

namespace p3a {
namespace {

constexpr std::size_t kMaxClientName = 143;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// The number in decimal, with zeros in front.
std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

Result<ClientFileName> parse_client_file_name(std::string_view filename) {
  const auto last = filename.find_last_of("/\\");
  if (last != std::string_view::npos) filename.remove_prefix(last + 1);
  if (filename.empty() || filename.front() == '.' || filename.size() > kMaxClientName ||
      filename.contains("..") || std::ranges::any_of(filename, is_control)) {
    return fail(ErrorCode::kInvalidFilename, "this file name cannot be used: give 1 to ",
                kMaxClientName,
                " bytes that do not begin with '.' and have no '..' and no control characters");
  }
  const auto dot = filename.rfind('.');
  const auto ending = dot == std::string_view::npos ? std::string_view() : filename.substr(dot + 1);
  const auto format = format_from_name(ending);
  if (!format) {
    return fail(ErrorCode::kUnsupportedMediaType,
                "the file name must end in .png, .apng, .jpg, .jpeg, .webp, .gif or .p3x");
  }
  const auto folder = StoragePath::parse(kAnimationsFolder);
  if (!folder) return std::unexpected(folder.error());
  auto path = inside(*folder, filename);
  if (!path) return std::unexpected(path.error());
  return ClientFileName{std::string(filename), std::move(*path), *format};
}

std::string timestamp_suffix(Micros since_epoch) {
  using std::chrono::days;
  using std::chrono::floor;
  const auto day = floor<days>(since_epoch);
  const std::chrono::year_month_day date{std::chrono::sys_days(day)};
  const std::chrono::hh_mm_ss time(floor<std::chrono::milliseconds>(since_epoch - day));
  return "-" + padded(static_cast<int>(date.year()), 4) +
         padded(static_cast<unsigned>(date.month()), 2) +
         padded(static_cast<unsigned>(date.day()), 2) + "-" + padded(time.hours().count(), 2) +
         padded(time.minutes().count(), 2) + padded(time.seconds().count(), 2) + "-" +
         padded(time.subseconds().count(), 3);
}

Result<StoragePath> appended(const StoragePath& path, std::string_view text) {
  return StoragePath::parse(path.text() + std::string(text));
}

Result<StoragePath> inside(const std::optional<StoragePath>& folder, std::string_view name) {
  return StoragePath::parse((folder ? folder->text() + "/" : std::string()) + std::string(name));
}

}  // namespace p3a
