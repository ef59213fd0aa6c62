// A stand-in for what our operator uses of TouchDesigner's C++ SDK, so that its one file is
// compiled and driven here. OUR OWN declarations, written from the documented names and signatures
// (docs.derivative.ca, "Write a CPlusPlus Plugin"; the shapes of TOP API 11 and 12): Derivative's
// headers have a licence that keeps them out of this repository. No layout here is TouchDesigner's:
// a plugin built with this runs in the fake host of these tests and nowhere else.
//
// The folder beside it that is included first says which generation: P3A_STAND_IN_TOP_API 11 or 12,
// P3A_STAND_IN_COMMON_API 0 (none), 1 or 2.
#pragma once

#include <cstring>
#include <utility>

struct _object;
using PyObject = _object;

namespace TD {

#if P3A_STAND_IN_TOP_API >= 12
const int OP_CommonAPIVersion = P3A_STAND_IN_COMMON_API;
const int TOPCPlusPlusAPIVersion = 12 | (OP_CommonAPIVersion << 16);
#else
const int TOPCPlusPlusAPIVersion = 11;
#endif

enum class OP_PixelFormat : int32_t {
  Invalid = -1,
  BGRA8Fixed = 0,
  RGBA8Fixed = 1,
  RGBA32Float = 2
};
enum class OP_TexDim : int32_t { eInvalid = -1, e2D, e2DArray, e3D, eCube };
enum class TOP_ExecuteMode : int32_t { Unsupported = 0, CPUMem, Reserved, CUDA };
enum class TOP_FirstPixel : int32_t { BottomLeft = 0, TopLeft };
enum class TOP_BufferFlags : int32_t { None = 0, Readable = 1 };
enum class OP_ParAppendResult : int32_t { Success = 0, InvalidName, InvalidSize };
#if P3A_STAND_IN_TOP_API >= 12
enum class OP_ColorSpace : uint32_t {
  DefaultForWorkingColorSpace = 0,
  Passthrough,
  SRGB,
  SRGBLinear
};
#endif

template <class T>
class OP_SmartRef;

class OP_RefCount {
 public:
  virtual ~OP_RefCount() = default;

 protected:
  virtual void acquire() = 0;
  virtual void release() = 0;
  template <class T>
  friend class OP_SmartRef;
};

// API 11 takes a pointer and acquires; API 12 takes over what the host has acquired.
template <class T>
class OP_SmartRef {
 public:
  OP_SmartRef() = default;
#if P3A_STAND_IN_TOP_API >= 12
  void takeOwnership(T* target) {
    release();
    target_ = target;
  }
#else
  OP_SmartRef(T* target) : target_(target) {
    if (target_) target_->acquire();
  }
#endif
  OP_SmartRef(const OP_SmartRef& other) { *this = other; }
  OP_SmartRef(OP_SmartRef&& other) noexcept { *this = std::move(other); }
  ~OP_SmartRef() { release(); }
  void operator=(const OP_SmartRef& other) {
    if (target_ == other.target_) return;
    release();
    target_ = other.target_;
    if (target_) target_->acquire();
  }
  void operator=(OP_SmartRef&& other) noexcept {
    if (target_ == other.target_) return;
    release();
    target_ = std::exchange(other.target_, nullptr);
  }
  void release() {
    if (target_) target_->release();
    target_ = nullptr;
  }
  T* operator->() const { return target_; }
  operator bool() const { return target_ != nullptr; }

 private:
  T* target_ = nullptr;
};

class OP_String {
 public:
  virtual void setString(const char* text) = 0;

