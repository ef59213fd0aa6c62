#include "ports/linux/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace p3a {
namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;

// What OpenSSL first complained about, for the tail of a sentence.
std::string reason() {
  const unsigned long code = ERR_peek_error();
  const char* const text = ERR_reason_error_string(code);
  ERR_clear_error();
  return text == nullptr ? "nothing in it" : text;
}

std::shared_ptr<ssl_ctx_st> new_context() {
  const std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);  // a quiet connection holds no 32 KiB
  // Nobody is there to type a passphrase.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return -1; });
  return context;
}

Status check_readable(std::string_view setting, const std::string& path) {
  if (path.empty()) {
    return fail(ErrorCode::kInvalidValue, setting,
                " is not set: TLS wants both, http.tls.cert and http.tls.key");
  }
  const std::unique_ptr<FILE, decltype([](FILE* file) { std::fclose(file); })> file(
      std::fopen(path.c_str(), "r"));
  if (file && std::fgetc(file.get()) != EOF) return {};
  const std::string_view why = file && errno == 0 ? "it is empty" : std::strerror(errno);
  return fail(ErrorCode::kInvalidValue, setting, ": cannot read ", std::string_view(path), ": ",
              why, "; name a PEM file that this program may read");
}

std::string text_of(const ASN1_TIME* time) {
  const Bio out(BIO_new(BIO_s_mem()));
  std::array<char, 64> text{};
  if (!out || ASN1_TIME_print(out.get(), time) != 1) return "some day";
  const int size = BIO_read(out.get(), text.data(), static_cast<int>(text.size()));
  return {text.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
}

}  // namespace

Result<TlsContext> load_tls(const TlsFiles& files) {
  errno = 0;
  if (Status read = check_readable("http.tls.cert", files.cert); !read)
    return std::unexpected(read.error());
  if (Status read = check_readable("http.tls.key", files.key); !read)
    return std::unexpected(read.error());
  ERR_clear_error();
  TlsContext out{.ssl = new_context(), .until = {}};
  SSL_CTX* const context = out.ssl.get();
  if (context == nullptr || SSL_CTX_use_certificate_chain_file(context, files.cert.c_str()) != 1) {
    return fail(ErrorCode::kInvalidValue, "http.tls.cert: there is no usable certificate in ",
                std::string_view(files.cert), " (", reason(),
                "): name a PEM file that begins with the certificate");
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 &&
      ERR_GET_REASON(ERR_peek_error()) != X509_R_KEY_VALUES_MISMATCH) {
    return fail(ErrorCode::kInvalidValue, "http.tls.key: there is no usable private key in ",
                std::string_view(files.key), " (", reason(),
                "): name a PEM file without a passphrase; openssl pkey takes one away");
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::kInvalidValue, "http.tls.key: the key in ", std::string_view(files.key),
                " is not that of the certificate in ", std::string_view(files.cert),
                ": name two that were made together");
  }
  const ASN1_TIME* const end = X509_get0_notAfter(SSL_CTX_get0_certificate(context));
  out.until = text_of(end);
  out.expired = X509_cmp_current_time(end) < 0;
  return out;
}

}  // namespace p3a
