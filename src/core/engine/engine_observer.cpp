#include "core/engine/engine_observer.hpp"

namespace gw {

std::string_view to_string(HeldBy why) {
  switch (why) {
    case HeldBy::line:
      return "line";
    case HeldBy::door:
      return "door";
    case HeldBy::accounts:
      return "accounts";
    case HeldBy::memory:
      return "memory";
  }
  return "line";
}

}  // namespace gw
