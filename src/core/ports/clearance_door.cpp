#include "core/ports/clearance_door.hpp"

namespace gw {

std::string_view to_string(ZoneState state) {
  switch (state) {
    case ZoneState::unneeded:
      return "unneeded";
    case ZoneState::valid:
      return "valid";
    case ZoneState::probing:
      return "probing";
    case ZoneState::needed:
      return "needed";
    case ZoneState::cooling:
      return "cooling";
    case ZoneState::blocked:
      return "blocked";
  }
  return "blocked";
}

}  // namespace gw
