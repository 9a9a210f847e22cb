// The bodies in which one picture is asked for: generations as JSON, edits as multipart. Pure.
#pragma once

#include "core/generation.hpp"
#include "providers/openai/model_rules.hpp"
#include "providers/openai/options.hpp"

#include <string>

namespace gw::openai {

// What an order does not say itself.
struct Asking {
  ResponseFormat response_format = ResponseFormat::known;
  Extensions extensions = Extensions::left_out;
  int previews = 0;  // above 0: a stream with so many partial images
};

struct OrderBody {
  std::string path;  // below the API's root
  std::string content_type;
  std::string bytes;
};

// With references an edit, else a generation. The boundary of a multipart body occurs in none of
// its parts.
OrderBody order_body(const ImageOrder& order, const Asking& asking);

}  // namespace gw::openai
