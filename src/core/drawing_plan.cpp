#include "core/drawing_plan.hpp"

#include "base/digest.hpp"
#include "core/model_rules.hpp"
#include "core/quality.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace gw {
namespace {

// The upstream's own client draws seeds from this range; 0 would mean "the constant in the
// workflow".
constexpr std::uint64_t kSeedRange = 99'999'999;

// What a JSON number keeps exact in every reader.
constexpr std::uint64_t kMaxSeed = (std::uint64_t{1} << 53) - 1;
constexpr std::size_t kMaxMark = 255;
constexpr std::size_t kRequestIdLength = 26;  // 130 random bits: not to be guessed

Result<void> check_marks(const RepeatMarks& marks) {
  if (marks.idempotency_key.size() > kMaxMark) {
    return fail(Error::invalid_request("Idempotency-Key",
                                       "Idempotency-Key must be at most 255 characters"));
  }
  if (marks.end_user.size() > kMaxMark) {
    return fail(Error::invalid_request("x-openwebui-user-id",
                                       "the end user's id must be at most 255 characters"));
  }
  return {};
}

Result<void> check_seed(const GenerationRequest& request) {
  if (!request.seed || *request.seed + static_cast<std::uint64_t>(request.n) - 1 <= kMaxSeed)
    return {};
  return fail(Error::invalid_request(
      "seed", "`seed` plus `n` must stay below 9007199254740992: each picture gets the next seed"));
}

// The formats' own limits, known before anything is drawn.
Result<void> check_format(const GenerationRequest& request, ImageSize size) {
  const auto longest = std::max(size.width, size.height);
  const auto format = request.output.format.value_or(ImageFormat::png);
  const bool too_long = (format == ImageFormat::webp && longest > 16'383) ||
                        (format == ImageFormat::jpeg && longest > 65'500);
  if (!too_long) return {};
  return fail(
      Error::invalid_request("output_format", "`output_format` " + std::string(to_string(format)) +
                                                  " cannot hold a side of " +
                                                  std::to_string(longest) + " pixels; use png"));
}

void append_field(std::string& text, std::string_view field) {
  text.append(std::to_string(field.size())).append(1, ':').append(field);
}

void append_picture(std::string& text, const Reference& picture) {
  append_field(text, std::string_view(reinterpret_cast<const char*>(picture.digest.data()),
                                      picture.digest.size()));
}

// Whoever sends the same pictures again sends the same bytes; what was made of them does not count.
void append_pictures(std::string& text, const GenerationRequest& request) {
  append_field(text, std::to_string(request.references.size()));
  for (const auto& reference : request.references) append_picture(text, reference);
  if (request.mask) append_picture(text, *request.mask);
  if (request.output.retouch) append_picture(text, request.output.retouch->mask);
}

std::vector<std::string> without_effect(const GenerationRequest& request, const ModelInfo& model) {
  auto ignored = request.ignored;
  if (!model.negative_prompt && !request.negative_prompt.empty())
    ignored.emplace_back("negative_prompt");
  if (!model.seed && request.seed) ignored.emplace_back("seed");
  if (!model.steps && request.steps) ignored.emplace_back("steps");
  // Steps are the more precise word for the same thing.
  if ((!model.steps || request.steps) && request.quality != Quality::automatic) {
    ignored.emplace_back("quality");
  }
  if (is_openai_style(request.style)) ignored.emplace_back("style");
  const bool lossless = request.output.format.value_or(ImageFormat::png) == ImageFormat::png;
  if (request.output.compression && lossless) ignored.emplace_back("output_compression");
  return ignored;
}

// Of the parsed request, so that a repeat with other white space or another multipart boundary is
// the same; and of all of it, so that an Idempotency-Key notices any other request. Of a name with
// several routes it does not say which was chosen: a repeat may be sent another way.
Fingerprint fingerprint_of(const GenerationRequest& request, const RouteChoice& routes,
                           const RepeatMarks& marks) {
  std::string text;
  const auto& first = routes.ranked.front().route;
  append_field(text, routes.routed.empty() ? first.provider->name() : "any route");
  append_field(text, routes.routed.empty() ? first.model->upstream_id : routes.routed);
  append_field(text, request.prompt);
  append_field(text, request.negative_prompt);
  append_field(text, request.style);
  append_field(text, std::to_string(request.n));
  append_field(text, request.size ? to_string(*request.size) : "auto");
  append_field(text, to_string(request.quality));
  append_field(text, request.seed ? std::to_string(*request.seed) : "");
  append_field(text, request.steps ? std::to_string(*request.steps) : "");
  append_field(text, request.output.format ? to_string(*request.output.format) : "");
  append_field(text, request.output.compression ? std::to_string(*request.output.compression) : "");
  append_field(text, to_string(request.output.background));
  append_pictures(text, request);
  append_field(text, to_string(request.form));
  append_field(text, request.keeping == Keeping::keep ? "kept" : "");
  append_field(text, request.user);
  append_field(text, request.safety_identifier);
  append_field(text, marks.end_user);
  return sha256(text);
}

// The key and, where a client names one, the end user behind it: nothing is joined or mixed up
// across either.
CallerId caller_of(const GenerationRequest& request, const RepeatMarks& marks,
                   const RequestContext& context, Durability durability) {
  std::string caller = context.caller.value;
  for (const auto* user : {&request.user, &request.safety_identifier, &marks.end_user})
    append_field(caller, *user);
  // Jobs stand in line apart, so that somebody who waits at a screen is not behind thousands of his
  // own; and a plain call does not join one by looking like it.
  if (durability == Durability::durable) append_field(caller, "jobs");
  return CallerId{std::move(caller)};
}

Repeat repeat_of(const RepeatMarks& marks) {
  if (marks.fresh) return Repeat::fresh;
  return marks.retry_count > 0 ? Repeat::marked : Repeat::perhaps;
}

void append_digest(std::string& text, const Sha256& digest) {
  append_field(text, std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// Of what a provider is asked to draw, and nothing else: who asks, how it is encoded afterwards and
// how it is handed out make no other picture.
Sha256 cache_key_of(const TaskSpec& spec, std::string_view provider, bool seeded) {
  const auto& order = spec.order;
  std::string text;
  append_field(text, provider);
  append_field(text, order.upstream_model);
  append_field(text, order.prompt);
  append_field(text, order.negative_prompt);
  append_field(text, to_string(order.size));
  append_field(text, std::to_string(order.steps));
  append_field(text, to_string(order.quality));
  append_field(text, order.transparent ? "transparent" : "");
  append_field(text, std::to_string(spec.references.size()));
  for (const auto& reference : spec.references) append_digest(text, reference.digest);
  if (spec.mask) append_digest(text, spec.mask->digest);
  append_field(text, seeded ? "seed" : "any");
  append_field(text, std::to_string(seeded ? order.seed : static_cast<std::uint64_t>(spec.index)));
  return sha256(text);
}

// Only what would be the same picture again: with a seed of the client's that the model heeds.
bool may_share(const GenerationRequest& request, const RepeatMarks& marks, const ModelInfo& model,
               Sharing sharing) {
  if (marks.no_store || sharing == Sharing::off) return false;
  if (request.keeping == Keeping::deliver_only) return false;
  return sharing == Sharing::always || (request.seed && model.seed);
}

std::string end_user_of(const GenerationRequest& request, const RepeatMarks& marks) {
  if (!marks.end_user.empty()) return marks.end_user;
  return request.user.empty() ? request.safety_identifier : request.user;
}

RequestInfo info_of(const GenerationRequest& request, const RepeatMarks& marks,
                    const RequestContext& context, const PlanTerms& terms) {
  RequestInfo info;
  info.call_id = context.request_id;
  info.owner = context.caller;
  info.end_user = end_user_of(request, marks);
  if (terms.durability == Durability::durable) info.safety_identifier = request.safety_identifier;
  info.kind = request.kind;
  info.durability = terms.durability;
  info.keeping = request.keeping;
  info.model = terms.model_name;
  info.prompt = request.prompt;
  info.style = request.style;
  info.n = request.n;
  info.output = request.output;
  info.form = request.form;
  return info;
}

// The same seed twice would be the same picture twice.
std::uint64_t seed_of(const GenerationRequest& request, int index, Random& random) {
  if (request.seed) return *request.seed + static_cast<std::uint64_t>(index);
  return 1 + random.below(kSeedRange);
}

// What all tasks of a request have in common, by whatever route.
TaskSpec common_spec(const GenerationRequest& request, const Style* style, const RepeatMarks& marks,
                     const RequestContext& context, const PlanTerms& terms) {
  TaskSpec spec;
  spec.order.prompt = style ? style->prefix + request.prompt : request.prompt;
  spec.order.negative_prompt = request.negative_prompt;
  spec.order.quality = request.quality;
  spec.order.transparent = request.output.background == Background::transparent;
  spec.references = request.references;
  spec.mask = request.mask;
  spec.caller = caller_of(request, marks, context, terms.durability);
  spec.key = context.caller;
  spec.idempotency_key = marks.idempotency_key;
  return spec;
}

// `info` is of the whole request, `spec` of all its tasks.
struct RoutedTask {
  TaskSpec spec;
  bool shared = false;
};

Result<RoutedTask> along(const ModelRoute& route, const GenerationRequest& request, TaskSpec spec,
                         RequestInfo info, std::shared_ptr<const RouteNote> note) {
  const auto& model = *route.model;
  GW_CHECK(check_model(request, model));
  GW_TRY(spec.order.size, size_of_order(request, model));
  GW_CHECK(check_format(request, spec.order.size));
  GW_TRY(spec.order.steps, resolve_steps(request.quality, request.steps, model));
  spec.order.upstream_model = model.upstream_id;
  spec.host = route.provider->host();
  spec.typical_duration = model.typical_duration;

  info.provider = route.provider->name();
  info.route = std::move(note);
  info.quality = effective_quality(spec.order.steps, model);
  info.ignored = without_effect(request, model);
  spec.request = std::make_shared<const RequestInfo>(std::move(info));
  return RoutedTask{std::move(spec)};
}

// The picture `index` by the first route, and behind it by the others, each with those after it.
std::shared_ptr<const TaskSpec> task_of(const std::vector<RoutedTask>& routes, int index,
                                        std::uint64_t seed, bool seeded) {
  using Specs = std::vector<std::shared_ptr<const TaskSpec>>;
  Specs behind;
  for (const auto& route : routes | std::views::reverse) {
    auto spec = std::make_shared<TaskSpec>(route.spec);
    spec->index = index;
    spec->order.seed = seed;
    if (route.shared) spec->cache_key = cache_key_of(*spec, spec->request->provider, seeded);
    if (!behind.empty()) spec->alternatives = std::make_shared<const Specs>(behind);
    behind.insert(behind.begin(), std::move(spec));
  }
  return std::move(behind.front());
}

}  // namespace

Result<DrawingPlan> plan_drawing(const GenerationRequest& request, const RouteChoice& routes,
                                 const StyleBook& styles, const RepeatMarks& marks,
                                 const RequestContext& context, const PlanTerms& terms,
                                 Random& random) {
  GW_CHECK(check_marks(marks));
  GW_CHECK(check_seed(request));
  GW_TRY(const auto* style, styles.find(request.style));
  auto spec = common_spec(request, style, marks, context, terms);
  spec.fingerprint = fingerprint_of(request, routes, marks);
  auto info = info_of(request, marks, context, terms);
  if (spec.order.prompt != request.prompt) info.revised_prompt = spec.order.prompt;
  info.id = RequestId{random.token(kRequestIdLength)};

  std::vector<RoutedTask> routed;
  for (std::size_t i = 0; i < routes.ranked.size(); ++i) {
    const auto& route = routes.ranked[i].route;
    GW_TRY(auto task, along(route, request, spec, info, routes.note(i)));
    task.shared = may_share(request, marks, *route.model, terms.sharing);
    routed.push_back(std::move(task));
  }

  DrawingPlan plan;
  plan.request = routed.front().spec.request;
  plan.repeat = repeat_of(marks);
  plan.revised_prompt = plan.request->revised_prompt;
  plan.quality = plan.request->quality;
  plan.ignored = plan.request->ignored;
  plan.previews = routes.ranked.front().route.model->previews;
  for (int index = 0; index < request.n; ++index) {
    const auto seed = seed_of(request, index, random);
    plan.tasks.push_back(task_of(routed, index, seed, request.seed.has_value()));
  }
  return plan;
}

}  // namespace gw
