#include "ports/client/discover.h"

#include "ports/client/mdns_search.h"
#include "ports/client/service.h"

#if defined(P3A_HAVE_AVAHI)
#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>

namespace p3a::sender {
namespace {

using Poll = std::unique_ptr<AvahiSimplePoll,
                             decltype([](AvahiSimplePoll* poll) { avahi_simple_poll_free(poll); })>;
using Client =
    std::unique_ptr<AvahiClient, decltype([](AvahiClient* client) { avahi_client_free(client); })>;

// Everything happens within poll().
class Search {
 public:
  Discovery run(Micros patience);

 private:
  std::string begin();
  void browse(const char* type);
  void found(AvahiIfIndex interface, AvahiProtocol protocol, const char* name, const char* type,
             const char* domain);
  void resolved(const AvahiAddress& address, const char* type, const char* name, const char* host,
                std::uint16_t port, AvahiStringList* txt);

  Poll poll_;
  Client client_;  // its browsers and resolvers go with it
  std::vector<Service> services_;
  int open_ = 0;  // browsers and resolvers that have more to say
  bool lost_ = false;
};

std::string Search::begin() {
  poll_.reset(avahi_simple_poll_new());
  if (!poll_) return "there is not enough memory";
  int error = 0;
  client_.reset(avahi_client_new(
      avahi_simple_poll_get(poll_.get()), {},
      [](AvahiClient*, AvahiClientState state, void* self) {
        if (state == AVAHI_CLIENT_FAILURE) static_cast<Search*>(self)->lost_ = true;
      },
      this, &error));
  if (!client_) return std::string("no Avahi daemon answers (") + avahi_strerror(error) + ")";
  browse(kDisplayService);
  browse(kHttpService);
  return open_ == 2 ? "" : "the Avahi daemon does not look for services";
}

void Search::browse(const char* type) {
  const auto* browser = avahi_service_browser_new(
      client_.get(), AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, type, nullptr, {},
      [](AvahiServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol,
         AvahiBrowserEvent event, const char* name, const char* its_type, const char* domain,
         AvahiLookupResultFlags, void* user) {
        auto* self = static_cast<Search*>(user);
        if (event == AVAHI_BROWSER_NEW) self->found(interface, protocol, name, its_type, domain);
        if (event == AVAHI_BROWSER_ALL_FOR_NOW) --self->open_;
        if (event == AVAHI_BROWSER_FAILURE) self->lost_ = true;
      },
      this);
  if (browser != nullptr) ++open_;
}

void Search::found(AvahiIfIndex interface, AvahiProtocol protocol, const char* name,
                   const char* type, const char* domain) {
  // Of web servers there may be many: only those that may be a p3a are asked further.
  if (std::string_view(type) == kHttpService && !std::string_view(name).starts_with("p3a")) return;
  const auto* resolver = avahi_service_resolver_new(
      client_.get(), interface, protocol, name, type, domain, AVAHI_PROTO_UNSPEC, {},
      [](AvahiServiceResolver* done, AvahiIfIndex, AvahiProtocol, AvahiResolverEvent event,
         const char* its_name, const char* its_type, const char*, const char* host,
         const AvahiAddress* address, std::uint16_t port, AvahiStringList* txt,
         AvahiLookupResultFlags, void* user) {
        auto* self = static_cast<Search*>(user);
        if (event == AVAHI_RESOLVER_FOUND) {
          self->resolved(*address, its_type, its_name, host, port, txt);
        }
        --self->open_;
        avahi_service_resolver_free(done);
      },
      this);
  if (resolver != nullptr) ++open_;
}

void Search::resolved(const AvahiAddress& address, const char* type, const char* name,
                      const char* host, std::uint16_t port, AvahiStringList* txt) {
  Service service{.type = type, .name = name, .host = host, .address = {}, .port = port, .txt = {}};
  char text[AVAHI_ADDRESS_STR_MAX];
  service.address = avahi_address_snprint(text, sizeof text, &address);
  // A link-local address means nothing without its interface.
  if (service.address.starts_with("fe80:")) return;
  for (const AvahiStringList* item = txt; item != nullptr; item = item->next) {
    service.txt.emplace_back(item->text, item->text + item->size);
  }
  std::erase(service.txt, "");  // what a record without anything in it is
  services_.push_back(std::move(service));
}

Discovery Search::run(Micros patience) {
  Discovery discovery;
  discovery.error = begin();
  const auto end = std::chrono::steady_clock::now() + patience;
  while (discovery.error.empty() && open_ > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    if (avahi_simple_poll_iterate(poll_.get(), static_cast<int>(left.count())) != 0 || lost_) {
      discovery.error = "the Avahi daemon went away meanwhile";
    }
  }
  discovery.displays = displays_of(services_);
  return discovery;
}

}  // namespace

}  // namespace p3a::sender
#endif

namespace p3a::sender {

// Avahi where it runs, since it knows already; else the network is asked by ourselves.
Discovery look_for_displays(Micros patience) {
  std::string why_not;
#if defined(P3A_HAVE_AVAHI)
  Discovery known = Search().run(patience);
  if (known.error.empty()) return known;
  why_not = known.error + ", and ";
#endif
  MdnsSearch search = search_mdns(patience);
  Discovery discovery;
  discovery.displays = displays_of(search.services);
  if (!search.error.empty()) {
    discovery.error = "Displays cannot be found by name: " + why_not + search.error +
                      "; give the display's address instead.";
  }
  return discovery;
}

}  // namespace p3a::sender