 protected:
  virtual ~OP_String() = default;
};

class OP_CustomOPInfo {
 public:
  OP_String* opType = nullptr;
  OP_String* opLabel = nullptr;
  OP_String* opIcon = nullptr;
  int32_t minInputs = 0;
  int32_t maxInputs = 0;
  OP_String* authorName = nullptr;
  OP_String* authorEmail = nullptr;
  int32_t majorVersion = 0;
  int32_t minorVersion = 1;
  OP_String* pythonVersion = nullptr;
  bool cookOnStart = false;
};

class OP_TextureDesc {
 public:
  uint32_t width = 0;
  uint32_t height = 0;
  uint32_t depth = 1;
  OP_TexDim texDim = OP_TexDim::eInvalid;
  OP_PixelFormat pixelFormat = OP_PixelFormat::Invalid;
  float aspectX = 0;
  float aspectY = 0;
};

class OP_TOPInputDownloadOptions {
 public:
  bool verticalFlip = false;
  OP_PixelFormat pixelFormat = OP_PixelFormat::Invalid;
#if P3A_STAND_IN_TOP_API >= 12
  OP_ColorSpace colorSpace = OP_ColorSpace::DefaultForWorkingColorSpace;
#endif
};

class OP_TOPDownloadResult : public OP_RefCount {
 public:
  virtual void* getData() = 0;
  uint64_t size = 0;
  OP_TextureDesc textureDesc;

 protected:
  ~OP_TOPDownloadResult() override = default;
};

class OP_TOPInput {
 public:
  virtual OP_SmartRef<OP_TOPDownloadResult> downloadTexture(
      const OP_TOPInputDownloadOptions& options, void* reserved) const = 0;
  const char* opPath = nullptr;
  uint32_t opId = 0;
  OP_TextureDesc textureDesc;
  int64_t totalCooks = 0;

 protected:
  virtual ~OP_TOPInput() = default;
};

class OP_Inputs {
 public:
  virtual int32_t getNumInputs() const = 0;
  virtual const OP_TOPInput* getInputTOP(int32_t index) const = 0;
  virtual double getParDouble(const char* name, int32_t index = 0) const = 0;
  virtual int32_t getParInt(const char* name, int32_t index = 0) const = 0;
  virtual const char* getParString(const char* name) const = 0;

 protected:
  virtual ~OP_Inputs() = default;
};

class OP_InfoCHOPChan {
 public:
  OP_String* name = nullptr;
  float value = 0;
};

class OP_InfoDATSize {
 public:
  int32_t rows = 0;
  int32_t cols = 0;
  bool byColumn = false;
};

class OP_InfoDATEntries {
 public:
  OP_String** values = nullptr;
};

class OP_NumericParameter {
 public:
  OP_NumericParameter(const char* its_name = nullptr) : name(its_name) {}
  const char* name;
  const char* label = nullptr;
  const char* page = nullptr;
  double defaultValues[4] = {};
  double minValues[4] = {};
  double maxValues[4] = {1, 1, 1, 1};
  bool clampMins[4] = {};
  bool clampMaxes[4] = {};
  double minSliders[4] = {};
  double maxSliders[4] = {1, 1, 1, 1};
#if P3A_STAND_IN_COMMON_API >= 2
  const char* help = nullptr;
#endif
};

class OP_StringParameter {
 public:
  OP_StringParameter(const char* its_name = nullptr) : name(its_name) {}
  const char* name;
  const char* label = nullptr;
  const char* page = nullptr;
  const char* defaultValue = nullptr;
#if P3A_STAND_IN_COMMON_API >= 2
  const char* help = nullptr;
#endif
};

class OP_BuildDynamicMenuInfo {
 public:
  void* instance = nullptr;
  const char* name = nullptr;
  virtual bool addMenuEntry(const char* name, const char* label) = 0;

 protected:
  virtual ~OP_BuildDynamicMenuInfo() = default;
};

class OP_ParameterManager {
 public:
  virtual OP_ParAppendResult appendFloat(const OP_NumericParameter& parameter,
                                         int32_t size = 1) = 0;
  virtual OP_ParAppendResult appendInt(const OP_NumericParameter& parameter, int32_t size = 1) = 0;
  virtual OP_ParAppendResult appendToggle(const OP_NumericParameter& parameter) = 0;
  virtual OP_ParAppendResult appendPulse(const OP_NumericParameter& parameter) = 0;
  virtual OP_ParAppendResult appendString(const OP_StringParameter& parameter) = 0;
  virtual OP_ParAppendResult appendMenu(const OP_StringParameter& parameter, int32_t count,
                                        const char** names, const char** labels) = 0;
  virtual OP_ParAppendResult appendDynamicStringMenu(const OP_StringParameter& parameter) = 0;

