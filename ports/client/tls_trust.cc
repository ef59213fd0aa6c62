#include "ports/client/tls_trust.h"

#if defined(P3A_HAVE_TLS)
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <tuple>

namespace p3a::sender {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype([](SSL_CTX* it) { SSL_CTX_free(it); })>;
using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Names =
    std::unique_ptr<GENERAL_NAMES, decltype([](GENERAL_NAMES* it) { GENERAL_NAMES_free(it); })>;

constexpr const char* kNoMemory = "There is not enough memory for TLS.";

// Why a certificate was refused.
struct Refusal {
  int error = X509_V_OK;
  std::string fingerprint{};  // SHA-256, as `openssl x509 -fingerprint` writes it
  std::string names{};        // that it is for
  std::string until{};
};

// Each SSL owns its Refusal.
int refusal_index() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* refusal, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<Refusal*>(refusal);
      });
  return index;
}

std::string text_in(BIO* bio) {
  std::array<char, 128> text{};
  const int size = BIO_read(bio, text.data(), static_cast<int>(text.size()));
  return {text.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
}

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return "unknown";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i != 0) text += ':';
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

// "DNS:p3a.local, IP Address:192.0.2.7"; at most four.
std::string names_of(X509* certificate) {
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string text;
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < std::min(count, 4); ++i) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out || GENERAL_NAME_print(out.get(), sk_GENERAL_NAME_value(names.get(), i)) != 1) continue;
    text += (text.empty() ? "" : ", ") + text_in(out.get());
  }
  return text.empty() ? "no name" : text;
}

std::string end_of(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out || ASN1_TIME_print(out.get(), X509_get0_notAfter(certificate)) != 1) return "some day";
  return text_in(out.get());
}

// Called for each certificate of the chain; what is refused first is remembered.
int verify(int good, X509_STORE_CTX* store) {
  if (good == 1) return 1;
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const refusal = static_cast<Refusal*>(SSL_get_ex_data(ssl, refusal_index()));
  X509* const certificate = X509_STORE_CTX_get0_cert(store);
  if (refusal == nullptr || certificate == nullptr) return 0;
  try {
    *refusal = {.error = X509_STORE_CTX_get_error(store),
                .fingerprint = fingerprint_of(certificate),
                .names = names_of(certificate),
                .until = end_of(certificate)};
  } catch (...) {  // NOLINT(bugprone-empty-catch): refused without the words
  }
  return 0;
}

Context new_context() {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, verify);
  return context;
}

// The machine's own list takes some ten milliseconds to read: once.
SSL_CTX* machine_context() {
  static SSL_CTX* const kept = [] {
    Context context = new_context();
    if (context) {
      SSL_CTX_set_default_verify_paths(context.get());  // SSL_CERT_FILE and SSL_CERT_DIR, too
#if defined(_WIN32)
      SSL_CTX_load_verify_store(context.get(), "org.openssl.winstore://");
#elif defined(__APPLE__)
      SSL_CTX_load_verify_file(context.get(), "/etc/ssl/cert.pem");
#endif
      ERR_clear_error();  // a machine without a list trusts nobody
    }
    return context.release();
  }();
  return kept;
}

// Read anew for each connection: a display's new certificate is as new here.
std::expected<Context, std::string> context_of(const std::string& ca_file) {
  Context context = new_context();
  if (!context) return std::unexpected(kNoMemory);
  errno = 0;
  const std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })> file(
      std::fopen(ca_file.c_str(), "r"));
  if (!file) {
    return std::unexpected("The CA file " + ca_file + " cannot be read (" + std::strerror(errno) +
                           "): name a PEM file.");
  }
  if (SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    ERR_clear_error();
    return std::unexpected("There is no certificate in the CA file " + ca_file +
                           ": name a PEM file with the display's own, or with its authority's.");
  }
  // The display's own certificate is enough, also where somebody else has signed it.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  return context;
}

// An address is compared with the certificate's addresses, and no server is told of it (RFC 6066
// section 3).
bool expect_host(SSL* ssl, std::string host) {
  X509_VERIFY_PARAM* const param = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(
      param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const std::string address = host.substr(0, host.find('%'));  // without the zone of "fe80::1%eth0"
  if (X509_VERIFY_PARAM_set1_ip_asc(param, address.c_str()) == 1) return true;
  ERR_clear_error();
  if (host.ends_with('.')) host.pop_back();
  return SSL_set1_host(ssl, host.c_str()) == 1 &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

std::string refused(const Refusal& refusal, const Destination& destination) {
  switch (refusal.error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "The display's certificate is not for " + destination.host + " but for " +
             refusal.names + ": use one of those, or give the display a certificate with this one.";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "The display's certificate has expired (" + refusal.until +
             "): give the display a new one (http.tls.cert).";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "The display's certificate is not valid yet: is the clock right, here and there?";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "The display's certificate is not trusted (SHA-256 " + refusal.fingerprint +
             "): if it is the right one, name its PEM file or its authority's as CA file (--ca).";
    default:
      return std::string("The display's certificate is refused (") +
             X509_verify_cert_error_string(refusal.error) + ", SHA-256 " + refusal.fingerprint +
             "): give the display another one (http.tls.cert).";
  }
}

}  // namespace

std::expected<ssl_st*, std::string> new_tls(const Destination& destination) {
  ERR_clear_error();
  Context own;
  SSL_CTX* context = nullptr;
  if (destination.ca_file.empty()) {
    context = machine_context();
  } else {
    auto made = context_of(destination.ca_file);
    if (!made) return std::unexpected(made.error());
    own = std::move(*made);
    context = own.get();
  }
  SSL* const ssl = context == nullptr ? nullptr : SSL_new(context);  // has its share in the context
  auto refusal = std::make_unique<Refusal>();
  if (ssl == nullptr || SSL_set_ex_data(ssl, refusal_index(), refusal.get()) != 1) {
    SSL_free(ssl);
    return std::unexpected(kNoMemory);
  }
  std::ignore = refusal.release();
  if (expect_host(ssl, destination.host)) return ssl;
  SSL_free(ssl);
  ERR_clear_error();
  return std::unexpected(
      "\"" + destination.host +
      "\" is no name that a certificate could be for: use another name, or the address.");
}

std::string why_no_tls(ssl_st* ssl, const Destination& destination, const std::string& why) {
  const auto* const refusal = static_cast<Refusal*>(SSL_get_ex_data(ssl, refusal_index()));
  if (refusal != nullptr && refusal->error != X509_V_OK) return refused(*refusal, destination);
  return "There is no TLS with " + destination.host + ":" + std::to_string(destination.port) +
         " (" + why +
         "): if the display has no certificate (http.tls.cert), write http:// or ws:// instead.";
}

}  // namespace p3a::sender
#else
namespace p3a::sender {

std::expected<ssl_st*, std::string> new_tls(const Destination&) {
  return std::unexpected(
      "This build speaks no TLS (P3A_TLS): write http:// or ws:// instead of https:// or wss://.");
}

std::string why_no_tls(ssl_st*, const Destination&, const std::string& why) { return why; }

}  // namespace p3a::sender
#endif
