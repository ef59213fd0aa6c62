// The C++ side of script/bench upload: the bare loop to compare with, the ways to replace a file
// safely, and a client.
//
//   upload_bench reference DIR FILE COUNT safe|fast   one step after the other: decode, write,
//   (sync,) rename upload_bench pattern NAME DIR FILE COUNT          only the disk's part, in one
//   of several safe ways upload_bench client PORT FILE COUNT               uploads over one
//   keep-alive connection upload_bench status PORT MILLISECONDS             GET /status again and
//   again, for that long
// Each prints one line of JSON. Errors end the program with a sentence on standard error.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<unsigned char>;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

void check(bool good, const char* what) {
  if (!good) give_up(what);
}

Bytes read_file(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  check(stream.good(), path);
  return Bytes(std::istreambuf_iterator<char>(stream), {});
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void print_rate(int count, double seconds) {
  std::printf("{\"count\": %d, \"seconds\": %.6f, \"per_second\": %.2f}\n", count, seconds,
              count / seconds);
}

// Opens a file in `folder`, writes it whole, syncs it as asked.
void write_whole(int folder, const char* name, const Bytes& data, int flags, bool sync) {
  const int file = openat(folder, name, O_WRONLY | O_CREAT | flags, 0644);
  check(file >= 0, name);
  check(write(file, data.data(), data.size()) == static_cast<ssize_t>(data.size()), "write");
  if (sync) check(fsync(file) == 0, "fsync");
  close(file);
}

void decode(tjhandle decoder, const Bytes& jpeg, Bytes& pixels) {
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colorspace = 0;
  check(tjDecompressHeader3(decoder, jpeg.data(), jpeg.size(), &width, &height, &subsampling,
                            &colorspace) == 0,
        "header");
  pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  check(tjDecompress2(decoder, jpeg.data(), jpeg.size(), pixels.data(), width, 0, height, TJPF_RGB,
                      0) == 0,
        "decode");
}

int open_folder(const char* path) {
  const int folder = open(path, O_RDONLY | O_DIRECTORY);
  check(folder >= 0, path);
  return folder;
}

int run_reference(const char* path, const Bytes& jpeg, int count, bool safe) {
  const int folder = open_folder(path);
  const tjhandle decoder = tjInitDecompress();
  Bytes pixels;
  const auto begin = Clock::now();
  for (int i = 0; i < count; ++i) {
    decode(decoder, jpeg, pixels);
    write_whole(folder, "reference.tmp", jpeg, O_TRUNC, safe);
    check(renameat(folder, "reference.tmp", folder, "reference.jpg") == 0, "rename");
    if (safe) check(fsync(folder) == 0, "fsync folder");
  }
  print_rate(count, seconds_since(begin));
  return 0;
}

// The slot is the file that was replaced last: its blocks are written over in place, then the names
// are exchanged.
void replace_by_exchange(int folder, const Bytes& data, int flags, bool sync) {
  write_whole(folder, "slot.tmp", data, flags, false);
  const int slot = openat(folder, "slot.tmp", O_WRONLY);
  check(slot >= 0 && ftruncate(slot, static_cast<off_t>(data.size())) == 0, "ftruncate");
  if (sync) check(fsync(slot) == 0, "fsync");
  close(slot);
  if (syscall(SYS_renameat2, folder, "slot.tmp", folder, "slot.jpg", RENAME_EXCHANGE) != 0) {
    check(renameat(folder, "slot.tmp", folder, "slot.jpg") == 0, "rename");
  }
  check(fsync(folder) == 0, "fsync folder");
}

int run_pattern(const std::string& name, const char* path, Bytes data, int count) {
  const int folder = open_folder(path);
  const auto replace = [&]() {
    if (name == "plain") {
      write_whole(folder, "plain.tmp", data, O_TRUNC, true);
      check(renameat(folder, "plain.tmp", folder, "plain.jpg") == 0, "rename");
      check(fsync(folder) == 0, "fsync folder");
    } else if (name == "slot") {
      replace_by_exchange(folder, data, 0, true);
    } else if (name == "slot-dsync") {
      replace_by_exchange(folder, data, O_DSYNC, false);
    } else {
      check(false, "pattern: plain, slot or slot-dsync");
    }
  };
  for (int i = 0; i < 10; ++i) replace();
  const auto begin = Clock::now();
  for (int i = 0; i < count; ++i) {
    data[data.size() / 2] = static_cast<unsigned char>(i);
    replace();
  }
  print_rate(count, seconds_since(begin));
  return 0;
}

int connect_to(const char* port) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "connect");
  const int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connection;
}

