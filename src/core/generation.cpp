#include "core/generation.hpp"

namespace gw {

std::string_view to_string(Quality quality) {
  switch (quality) {
    case Quality::automatic:
      return "auto";
    case Quality::standard:
      return "standard";
    case Quality::low:
      return "low";
    case Quality::medium:
      return "medium";
    case Quality::high:
      return "high";
    case Quality::hd:
      return "hd";
    case Quality::xhigh:
      return "xhigh";
    case Quality::max:
      return "max";
  }
  return "auto";
}

std::string_view to_string(Background background) {
  switch (background) {
    case Background::automatic:
      return "auto";
    case Background::opaque:
      return "opaque";
    case Background::transparent:
      return "transparent";
  }
  return "auto";
}

std::string_view to_string(ResponseForm form) {
  switch (form) {
    case ResponseForm::unset:
    case ResponseForm::b64_json:
      return "b64_json";
    case ResponseForm::url:
      return "url";
    case ResponseForm::both:
      return "both";
  }
  return "b64_json";
}

}  // namespace gw
