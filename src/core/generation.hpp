// What is asked for and what was made, as values without behaviour.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/image_format.hpp"
#include "core/library/upload.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw {

enum class RequestKind : std::uint8_t { generation, edit, variation };
// Whether a request's pictures are kept beyond the delivery, with their prompt.
enum class Keeping : std::uint8_t { keep, deliver_only };

enum class Quality : std::uint8_t { automatic, standard, low, medium, high, hd, xhigh, max };
enum class Background : std::uint8_t { automatic, opaque, transparent };
// `both`: the bytes, and a link besides where the picture could be stored.
enum class ResponseForm : std::uint8_t { unset, url, b64_json, both };
inline bool has_link(ResponseForm form) {
  return form == ResponseForm::url || form == ResponseForm::both;
}

std::string_view to_string(Quality quality);
std::string_view to_string(Background background);
std::string_view to_string(ResponseForm form);

// The first picture and the mask over it, of the same size; what the mask leaves opaque stays as it
// was.
struct Retouch {
  Reference original;
  Reference mask;
};

// How the picture is to be handed out. Nothing set: the upstream's bytes, untouched (design rule
// 4).
struct OutputOptions {
  std::shared_ptr<const Retouch> retouch;  // only the painted area is taken from what was drawn
  std::optional<ImageFormat> format;
  std::optional<int> compression;  // 0..100, jpeg and webp
  Background background = Background::automatic;
};

// One call of a client, parsed. n pictures of it become n tasks.
struct GenerationRequest {
  std::string prompt;
  std::string model;  // empty: the default model
  int n = 1;
  std::optional<ImageSize> size;  // nothing: auto
  Quality quality = Quality::automatic;
  std::optional<std::uint64_t> seed;
  std::string negative_prompt;
  std::optional<int> steps;
  std::string style;  // a preset's name; empty: none
  OutputOptions output;
  ResponseForm form = ResponseForm::unset;
  // How the answer comes is no part of what is asked for: a repeat may ask for it another way.
  bool stream = false;
  int previews = 0;                   // at most so many, with stream
  std::vector<Reference> references;  // pictures to work from; none: drawn from the text alone
  std::optional<Reference> mask;      // what is transparent in it is to be painted anew
  RequestKind kind = RequestKind::generation;
  Keeping keeping = Keeping::keep;
  std::optional<bool> store;  // what the client says of it; nothing: as the operator wants
  std::string user;           // end user, for fingerprint and fairness
  std::string safety_identifier;
  std::vector<std::string> ignored;  // accepted without effect; ends up in x-ignored-params
};

// What one task asks of a provider: every rule already applied.
struct ImageOrder {
  std::string upstream_model;
  std::string prompt;  // with the style's prefix
  std::string negative_prompt;
  ImageSize size;
  int steps = 0;           // 0: the model has no choice of steps
  std::uint64_t seed = 1;  // never 0: that would mean "the constant in the workflow" upstream
  Quality quality = Quality::automatic;  // as asked; for upstreams that know the word
  bool transparent = false;              // asked of a model that draws such pictures itself
  std::vector<SharedBytes> references;
  SharedBytes mask;  // null: none; only for models that take one themselves
};

struct Picture {
  SharedBytes bytes;
  ImageFormat format = ImageFormat::png;
  ImageSize size;  // read from the bytes
};

}  // namespace gw
