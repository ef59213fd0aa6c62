// A TouchDesigner for one operator: loads the plugin, cooks it at a steady rate from a made-up TOP,
// and does what the lines on standard input say. With our own stand-in for the SDK.
//
//   fake_host PLUGIN [FPS]
//   set NAME VALUE | pulse NAME | colour RRGGBB | size W H | wire 0|1 | still 0|1 | cook 0|1
//   info        one JSON line: channels, rows, warning, error, popup, output, menu, cook times
//   reset       forgets the cook times
//   cycles N    N times a second operator: created, cooked once, destroyed; one JSON line
//   quit        destroys the operator; one JSON line with how long that took
//
// A cook's time is what it spends in the plugin: getGeneralInfo, execute, every Info CHOP channel
// and Info DAT row, warning, error, popup. Pictures come from the "GPU" 2 ms after they were asked
// for.
#include <dlfcn.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>
//
#include <TOP_CPlusPlusBase.h>

#include "tests/touchdesigner/operator/lent_objects.h"

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + '"';
}

template <class Function>
Function* symbol(void* library, const char* name) {
  auto* found = reinterpret_cast<Function*>(dlsym(library, name));
  if (found == nullptr) {
    std::fprintf(stderr, "%s is not exported: %s\n", name, dlerror());
    std::exit(2);
  }
  return found;
}

class Host {
 public:
  explicit Host(const char* plugin) {
    void* library = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      std::fprintf(stderr, "the plugin cannot be loaded: %s\n", dlerror());
      std::exit(2);
    }
    create_ = symbol<TD::TOP_CPlusPlusBase*(const TD::OP_NodeInfo*, TD::TOP_Context*)>(
        library, "CreateTOPInstance");
    destroy_ =
        symbol<void(TD::TOP_CPlusPlusBase*, TD::TOP_Context*)>(library, "DestroyTOPInstance");
    TD::TOP_PluginInfo info;
    TD::OP_CustomOPInfo& custom = info.customOPInfo;
    custom.opType = &type_, custom.opLabel = &label_, custom.opIcon = &icon_;
    custom.authorName = &author_, custom.authorEmail = &email_, custom.pythonVersion = &python_;
    symbol<void(TD::TOP_PluginInfo*)>(library, "FillTOPPluginInfo")(&info);
    if (!good_name(type_.text.c_str()) || icon_.text.size() != 3 || !custom.cookOnStart) {
      std::fprintf(stderr, "not a good custom operator: %s\n", type_.text.c_str());
      std::exit(2);
    }
    input.textureDesc.width = input.textureDesc.height = 720;
    input.textureDesc.texDim = TD::OP_TexDim::e2D;
    input.textureDesc.pixelFormat = TD::OP_PixelFormat::RGBA32Float;
    input.paint(0);
    inputs.input = &input;
    top_ = create_(&node_, &context_);
    top_->setupParameters(&parameters_, nullptr);
  }

  void cook() {
    if (!still) ++input.totalCooks;
    const auto begun = Clock::now();
    const double processor = processor_ms();
    cook_once(*top_);
    processor_times_.push_back(processor_ms() - processor);
    times_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
    output_.shown.release();
  }

  void pulse(const std::string& name) { top_->pulsePressed(name.c_str(), nullptr); }
  void reset() {
    times_.clear();
    processor_times_.clear();
  }

  // Times in ms.
  std::string info() {
    Menu menu;
    menu.name = "Display";
    top_->buildDynamicMenu(&inputs, &menu, nullptr);
    std::string json = "{\"channels\":{";
    for (const auto& [name, value] : channels_) {
      json += quoted(name.text) + ':' + std::to_string(value) + ',';
    }
    json.back() = '}';
    json += ",\"rows\":{";
    for (const auto& [name, value] : rows_) {
      json += quoted(name.text) + ':' + quoted(value.text) + ',';
    }
    json.back() = '}';
    json += ",\"warning\":" + quoted(warning_.text) + ",\"error\":" + quoted(error_.text) +
            ",\"popup\":" + quoted(popup_.text) + ",\"output\":[" + quoted(output_.top_left) + ',' +
            quoted(output_.bottom_right) + "],\"uploads\":" + std::to_string(output_.uploads) +
            ",\"menu\":[";
    for (const auto& name : menu.names) json += quoted(name) + ',';
    json.back() = ']';
    json += ",\"problems\":[";
    for (const auto& problem : parameters_.problems) json += quoted(problem) + ',';
    if (json.back() == ',') json.pop_back();
    json += "],\"helps\":[";
    for (const auto& help : parameters_.helps) json += quoted(help) + ',';
    if (json.back() == ',') json.pop_back();
    return json + "]," + cook_times() + "}";
  }

  std::string cycles(int count) {
    // The first operator's thread goes on taking and giving back meanwhile.
    Count apart{0};
    Context context(apart);
    Input picture(apart);
    picture.textureDesc = input.textureDesc;
    picture.picture = input.picture;
    Inputs given = inputs;
    given.input = &picture;
    for (int i = 0; i < count; ++i) {
      TD::TOP_CPlusPlusBase* another = create_(&node_, &context);
      another->execute(&output_, &given, nullptr);
      output_.shown.release();  // the cook is over
      destroy_(another, &context);
    }
    return "{\"cycles\":" + std::to_string(count) + ",\"left\":" + std::to_string(apart) + '}';
  }

  std::string destroy() {
    const auto begun = Clock::now();
    destroy_(top_, &context_);
    const double took = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
    return "{\"destroy_ms\":" + std::to_string(took) + ",\"left\":" + std::to_string(lent) + '}';
  }

  Count lent{0};
  Input input{lent};
  Inputs inputs;
  bool still = false;

 private:
  void cook_once(TD::TOP_CPlusPlusBase& top) {
    TD::TOP_GeneralInfo general;
    top.getGeneralInfo(&general, &inputs, nullptr);
    top.execute(&output_, &inputs, nullptr);
    const auto channels = static_cast<std::size_t>(top.getNumInfoCHOPChans(nullptr));
    channels_.resize(channels);
    for (std::size_t i = 0; i < channels; ++i) {
      TD::OP_InfoCHOPChan channel;
      channel.name = &channels_[i].first;
      top.getInfoCHOPChan(static_cast<int32_t>(i), &channel, nullptr);
      channels_[i].second = static_cast<double>(channel.value);
    }
    TD::OP_InfoDATSize size;
    if (top.getInfoDATSize(&size, nullptr)) {
      rows_.resize(static_cast<std::size_t>(size.rows));
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        TD::OP_String* values[2] = {&rows_[i].first, &rows_[i].second};
        TD::OP_InfoDATEntries entries;
        entries.values = values;
        top.getInfoDATEntries(static_cast<int32_t>(i), 2, &entries, nullptr);
      }
    }
    warning_.text.clear();
    error_.text.clear();
    top.getWarningString(&warning_, nullptr);
    top.getErrorString(&error_, nullptr);
    top.getInfoPopupString(&popup_, nullptr);
  }

  static double processor_ms() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  }

  std::string cook_times() const {
    return "\"cooks\":" + std::to_string(times_.size()) + percentiles("cook", times_) +
           percentiles("processor", processor_times_);
  }

  static std::string percentiles(const std::string& name, std::vector<double> sorted) {
    if (sorted.empty()) sorted.push_back(0);
    std::sort(sorted.begin(), sorted.end());
    std::string json;
    const auto add = [&](const char* what, double part) {
      const auto at = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
      json += ",\"" + name + '_' + what + "_ms\":" + std::to_string(sorted[at]);
    };
    add("p50", 0.5);
    add("p99", 0.99);
    add("p999", 0.999);
    add("max", 1);
    return json;
  }

  TD::TOP_CPlusPlusBase* (*create_)(const TD::OP_NodeInfo*, TD::TOP_Context*) = nullptr;
  void (*destroy_)(TD::TOP_CPlusPlusBase*, TD::TOP_Context*) = nullptr;
  String type_, label_, icon_, author_, email_, python_;
  TD::OP_NodeInfo node_;
  Context context_{lent};
  Parameters parameters_{inputs};
  Output output_;
  TD::TOP_CPlusPlusBase* top_ = nullptr;
  // Kept from cook to cook, so that what is measured is not our own memory.
  std::vector<std::pair<String, double>> channels_;
  std::vector<std::pair<String, String>> rows_;
  String warning_, error_, popup_;
  std::vector<double> times_;
  std::vector<double> processor_times_;
};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

