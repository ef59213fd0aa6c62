#include "ports/linux/profile/chip_figures.h"

#include "device/json.h"

namespace p3a::chip {

std::string figures_markdown() {
  std::string out = "| what | figure (simulated) | source |\n| --- | --- | --- |\n";
  for (const Figure& figure : kFigures) {
    JsonWriter number;
    number.value(figure.value);
    (((out += "| ") += figure.name) += " | ") += number.text();
    if (!figure.unit.empty()) (out += ' ') += figure.unit;
    ((out += " | ") += figure.source) += " |\n";
  }
  return out;
}

}  // namespace p3a::chip
