#include "ports/linux/mdns/mdns.h"

#include <avahi-client/client.h>
#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/domain.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/strlst.h>
#include <avahi-common/thread-watch.h>
#include <avahi-common/timeval.h>
#include <avahi-common/watch.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

namespace p3a {
namespace {

constexpr const char* kOwnType = "_p3a._tcp";
constexpr unsigned kBusAgainMs = 5000;  // nobody says when D-Bus is back: then it is asked for

using StringList = std::unique_ptr<AvahiStringList, void (*)(AvahiStringList*)>;

StringList make_list(const std::vector<std::string>& items) {
  AvahiStringList* list = nullptr;
  for (const std::string& item : items) list = avahi_string_list_add(list, item.c_str());
  return {list, avahi_string_list_free};
}

}  // namespace

// Everything but the constructor and destructor happens on the poll's thread.
struct Mdns::State {
  State(Announcement announcement_, Log& log_)
      : announcement(std::move(announcement_)), log(log_), name(announcement.name) {}

  void start_client();
  void client_changed(AvahiClient* now, AvahiClientState state);
  void group_changed(AvahiEntryGroupState state);
  void publish();
  int add_services(const std::string& host);
  int add_addresses(const std::string& host);
  void rename();
  void wait_for(const std::string& whom);
  void say(LogLevel level, const std::string& what) { log.write(level, "mDNS: " + what); }

  Announcement announcement;
  Log& log;
  std::string name;    // as published: a number is added when it is taken
  bool waits = false;  // and has said so
  AvahiThreadedPoll* poll = nullptr;
  AvahiTimeout* start = nullptr;
  AvahiClient* client = nullptr;
  AvahiEntryGroup* group = nullptr;
};

Mdns::Mdns(Announcement announcement, Log& log)
    : state_(std::make_unique<State>(std::move(announcement), log)) {
  state_->poll = avahi_threaded_poll_new();
  if (state_->poll == nullptr) return;
  // On the poll's own thread: a bus that hangs must not keep the display from starting.
  const AvahiPoll* api = avahi_threaded_poll_get(state_->poll);
  const timeval at_once{};
  state_->start = api->timeout_new(
      api, &at_once,
      [](AvahiTimeout* timeout, void* self) {
        auto* state = static_cast<State*>(self);
        avahi_threaded_poll_get(state->poll)->timeout_update(timeout, nullptr);  // once
        state->start_client();
      },
      state_.get());
  avahi_threaded_poll_start(state_->poll);
}

Mdns::~Mdns() {
  if (state_->poll == nullptr) return;
  avahi_threaded_poll_stop(state_->poll);
  if (state_->client != nullptr) avahi_client_free(state_->client);  // its groups go with it
  avahi_threaded_poll_free(state_->poll);
}

void Mdns::State::start_client() {
  int error = 0;
  // NO_FAIL: without a daemon the client waits for one to come.
  client = avahi_client_new(
      avahi_threaded_poll_get(poll), AVAHI_CLIENT_NO_FAIL,
      [](AvahiClient* changed, AvahiClientState state, void* self) {
        static_cast<State*>(self)->client_changed(changed, state);
      },
      this, &error);
  if (client != nullptr) return;
  wait_for("D-Bus");
  timeval again{};
  avahi_elapse_time(&again, kBusAgainMs, 0);
  avahi_threaded_poll_get(poll)->timeout_update(start, &again);
}

// One line, whatever is missing and however often it is looked for.
void Mdns::State::wait_for(const std::string& whom) {
  if (waits) return;
  waits = true;
  say(LogLevel::kInfo, "waiting for " + whom + "; until then use the address instead of a name");
}

void Mdns::State::client_changed(AvahiClient* now, AvahiClientState state) {
  client = now;  // called from within avahi_client_new() too
  switch (state) {
    case AVAHI_CLIENT_S_RUNNING:
      publish();
      return;
    case AVAHI_CLIENT_S_COLLISION:
    case AVAHI_CLIENT_S_REGISTERING:
      if (group != nullptr) avahi_entry_group_reset(group);
      return;
    case AVAHI_CLIENT_CONNECTING:
      wait_for("the Avahi daemon");
      return;
    case AVAHI_CLIENT_FAILURE:
      if (avahi_client_errno(now) == AVAHI_ERR_DISCONNECTED) {
        say(LogLevel::kWarning, "the Avahi daemon went away; announced again when it is back");
        waits = true;
        avahi_client_free(now);
        client = nullptr;
        group = nullptr;
        start_client();
      } else {
        say(LogLevel::kWarning,
            std::string("not announced: ") + avahi_strerror(avahi_client_errno(now)));
      }
      return;
  }
}

void Mdns::State::group_changed(AvahiEntryGroupState state) {
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    rename();
    publish();
  } else if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
    waits = false;
    say(LogLevel::kInfo,
        "announced as " + name + ".local, http port " + std::to_string(announcement.http_port));
  } else if (state == AVAHI_ENTRY_GROUP_FAILURE) {
    say(LogLevel::kWarning,
        std::string("not announced: ") + avahi_strerror(avahi_client_errno(client)));
  }
}

void Mdns::State::rename() {
  char* alternative = avahi_alternative_host_name(name.c_str());
  if (alternative == nullptr) return;
  say(LogLevel::kWarning,
      name + ".local is taken by another machine; trying " + alternative + ".local");
  name = alternative;
  avahi_free(alternative);
}

void Mdns::State::publish() {
  if (group == nullptr) {
    group = avahi_entry_group_new(
        client,
        [](AvahiEntryGroup* made, AvahiEntryGroupState state, void* self) {
          static_cast<State*>(self)->group = made;
          static_cast<State*>(self)->group_changed(state);
        },
        this);
    if (group == nullptr) return;
  }
  for (int attempt = 0; attempt < 10; ++attempt) {
    avahi_entry_group_reset(group);
    const char* own = avahi_client_get_host_name_fqdn(client);
    const std::string host = name + ".local";
    int error =
        own != nullptr && avahi_domain_equal(own, host.c_str()) != 0 ? 0 : add_addresses(host);
    if (error == 0) error = add_services(host);
    if (error == 0) error = avahi_entry_group_commit(group);
    if (error == 0) return;
    if (error != AVAHI_ERR_COLLISION) {
      say(LogLevel::kWarning, std::string("not announced: ") + avahi_strerror(error));
      return;
    }
    rename();
  }
}

int Mdns::State::add_services(const std::string& host) {
  const auto add = [&](const char* type, AvahiStringList* txt) {
    return avahi_entry_group_add_service_strlst(group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                                AvahiPublishFlags{}, name.c_str(), type, nullptr,
                                                host.c_str(), announcement.http_port, txt);
  };
  const int error = add("_http._tcp", make_list({"path=/"}).get());
  return error != 0 ? error : add(kOwnType, make_list(announcement.txt).get());
}

// The machine's host name is not ours to change, so our name gets address records of its own, one
// an interface. No reverse entries: the addresses already have one.
int Mdns::State::add_addresses(const std::string& host) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return 0;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned(list, freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const bool usable = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (!usable || entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    AvahiAddress address{};
    address.proto = AVAHI_PROTO_INET;
    address.data.ipv4.address =
        reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr.s_addr;
    const auto interface = static_cast<AvahiIfIndex>(if_nametoindex(entry->ifa_name));
    const int error = avahi_entry_group_add_address(
        group, interface, AVAHI_PROTO_UNSPEC, AVAHI_PUBLISH_NO_REVERSE, host.c_str(), &address);
    if (error != 0) return error;
  }
  return 0;
}

}  // namespace p3a
