#include "core/editor.hpp"

#include "core/model_rules.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace gw {
namespace {

// Sides are multiples of eight upstream, so the shapes can never agree to the last pixel.
bool same_shape(ImageSize a, ImageSize b) {
  const auto wide = static_cast<double>(a.width) * b.height;
  const auto high = static_cast<double>(a.height) * b.width;
  return std::max(wide, high) <= 1.03 * std::min(wide, high);
}

// `original` upright. Else the answer could not be laid over it.
Result<void> check_shape(std::optional<ImageSize> asked, ImageSize original) {
  if (!asked || same_shape(*asked, original)) return {};
  return fail(Error::invalid_request(
      "size", "`size` must have the shape of the first picture, which is " + to_string(original) +
                  ", when a `mask` says what of it may change; leave it out or use auto"));
}

}  // namespace

Task<GenerationRequest> Editor::prepare(GenerationRequest request, RequestContext& context) {
  GW_CO_TRY(const auto terms, terms_of(request));
  if (request.mask && request.references.empty())
    co_return fail(Error::invalid_request("mask", "`mask` needs a picture to lie on"));
  if (request.references.empty()) co_return request;
  const auto pass = co_await pixels_.enter();
  GW_CO_CHECK(co_await make_ready(request, terms, context));
  co_return request;
}

Result<Editor::Terms> Editor::terms_of(const GenerationRequest& request) const {
  GW_TRY(const auto entry, routes_.find(request.model, Purpose::edit));
  constexpr auto kAny = std::numeric_limits<std::uint64_t>::max();
  Terms terms{.mask = false, .max_area = kAny};
  std::optional<Error> refused;
  bool taken = false;
  for (const auto& candidate : entry.candidates) {
    if (!candidate.route) continue;
    const auto& model = *candidate.route->model;
    if (auto fits = check_references(request.references.size(), model); !fits) {
      if (!refused) refused = std::move(fits).error();
      continue;
    }
    taken = true;
    terms.mask = terms.mask || model.mask;
    terms.max_area = std::min(terms.max_area, model.any_size ? kAny : model.max_area);
  }
  if (taken) return terms;
  if (refused) return fail(*std::move(refused));
  return fail(not_offered(entry.name));
}

Task<void> Editor::make_ready(GenerationRequest& request, Terms terms, RequestContext& context) {
  if (request.mask && terms.mask) {  // both go as they came, if they fit each other
    GW_CO_CHECK(co_await cut_out(request.references.front(), *request.mask));
    co_return Done();
  }
  if (request.mask) GW_CO_CHECK(co_await mask_first(request));
  for (auto& reference : request.references) {
    GW_CO_TRY(reference, co_await fitted(std::move(reference), terms.max_area, context));
  }
  co_return Done();
}

Task<void> Editor::mask_first(GenerationRequest& request) {
  auto& first = request.references.front();
  auto retouch = std::make_shared<const Retouch>(first, *std::exchange(request.mask, {}));
  GW_CO_TRY(auto cut, co_await cut_out(first, retouch->mask));
  GW_CO_CHECK(check_shape(request.size, cut.size));
  GW_CO_TRY(auto reference, co_await uploads_.keep(std::move(cut.bytes)));
  reference.digest = first.digest;  // what the client sent; the mask counts by itself
  first = std::move(reference);
  request.output.retouch = std::move(retouch);
  co_return Done();
}

Task<Picture> Editor::cut_out(Reference original, Reference mask) {
  GW_CO_TRY(auto source, co_await load(original));
  GW_CO_TRY(auto hole, co_await load(mask));
  auto work = [codec = &codec_, source = std::move(source), hole = std::move(hole)] {
    return codec->cut_out(source, hole);
  };
  co_return co_await workers_.run(std::move(work));
}

Task<Reference> Editor::fitted(Reference reference, std::uint64_t max_area,
                               RequestContext& context) {
  GW_CO_TRY(auto source, co_await load(reference));
  auto work = [codec = &codec_, source = std::move(source), max_area] {
    return codec->fitted(source, max_area);
  };
  GW_CO_TRY(auto smaller, co_await workers_.run(std::move(work)));
  if (!smaller) co_return reference;
  context.note("reference", to_string(reference.size) + " as " + to_string(smaller->size));
  GW_CO_TRY(auto made, co_await uploads_.keep(std::move(smaller->bytes)));
  made.digest = reference.digest;
  co_return made;
}

Task<Picture> Editor::load(const Reference& reference) {
  GW_CO_TRY(auto bytes, co_await reference.upload->read());
  co_return Picture{std::move(bytes), reference.format, reference.size};
}

}  // namespace gw
