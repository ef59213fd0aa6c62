#include "touchdesigner/operator/plugin/p3a_out_top.h"

#include <cstring>
#include <exception>

#include "touchdesigner/operator/plugin/keep_loaded.h"

// The SDK's DLLEXPORT is empty but on Windows, where hidden symbols stay hidden.
#if defined(_WIN32)
#define P3A_EXPORT extern "C" __declspec(dllexport)
#else
#define P3A_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace p3a::td {
namespace {

// TouchDesigner cannot catch what we throw; the next cook begins anew.
template <class Call>
void guarded(Call call) noexcept {
  try {
    call();
  } catch (...) {  // NOLINT(bugprone-empty-catch): lack of memory is all that there is
  }
}

class Reader final : public ParameterReader {
 public:
  explicit Reader(const TD::OP_Inputs& inputs) : inputs_(inputs) {}
  double number(const char* name) const override { return inputs_.getParDouble(name); }
  const char* text(const char* name) const override { return inputs_.getParString(name); }

 private:
  const TD::OP_Inputs& inputs_;
};

// API 12 converts to and from sRGB by itself where the project has a working colour space.
template <class Options>
void ask_for_srgb(Options& options) {
  if constexpr (requires { options.colorSpace; }) {
    options.colorSpace = std::remove_reference_t<decltype(options.colorSpace)>::SRGB;
  }
}

template <class SdkParameter>
void set_help(SdkParameter& parameter, const char* help) {
  if constexpr (requires { parameter.help; }) parameter.help = help;  // common API 2 and later
}

TD::OP_NumericParameter numeric(const Parameter& parameter) {
  TD::OP_NumericParameter made(parameter.name);
  made.label = parameter.label;
  made.page = parameter.page;
  made.defaultValues[0] = parameter.number;
  made.minValues[0] = made.minSliders[0] = parameter.least;
  made.maxValues[0] = made.maxSliders[0] = parameter.most;
  made.clampMins[0] = made.clampMaxes[0] = true;
  set_help(made, parameter.help);
  return made;
}

TD::OP_StringParameter textual(const Parameter& parameter) {
  TD::OP_StringParameter made(parameter.name);
  made.label = parameter.label;
  made.page = parameter.page;
  made.defaultValue = parameter.choices.empty() ? parameter.text : parameter.choices[0].name;
  set_help(made, parameter.help);
  return made;
}

void append(TD::OP_ParameterManager& manager, const Parameter& parameter) {
  switch (parameter.kind) {
    case ParameterKind::kToggle:
      manager.appendToggle(numeric(parameter));
      return;
    case ParameterKind::kPulse:
      manager.appendPulse(numeric(parameter));
      return;
    case ParameterKind::kInt:
      manager.appendInt(numeric(parameter));
      return;
    case ParameterKind::kFloat:
      manager.appendFloat(numeric(parameter));
      return;
    case ParameterKind::kText:
      manager.appendString(textual(parameter));
      return;
    case ParameterKind::kDisplayMenu:
      manager.appendDynamicStringMenu(textual(parameter));
      return;
    case ParameterKind::kMenu: {
      std::vector<const char*> names;
      std::vector<const char*> labels;
      for (const Choice& choice : parameter.choices) {
        names.push_back(choice.name);
        labels.push_back(choice.label);
      }
      manager.appendMenu(textual(parameter), static_cast<int32_t>(names.size()), names.data(),
                         labels.data());
      return;
    }
  }
}

// False: this TouchDesigner is older than the headers that we were built with.
template <class Info>
bool set_version(Info& info) {
  if constexpr (requires { info.setAPIVersion(TD::TOPCPlusPlusAPIVersion); }) {
    return info.setAPIVersion(TD::TOPCPlusPlusAPIVersion);
  } else {
    info.apiVersion = TD::TOPCPlusPlusAPIVersion;
    return true;
  }
}

bool is_picture(const TD::OP_TextureDesc& texture) {
  return texture.texDim == TD::OP_TexDim::e2D && texture.width != 0 && texture.height != 0;
}

}  // namespace

// --- the downloads ---

bool TopDownloads::start(std::size_t place) {
  if (input_ == nullptr || !is_picture(input_->textureDesc)) return false;
  TD::OP_TOPInputDownloadOptions options;
  options.verticalFlip = true;  // top row first
  options.pixelFormat = TD::OP_PixelFormat::BGRA8Fixed;
  ask_for_srgb(options);
  results_[place] = input_->downloadTexture(options, nullptr);
  return static_cast<bool>(results_[place]);
}

bool TopDownloads::read(std::size_t place, PixelView& view) {
  const auto& result = results_[place];
  if (!result) return false;
  const void* data = result->getData();  // waits for the GPU; allowed on any thread
  const TD::OP_TextureDesc& texture = result->textureDesc;
  const std::uint64_t bytes = std::uint64_t{4} * texture.width * texture.height;
  if (data == nullptr || texture.pixelFormat != TD::OP_PixelFormat::BGRA8Fixed ||
      result->size < bytes || texture.width > 65535 || texture.height > 65535) {
    return false;
  }
  view = {.pixels = data,
          .width = texture.width,
          .height = texture.height,
          .format = InputFormat::kBgra8888};
  copy_for_output(*result.operator->(), data);
  return true;
}

void TopDownloads::clear(std::size_t place) { results_[place].release(); }

