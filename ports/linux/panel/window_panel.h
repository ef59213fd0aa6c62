// A window on a desktop as the panel: the canvas pixel by pixel, letterboxed when the window is
// resized. Mouse and fingers are its touches, closing it is PanelEvents::closed.
//
// The window opens with the first frame, on the thread that presents, since SDL wants all its calls
// on one thread; until then, and where there is no desktop, present() says what to do. present()
// waits for the display's vertical sync where the desktop offers it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/ports.h"

namespace p3a {

class WindowPanel final : public Panel {
 public:
  explicit WindowPanel(std::string title);
  ~WindowPanel() override;

  Status present(const Canvas& canvas) override;
  PanelEvents poll() override;
  bool wants_events() const override { return true; }
  void close() override;

 private:
  class Window;
  const std::string title_;
  std::unique_ptr<Window> window_;  // empty until the first frame
};

}  // namespace p3a
