#include "tests/support/fake_protocol.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gw::test {
namespace {

namespace json = boost::json;

enum class Login : std::uint8_t { never, with_pictures, always };

struct Model {
  std::string_view id;
  int low = 10;  // 0: any number of steps
  int high = 20;
  int max_images = 0;
  bool text = true;
  Login login = Login::never;
};

constexpr Model kModels[] = {{"Wai-SDXL-V150", 20, 30},
                             {"Qwen-Image-Edit", 0, 0, 3, false, Login::with_pictures},
                             {"Flux-Krea"},
                             {"Flux-Kontext", 10, 20, 2, false, Login::with_pictures},
                             {"Flux-Dev", 10, 20, 1, true, Login::with_pictures},
                             {"Stable-Diffusion-3.5"},
                             {"HiDream-full-fp8"},
                             {"Qwen-Image"},
                             {"Z-Image-Turbo"},
                             {"Flux-2"},
                             {"Z-Image", 20, 35},
                             {"grok-imagine-1.0", 0, 0, 0, true, Login::always},
                             {"nano-banana-2", 0, 0, 3, true, Login::always}};

const Model* known(std::string_view id) {
  const auto* found = std::ranges::find(kModels, id, &Model::id);
  return found == std::end(kModels) ? nullptr : found;
}

std::string model_id(const json::object& body) {
  const auto* id = body.if_contains("model");
  return id && id->is_string() ? std::string(std::string_view(id->get_string())) : "undefined";
}

std::size_t picture_count(const json::object& body) {
  const auto* images = body.if_contains("images");
  return images && images->is_array() ? images->get_array().size() : 0;
}

json::object listed(const Model& model) {
  json::object entry{{"id", model.id},
                     {"name", model.id},
                     {"use_i2i", model.max_images > 0},
                     {"use_t2i", model.text},
                     {"maxImages", model.max_images}};
  if (model.login == Login::always) entry["requiresLogin"] = true;
  return entry;
}

FakeReply refused_login(std::string_view code, std::string_view text) {
  return {401, json::serialize(json::object{{"error", text}, {"code", code}}), "application/json"};
}

}  // namespace

std::string minute_of(WallTime wall, std::chrono::minutes zone) {
  const auto local = std::chrono::system_clock::to_time_t(wall + zone);
  return fmt::format("{:%Y%m%d%H%M}", fmt::gmtime(local));
}

FakeReply error_reply(int status, std::string_view text) {
  return {status, json::serialize(json::object{{"error", text}}), "application/json"};
}

std::int64_t integer(const json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  if (!value) return 0;
  if (value->is_int64()) return value->get_int64();
  return value->is_double() ? static_cast<std::int64_t>(value->get_double()) : 0;
}

std::optional<FakeReply> login_fault(const json::object& body) {
  const auto* model = known(model_id(body));
  if (!model) return std::nullopt;
  if (model->login == Login::with_pictures && picture_count(body) > 0)
    return refused_login("LOGIN_REQUIRED_FOR_I2I", "图改图功能仅限登录用户使用，请先登录后再使用");
  if (model->login == Login::always)
    return refused_login("LOGIN_REQUIRED", "该模型仅限登录用户使用，请先登录后再使用");
  return std::nullopt;
}

// An id that is not known has 10 and 20 steps, and then no workflow, unless it is offered as new.
std::optional<FakeReply> body_fault(const json::object& body,
                                    const std::vector<std::string>& offered) {
  if (integer(body, "width") < 64 || integer(body, "height") < 64) {
    return error_reply(400, "Invalid image dimensions");
  }
  const auto id = model_id(body);
  const auto* found = known(id);
  const Model model = found ? *found : Model{.id = id};
  const auto steps = integer(body, "steps");
  if (model.low > 0 && steps != model.low && steps != model.high) {
    return error_reply(
        400, fmt::format("Invalid steps value. Only {} or {} steps are allowed for this model.",
                         model.low, model.high));
  }
  const bool is_offered =
      offered.empty() ? found != nullptr : std::ranges::find(offered, id) != offered.end();
  const bool fits = picture_count(body) == 0 ? model.text : model.max_images > 0;
  if ((!found && !is_offered) || !fits)
    return error_reply(500, fmt::format("模型 {} 的工作流未找到或为空", id));
  if (!is_offered)
    return error_reply(500, fmt::format("模型 {} 的服务URL未配置，请检查环境变量", id));
  return std::nullopt;
}

std::int64_t price_factor(const json::object& body) {
  constexpr double kNormalArea = 1024.0 * 1024.0;
  const auto id = model_id(body);
  if (id == "Qwen-Image-Edit" || id == "grok-imagine-1.0") return 1;
  const auto* model = known(id);
  const bool many = model && model->high > 0 && integer(body, "steps") >= model->high;
  const auto area = static_cast<double>(integer(body, "width") * integer(body, "height"));
  return (many ? 2 : 1) * (area > 1.05 * kNormalArea ? 2 : 1);
}

std::string models_body(const std::vector<std::string>& offered) {
  json::array models;
  if (offered.empty()) {
    for (const auto& model : kModels) models.push_back(listed(model));
  }
  for (const auto& id : offered) {
    const auto* model = known(id);
    models.push_back(listed(model ? *model : Model{.id = id}));
  }
  const auto total = models.size();
  return json::serialize(json::object{{"models", std::move(models)}, {"total", total}});
}

}  // namespace gw::test