struct Driver {
  Host host;
  bool cooks = true;
  bool done = false;

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb, name, rest;
    words >> verb;
    if (verb == "info") return say(host.info());
    if (verb == "reset") return host.reset();
    if (verb == "quit") {
      done = true;
      return say(host.destroy());
    }
    words >> name;
    if (verb == "cycles") return say(host.cycles(std::atoi(name.c_str())));
    if (verb == "set") {
      std::getline(words >> std::ws, rest);
      if (!host.inputs.set(name, rest))
        std::fprintf(stderr, "no such parameter: %s\n", line.c_str());
      return;
    }
    if (verb == "pulse") return host.pulse(name);
    if (verb == "colour")
      return host.input.paint(static_cast<std::uint32_t>(std::stoul(name, nullptr, 16)));
    if (verb == "wire") host.inputs.input = name == "1" ? &host.input : nullptr;
    if (verb == "still") host.still = name == "1";
    if (verb == "cook") cooks = name == "1";
    if (verb == "size") {
      words >> rest;
      host.input.textureDesc.width = static_cast<std::uint32_t>(std::stoul(name));
      host.input.textureDesc.height = static_cast<std::uint32_t>(std::stoul(rest));
      host.input.paint(0);
    }
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const double fps = count > 2 ? std::atof(arguments[2]) : 60;
  const auto frame =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / fps));
  Driver driver{Host(arguments[1])};
  std::string incoming;
  auto next = Clock::now();
  while (!driver.done) {
    if (driver.cooks) driver.host.cook();
    next = std::max(next + frame, Clock::now());
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now());
      pollfd input{STDIN_FILENO, POLLIN, 0};
      if (poll(&input, 1, static_cast<int>(std::max<long>(0, left.count()))) <= 0) break;
      char bytes[4096];
      const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
      if (got <= 0) return 1;  // whoever drove us is gone
      incoming.append(bytes, static_cast<std::size_t>(got));
      for (std::size_t end; !driver.done && (end = incoming.find('\n')) != std::string::npos;) {
        driver.obey(incoming.substr(0, end));
        incoming.erase(0, end + 1);
      }
      if (driver.done) return 0;
    }
    std::this_thread::sleep_until(next);
  }
  return 0;
}
