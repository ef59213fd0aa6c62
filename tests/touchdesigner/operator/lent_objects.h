// What a TouchDesigner lends an operator: input pictures, parameters, buffers, its output and
// menus. For fake_host.cc, with our own stand-in for the SDK.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>
//
#include <TOP_CPlusPlusBase.h>

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::uint8_t>;
constexpr auto kGpuTime = std::chrono::milliseconds(2);
using Count = std::atomic<int>;  // of the objects that one operator was lent and still holds

template <class Base>
class Counted : public Base {
 public:
  explicit Counted(Count& lent) : lent_(lent) { ++lent_; }
  ~Counted() override { --lent_; }

 protected:
  void acquire() override { ++references_; }
  void release() override {
    if (--references_ == 0) delete this;
  }
#if P3A_STAND_IN_TOP_API >= 12
  std::atomic<int> references_{1};
#else
  std::atomic<int> references_{0};
#endif

 private:
  Count& lent_;
};

template <class T>
TD::OP_SmartRef<T> lend(T* object) {
#if P3A_STAND_IN_TOP_API >= 12
  TD::OP_SmartRef<T> lent;
  lent.takeOwnership(object);
  return lent;
#else
  return TD::OP_SmartRef<T>(object);
#endif
}

struct String final : TD::OP_String {
  std::string text;
  void setString(const char* value) override { text = value; }
};

class Download final : public Counted<TD::OP_TOPDownloadResult> {
 public:
  using Counted::Counted;
  Clock::time_point ready;
  std::shared_ptr<const Bytes> picture;  // bottom row first
  bool flip = false;
  // The copying is the GPU's work, not the cook's: it is done here.
  void* getData() override {
    std::this_thread::sleep_until(ready);
    if (!pixels_.empty()) return pixels_.data();
    pixels_.resize(picture->size());
    const std::size_t row = std::size_t{4} * textureDesc.width;
    for (std::uint32_t y = 0; y < textureDesc.height; ++y) {
      const std::uint32_t from = flip ? textureDesc.height - 1 - y : y;
      std::memcpy(&pixels_[y * row], &(*picture)[from * row], row);
    }
    return pixels_.data();
  }

 private:
  Bytes pixels_;
};

struct Buffer final : Counted<TD::TOP_Buffer> {
  using Counted::Counted;
  Bytes bytes;
};

// One colour, a marker in the top left corner: an eighth of each side, white.
class Input final : public TD::OP_TOPInput {
 public:
  explicit Input(Count& lent) : lent_(lent) {}
  std::shared_ptr<const Bytes> picture;  // BGRA, bottom row first, as TouchDesigner keeps it
  void paint(std::uint32_t colour) {
    Bytes painted(std::size_t{4} * textureDesc.width * textureDesc.height);
    for (std::uint32_t y = 0; y < textureDesc.height; ++y) {
      for (std::uint32_t x = 0; x < textureDesc.width; ++x) {
        const bool marker =
            x < textureDesc.width / 8 && y >= textureDesc.height - textureDesc.height / 8;
        const std::uint32_t value = marker ? 0xFFFFFF : colour;
        std::uint8_t* to = &painted[(std::size_t{y} * textureDesc.width + x) * 4];
        to[0] = value & 255;
        to[1] = (value >> 8) & 255;
        to[2] = (value >> 16) & 255;
        to[3] = 255;
      }
    }
    picture = std::make_shared<const Bytes>(std::move(painted));
  }
  TD::OP_SmartRef<TD::OP_TOPDownloadResult> downloadTexture(
      const TD::OP_TOPInputDownloadOptions& options, void*) const override {
    auto* made = new Download(lent_);
    made->textureDesc = textureDesc;
    made->textureDesc.pixelFormat = options.pixelFormat;
    made->size = picture->size();
    made->ready = Clock::now() + kGpuTime;
    made->picture = picture;
    made->flip = options.verticalFlip;
    return lend<TD::OP_TOPDownloadResult>(made);
  }

 private:
  Count& lent_;
};

class Inputs final : public TD::OP_Inputs {
 public:
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, std::vector<std::string>, std::less<>> menus;
  const Input* input = nullptr;

  int32_t getNumInputs() const override { return input ? 1 : 0; }
  const TD::OP_TOPInput* getInputTOP(int32_t) const override { return input; }
  double getParDouble(const char* name, int32_t) const override { return numbers.at(name); }
  int32_t getParInt(const char* name, int32_t) const override {
    return static_cast<int32_t>(numbers.at(name));
  }
  const char* getParString(const char* name) const override { return texts.at(name).c_str(); }