// Reads one answer with Content-Length and gives its status.
int read_answer(int connection, std::string& buffer) {
  std::array<char, 16384> piece;
  std::size_t whole = std::string::npos;
  for (;;) {
    const std::size_t head = buffer.find("\r\n\r\n");
    if (head != std::string::npos && whole == std::string::npos) {
      const std::size_t length = buffer.find("Content-Length: ");
      check(length < head, "an answer without Content-Length");
      whole = head + 4 + std::strtoul(buffer.c_str() + length + 16, nullptr, 10);
    }
    if (buffer.size() >= whole && whole != std::string::npos) break;
    const ssize_t count = recv(connection, piece.data(), piece.size(), 0);
    check(count > 0, "the display closed the connection");
    buffer.append(piece.data(), static_cast<std::size_t>(count));
  }
  const int status = std::atoi(buffer.c_str() + 9);
  buffer.erase(0, whole);
  return status;
}

int run_client(const char* port, const Bytes& file, int count) {
  const int connection = connect_to(port);
  const std::string head =
      "POST /upload/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "image/jpeg\r\nContent-Length: " +
      std::to_string(file.size()) + "\r\n\r\n";
  std::string buffer;
  std::array<int, 600> statuses{};
  const auto begin = Clock::now();
  for (int i = 0; i < count; ++i) {
    std::array<iovec, 2> parts{iovec{const_cast<char*>(head.data()), head.size()},
                               iovec{const_cast<unsigned char*>(file.data()), file.size()}};
    check(writev(connection, parts.data(), 2) == static_cast<ssize_t>(head.size() + file.size()),
          "send");
    ++statuses.at(static_cast<std::size_t>(read_answer(connection, buffer)));
  }
  const double seconds = seconds_since(begin);
  std::printf(
      "{\"count\": %d, \"seconds\": %.6f, \"per_second\": %.2f, \"ok\": %d, \"refused\": %d}\n",
      count, seconds, count / seconds, statuses[200], statuses[400]);
  return 0;
}

int run_status(const char* port, double limit_seconds) {
  const int connection = connect_to(port);
  const std::string request = "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::string buffer;
  std::vector<double> milliseconds;
  for (const auto begin = Clock::now(); seconds_since(begin) < limit_seconds;) {
    const auto sent = Clock::now();
    check(send(connection, request.data(), request.size(), 0) > 0, "send");
    check(read_answer(connection, buffer) == 200, "/status");
    milliseconds.push_back(seconds_since(sent) * 1000);
    usleep(2000);
  }
  std::ranges::sort(milliseconds);
  const auto at = [&](double quantile) {
    return milliseconds[static_cast<std::size_t>(quantile *
                                                 static_cast<double>(milliseconds.size() - 1))];
  };
  std::printf("{\"count\": %zu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}\n",
              milliseconds.size(), at(0.5), at(0.99), milliseconds.back());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 5 && words[0] == "reference") {
    return run_reference(argv[2], read_file(argv[3]), std::atoi(argv[4]), words[4] == "safe");
  }
  if (words.size() == 5 && words[0] == "pattern")
    return run_pattern(words[1], argv[3], read_file(argv[4]), std::atoi(argv[5]));
  if (words.size() == 4 && words[0] == "client")
    return run_client(argv[2], read_file(argv[3]), std::atoi(argv[4]));
  if (words.size() == 3 && words[0] == "status")
    return run_status(argv[2], std::atof(argv[3]) / 1000);
  std::fputs("see the first lines of bench/upload_bench.cc\n", stderr);
  return 2;
}