 protected:
  virtual ~OP_ParameterManager() = default;
};

class OP_Context {
 public:
  virtual ~OP_Context() = default;
};

class OP_NodeInfo {
 public:
  const char* opPath = nullptr;
  uint32_t opId = 0;
  const char* pluginPath = nullptr;
  OP_Context* context = nullptr;
};

class TOP_Buffer : public OP_RefCount {
 public:
  void* data = nullptr;
  uint64_t size = 0;
  TOP_BufferFlags flags = TOP_BufferFlags::None;

 protected:
  ~TOP_Buffer() override = default;
};

class TOP_Context : public OP_Context {
 public:
  virtual OP_SmartRef<TOP_Buffer> createOutputBuffer(uint64_t size, TOP_BufferFlags flags,
                                                     void* reserved) = 0;
  virtual void returnBuffer(OP_SmartRef<TOP_Buffer>* buffer) = 0;
};

class TOP_UploadInfo {
 public:
  uint64_t bufferOffset = 0;
  OP_TextureDesc textureDesc;
  TOP_FirstPixel firstPixel = TOP_FirstPixel::BottomLeft;
  uint32_t colorBufferIndex = 0;
#if P3A_STAND_IN_TOP_API >= 12
  OP_ColorSpace colorSpace = OP_ColorSpace::DefaultForWorkingColorSpace;
#endif
};

class TOP_Output {
 public:
  virtual void uploadBuffer(OP_SmartRef<TOP_Buffer>* buffer, const TOP_UploadInfo& info,
                            void* reserved) = 0;

 protected:
  virtual ~TOP_Output() = default;
};

class TOP_GeneralInfo {
 public:
  bool cookEveryFrame = false;
  bool cookEveryFrameIfAsked = false;
  int32_t inputSizeIndex = 0;
};

class TOP_PluginInfo {
#if P3A_STAND_IN_TOP_API >= 12
 public:
  [[nodiscard]] bool setAPIVersion(int32_t version) {
    apiVersion = version;
    return version <= newest;
  }
  [[nodiscard]] int32_t getAPIVersion() const { return apiVersion; }
  int32_t newest = TOPCPlusPlusAPIVersion;  // what the fake host understands

 private:
  int32_t apiVersion = 0;
#else
 public:
  int32_t apiVersion = 0;
#endif

 public:
  TOP_ExecuteMode executeMode = TOP_ExecuteMode::CPUMem;
  OP_CustomOPInfo customOPInfo;
};

class TOP_CPlusPlusBase {
 public:
  virtual ~TOP_CPlusPlusBase() = default;
  virtual void getGeneralInfo(TOP_GeneralInfo*, const OP_Inputs*, void*) {}
  virtual void execute(TOP_Output*, const OP_Inputs*, void*) = 0;
  virtual int32_t getNumInfoCHOPChans(void*) { return 0; }
  virtual void getInfoCHOPChan(int32_t, OP_InfoCHOPChan*, void*) {}
  virtual bool getInfoDATSize(OP_InfoDATSize*, void*) { return false; }
  virtual void getInfoDATEntries(int32_t, int32_t, OP_InfoDATEntries*, void*) {}
  virtual void getWarningString(OP_String*, void*) {}
  virtual void getErrorString(OP_String*, void*) {}
  virtual void getInfoPopupString(OP_String*, void*) {}
  virtual void setupParameters(OP_ParameterManager*, void*) {}
  virtual void pulsePressed(const char*, void*) {}
  virtual void buildDynamicMenu(const OP_Inputs*, OP_BuildDynamicMenuInfo*, void*) {}

 protected:
  TOP_CPlusPlusBase() = default;
};

}  // namespace TD