// createOutputBuffer() is allowed on any thread, uploadBuffer() in a cook only.
void TopDownloads::copy_for_output(const TD::OP_TOPDownloadResult& result, const void* data) {
  const std::size_t bytes = std::size_t{4} * result.textureDesc.width * result.textureDesc.height;
  auto buffer = context_->createOutputBuffer(bytes, TD::TOP_BufferFlags::None, nullptr);
  if (!buffer) return;
  std::memcpy(buffer->data, data, bytes);
  const std::scoped_lock lock(mutex_);
  std::swap(output_, buffer);
  output_texture_ = result.textureDesc;
  if (buffer) context_->returnBuffer(&buffer);  // nobody has seen that one
}

void TopDownloads::show(TD::TOP_Output* output) {
  const std::scoped_lock lock(mutex_);
  if (!output_) return;
  TD::TOP_UploadInfo info;
  info.textureDesc = output_texture_;
  info.firstPixel = TD::TOP_FirstPixel::TopLeft;
  ask_for_srgb(info);
  output->uploadBuffer(&output_, info, nullptr);
}

// --- the operator ---

P3aOutTop::P3aOutTop(TD::TOP_Context* context) : downloads_(context) {}

// Not viewed by anybody, it still has to send.
void P3aOutTop::getGeneralInfo(TD::TOP_GeneralInfo* info, const TD::OP_Inputs*, void*) {
  info->cookEveryFrame = true;
  info->cookEveryFrameIfAsked = true;
  info->inputSizeIndex = 0;
}

void P3aOutTop::execute(TD::TOP_Output* output, const TD::OP_Inputs* inputs, void*) {
  guarded([&] {
    const TD::OP_TOPInput* input = inputs->getNumInputs() > 0 ? inputs->getInputTOP(0) : nullptr;
    downloads_.set_input(input);
    sender_.cook(Reader(*inputs),
                 {.wired = input != nullptr, .cooks = input == nullptr ? 0 : input->totalCooks});
    downloads_.set_input(nullptr);
    downloads_.show(output);
  });
}

int32_t P3aOutTop::getNumInfoCHOPChans(void*) { return static_cast<int32_t>(channels().size()); }

void P3aOutTop::getInfoCHOPChan(int32_t index, TD::OP_InfoCHOPChan* channel, void*) {
  guarded([&] {
    const Channel& shown = channels()[static_cast<std::size_t>(index)];
    channel->name->setString(shown.name);
    channel->value = static_cast<float>(shown.value(sender_.report()));
  });
}

bool P3aOutTop::getInfoDATSize(TD::OP_InfoDATSize* size, void*) {
  size->rows = static_cast<int32_t>(kRows);
  size->cols = 2;
  size->byColumn = false;
  return true;
}

void P3aOutTop::getInfoDATEntries(int32_t index, int32_t count, TD::OP_InfoDATEntries* entries,
                                  void*) {
  guarded([&] {
    const Row shown = row(sender_.report(), static_cast<std::size_t>(index));
    if (count > 0) entries->values[0]->setString(shown.name.c_str());
    if (count > 1) entries->values[1]->setString(shown.value.c_str());
  });
}

void P3aOutTop::getWarningString(TD::OP_String* text, void*) {
  guarded([&] {
    const std::string said(warning(sender_.report()));
    if (!said.empty()) text->setString(said.c_str());
  });
}

void P3aOutTop::getErrorString(TD::OP_String* text, void*) {
  guarded([&] {
    const std::string said(error(sender_.report()));
    if (!said.empty()) text->setString(said.c_str());
  });
}

void P3aOutTop::getInfoPopupString(TD::OP_String* text, void*) {
  guarded([&] { text->setString(popup(sender_.report()).c_str()); });
}

void P3aOutTop::setupParameters(TD::OP_ParameterManager* manager, void*) {
  guarded([&] {
    for (const Parameter& parameter : parameters()) append(*manager, parameter);
  });
}

void P3aOutTop::pulsePressed(const char* name, void*) {
  guarded([&] { sender_.pulse(name); });
}

void P3aOutTop::buildDynamicMenu(const TD::OP_Inputs*, TD::OP_BuildDynamicMenuInfo* info, void*) {
  guarded([&] {
    sender_.menu([&](const char* name, const char* label) { info->addMenuEntry(name, label); });
  });
}

}  // namespace p3a::td

P3A_EXPORT void FillTOPPluginInfo(TD::TOP_PluginInfo* info) {
  if (!p3a::td::set_version(*info)) return;
  info->executeMode = TD::TOP_ExecuteMode::CPUMem;
  TD::OP_CustomOPInfo& custom = info->customOPInfo;
  custom.opType->setString("P3aout");
  custom.opLabel->setString("P3A Out");
  custom.opIcon->setString("PIX");
  custom.authorName->setString("p3a-live");
  custom.authorEmail->setString("");
  custom.minInputs = 0;
  custom.maxInputs = 1;
  custom.majorVersion = 0;
  custom.minorVersion = 1;
  custom.cookOnStart = true;
}

P3A_EXPORT TD::TOP_CPlusPlusBase* CreateTOPInstance(const TD::OP_NodeInfo*,
                                                    TD::TOP_Context* context) {
  try {
    p3a::td::keep_loaded();
    return new p3a::td::P3aOutTop(context);
  } catch (...) {
    return nullptr;
  }
}

P3A_EXPORT void DestroyTOPInstance(TD::TOP_CPlusPlusBase* instance, TD::TOP_Context*) {
  delete instance;
}
