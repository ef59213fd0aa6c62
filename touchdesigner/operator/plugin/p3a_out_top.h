// The P3A Out TOP: translates between TouchDesigner's SDK and TopSender, and decides nothing.
//
// One source for TOP API 11 (2023) and 12 (2025). No exception leaves a function that TouchDesigner
// calls. Never include this where no SDK is: it is in no repository of ours.
#pragma once

// Derivative's headers use these two without naming them.
#include <cstddef>
#include <cstdint>
//
#include <TOP_CPlusPlusBase.h>

#include <array>
#include <mutex>
#include <string>
#include <vector>

#include "touchdesigner/operator/top_sender.h"

namespace p3a::td {

/// The input's pictures, each in its place, and the operator's output: a copy of the last one that
/// was read, made on the thread that read it, so that no cook copies or waits.
class TopDownloads final : public Downloads {
 public:
  explicit TopDownloads(TD::TOP_Context* context) : context_(context) {}
  /// For the cook that runs; null: nothing is wired.
  void set_input(const TD::OP_TOPInput* input) { input_ = input; }

  bool start(std::size_t place) override;
  bool read(std::size_t place, PixelView& view) override;
  void clear(std::size_t place) override;
  /// Cook thread, during a cook.
  void show(TD::TOP_Output* output);

 private:
  void copy_for_output(const TD::OP_TOPDownloadResult& result, const void* data);

  TD::TOP_Context* const context_;
  const TD::OP_TOPInput* input_ = nullptr;
  std::array<TD::OP_SmartRef<TD::OP_TOPDownloadResult>, kPlaces> results_;

  std::mutex mutex_;
  TD::OP_SmartRef<TD::TOP_Buffer> output_;  // not shown yet
  TD::OP_TextureDesc output_texture_;
};

class P3aOutTop final : public TD::TOP_CPlusPlusBase {
 public:
  explicit P3aOutTop(TD::TOP_Context* context);

  void getGeneralInfo(TD::TOP_GeneralInfo* info, const TD::OP_Inputs* inputs, void*) override;
  void execute(TD::TOP_Output* output, const TD::OP_Inputs* inputs, void*) override;
  int32_t getNumInfoCHOPChans(void*) override;
  void getInfoCHOPChan(int32_t index, TD::OP_InfoCHOPChan* channel, void*) override;
  bool getInfoDATSize(TD::OP_InfoDATSize* size, void*) override;
  void getInfoDATEntries(int32_t index, int32_t count, TD::OP_InfoDATEntries* entries,
                         void*) override;
  void getWarningString(TD::OP_String* text, void*) override;
  void getErrorString(TD::OP_String* text, void*) override;
  void getInfoPopupString(TD::OP_String* text, void*) override;
  void setupParameters(TD::OP_ParameterManager* manager, void*) override;
  void pulsePressed(const char* name, void*) override;
  void buildDynamicMenu(const TD::OP_Inputs* inputs, TD::OP_BuildDynamicMenuInfo* info,
                        void*) override;

 private:
  TopDownloads downloads_;
  TopSender sender_{downloads_};
};

}  // namespace p3a::td
