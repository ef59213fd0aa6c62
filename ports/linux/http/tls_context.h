// A certificate with its private key, ready for connections: what http.tls.cert and http.tls.key
// name. Reads files, so it may wait for the disk. Any thread.
#pragma once

#include <memory>
#include <string>

#include "core/base/error.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace p3a {

struct TlsFiles {
  std::string cert;  ///< PEM: the certificate, then its chain
  std::string key;   ///< PEM, without a passphrase

  bool wanted() const { return !cert.empty() || !key.empty(); }
};

struct TlsContext {
  std::shared_ptr<ssl_ctx_st> ssl;
  std::string until;     ///< "Nov 27 09:00:00 2027 GMT", the last moment that it is valid
  bool expired = false;  ///< browsers refuse it
};

/// TLS 1.2 and 1.3. Errors: kInvalidValue with a sentence that says which file and what to do.
Result<TlsContext> load_tls(const TlsFiles& files);

}  // namespace p3a
