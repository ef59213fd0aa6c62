#include "device/upload/upload.h"

#include <atomic>
#include <string>

#include "device/upload/upload_exchange.h"
#include "device/upload/upload_name.h"

namespace p3a {
namespace {

bool is_temporary(std::string_view name) {
  return name.starts_with(".upload-") && name.ends_with(".tmp");
}

/// How many were removed.
Result<std::size_t> remove_temporaries(Disk& disk, const std::optional<StoragePath>& folder) {
  const auto files = disk.list(folder);
  if (!files) return std::unexpected(files.error());
  std::size_t removed = 0;
  for (const FileInfo& file : *files) {
    if (!is_temporary(file.name)) continue;
    const auto path = inside(folder, file.name);
    if (!path) continue;
    if (const auto status = disk.remove(*path); !status) return std::unexpected(status.error());
    ++removed;
  }
  if (removed > 0) {
    if (const auto status = disk.sync_folder(folder); !status)
      return std::unexpected(status.error());
  }
  return removed;
}

}  // namespace

class Uploads::State {
 public:
  State(UploadPorts ports, std::function<std::shared_ptr<const Config>()> config)
      : ports_(ports),
        config_(std::move(config)),
        finisher_(ports.disk, ports.clock, ports.log, ports.target),
        report_(std::make_shared<UploadReport>(ports.log)),
        next_number_(static_cast<std::uint64_t>(ports.clock.since_epoch().count())) {}

  Begun begin(UploadRoute route, const RequestHead& head) {
    auto request = parse_upload_request(route, head, config_());
    if (!request) {
      report_->refused(head.client, 0, request.error());
      return error_response(request.error());
    }
    const UploadServices services{ports_.disk, finisher_, report_};
    return std::make_unique<UploadExchange>(services, std::move(*request), next_number_++);
  }

  Status recover() {
    const auto base = StoragePath::parse(config_()->upload.save_path);
    if (!base) return std::unexpected(base.error());
    const auto animations = StoragePath::parse(kAnimationsFolder);
    if (!animations) return std::unexpected(animations.error());
    auto status = recover(base->folder());
    if (status && base->folder() != *animations) status = recover(*animations);
    return status;
  }

  UploadCounters counters() const { return report_->counters(); }

 private:
  Status recover(const std::optional<StoragePath>& folder) {
    const auto removed = remove_temporaries(ports_.disk, folder);
    if (!removed) return std::unexpected(removed.error());
    if (*removed > 0) {
      ports_.log.write(LogLevel::kInfo,
                       "removed " + std::to_string(*removed) +
                           " unfinished uploads of the last run; the pictures before "
                           "them are kept");
    }
    return {};
  }

  UploadPorts ports_;
  std::function<std::shared_ptr<const Config>()> config_;
  UploadFinisher finisher_;
  std::shared_ptr<UploadReport> report_;
  std::atomic<std::uint64_t> next_number_;  // begins at the time of day: other than in the last run
};

Uploads::Uploads(UploadPorts ports, std::function<std::shared_ptr<const Config>()> config)
    : state_(std::make_unique<State>(ports, std::move(config))) {}
Uploads::~Uploads() = default;

Uploads::Begun Uploads::begin_image(const RequestHead& head) {
  return state_->begin(UploadRoute::kImage, head);
}

Uploads::Begun Uploads::begin_legacy(const RequestHead& head) {
  return state_->begin(UploadRoute::kLegacy, head);
}

Status Uploads::recover() { return state_->recover(); }

UploadCounters Uploads::counters() const { return state_->counters(); }

}  // namespace p3a