  bool set(const std::string& name, const std::string& value) {
    if (const auto menu = menus.find(name); menu != menus.end()) {
      const auto item = std::find(menu->second.begin(), menu->second.end(), value);
      if (item == menu->second.end()) return false;
      numbers[name] = static_cast<double>(item - menu->second.begin());
      texts[name] = value;
    } else if (numbers.count(name) != 0) {
      numbers[name] = std::atof(value.c_str());
    } else if (texts.count(name) != 0) {
      texts[name] = value;
    } else {
      return false;
    }
    return true;
  }
};

inline bool good_name(const char* name) {
  const std::string text = name ? name : "";
  return !text.empty() && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

class Parameters final : public TD::OP_ParameterManager {
 public:
  explicit Parameters(Inputs& inputs) : inputs_(inputs) {}
  std::vector<std::string> problems;
  std::vector<std::string> helps;

  TD::OP_ParAppendResult appendFloat(const TD::OP_NumericParameter& p, int32_t) override {
    return number(p);
  }
  TD::OP_ParAppendResult appendInt(const TD::OP_NumericParameter& p, int32_t) override {
    return number(p);
  }
  TD::OP_ParAppendResult appendToggle(const TD::OP_NumericParameter& p) override {
    return number(p);
  }
  TD::OP_ParAppendResult appendPulse(const TD::OP_NumericParameter& p) override {
    return number(p);
  }
  TD::OP_ParAppendResult appendString(const TD::OP_StringParameter& p) override { return text(p); }
  TD::OP_ParAppendResult appendDynamicStringMenu(const TD::OP_StringParameter& p) override {
    return text(p);
  }
  TD::OP_ParAppendResult appendMenu(const TD::OP_StringParameter& p, int32_t count,
                                    const char** names, const char**) override {
    text(p);
    inputs_.menus[p.name] = std::vector<std::string>(names, names + count);
    inputs_.numbers[p.name] = 0;
    return inputs_.set(p.name, p.defaultValue) ? TD::OP_ParAppendResult::Success
                                               : TD::OP_ParAppendResult::InvalidName;
  }

 private:
  template <class Parameter>
  void note(const Parameter& p) {
    if (!good_name(p.name)) problems.push_back(std::string("bad name: ") + p.name);
    if (!p.label || !p.page) problems.push_back(std::string("no label or page: ") + p.name);
    if constexpr (requires { p.help; }) helps.push_back(p.help ? p.help : "");
  }
  TD::OP_ParAppendResult number(const TD::OP_NumericParameter& p) {
    note(p);
    inputs_.numbers[p.name] = p.defaultValues[0];
    return TD::OP_ParAppendResult::Success;
  }
  TD::OP_ParAppendResult text(const TD::OP_StringParameter& p) {
    note(p);
    inputs_.texts[p.name] = p.defaultValue;
    return TD::OP_ParAppendResult::Success;
  }

  Inputs& inputs_;
};

struct Context final : TD::TOP_Context {
  explicit Context(Count& count) : lent(count) {}
  Count& lent;
  TD::OP_SmartRef<TD::TOP_Buffer> createOutputBuffer(uint64_t size, TD::TOP_BufferFlags,
                                                     void*) override {
    auto* made = new Buffer(lent);
    made->bytes.resize(size);
    made->data = made->bytes.data();
    made->size = size;
    return lend<TD::TOP_Buffer>(made);
  }
  void returnBuffer(TD::OP_SmartRef<TD::TOP_Buffer>* buffer) override { buffer->release(); }
};

// The operator's own picture: what was uploaded last.
struct Output final : TD::TOP_Output {
  std::string top_left = "none";
  std::string bottom_right = "none";
  std::uint64_t uploads = 0;
  TD::OP_SmartRef<TD::TOP_Buffer> shown;  // until the cook is over
  void uploadBuffer(TD::OP_SmartRef<TD::TOP_Buffer>* buffer, const TD::TOP_UploadInfo& info,
                    void*) override {
    ++uploads;
    const auto* bytes = static_cast<const std::uint8_t*>((*buffer)->data);
    const std::size_t last = (*buffer)->size - 4;
    const bool top_first = info.firstPixel == TD::TOP_FirstPixel::TopLeft;
    const std::size_t row = std::size_t{4} * info.textureDesc.width;
    top_left = colour(bytes + (top_first ? 0 : last + 4 - row));
    bottom_right = colour(bytes + (top_first ? last : row - 4));
    shown = std::move(*buffer);
  }
  static std::string colour(const std::uint8_t* bgra) {
    char text[8];
    std::snprintf(text, sizeof text, "%02x%02x%02x", bgra[2], bgra[1], bgra[0]);
    return text;
  }
};

struct Menu final : TD::OP_BuildDynamicMenuInfo {
  std::vector<std::string> names;
  bool addMenuEntry(const char* entry, const char*) override {
    names.push_back(entry);
    return true;
  }
};
