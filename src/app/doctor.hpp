// `doctor`: looks at everything a picture needs, and says what is in its way.
#pragma once

#include "app/config_sources.hpp"
#include "app/doctor_report.hpp"

#include <cstdint>
#include <iosfwd>

namespace gw::app {

enum class DoctorFormat : std::uint8_t { text, json };

struct DoctorView {
  DoctorFormat format = DoctorFormat::text;
  Ink ink = Ink::plain;
};

// 0 when the program can serve, 1 when a problem stops it. Blocks, for ten seconds with each call
// to an upstream at most; sends none that is counted or paid, and writes no secret.
int run_doctor(const ConfigInputs& inputs, DoctorView view, std::ostream& out);

}  // namespace gw::app
