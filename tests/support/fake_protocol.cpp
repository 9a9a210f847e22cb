#include "tests/support/fake_protocol.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gw::test {
namespace {

namespace json = boost::json;

struct Model {
  std::string_view id;
  int low = 10;
  int high = 20;
  int max_images = 0;
  bool text = true;
};

// Two for each rule are enough to test a client.
constexpr Model kModels[] = {
    {"Qwen-Image"},      {"Flux-Dev", 10, 20, 1}, {"Wai-SDXL-V150", 20, 30},
    {"Z-Image", 20, 35}, {"Z-Image-Turbo"},       {"Qwen-Image-Edit", 0, 0, 3, false}};

const Model* model_of(const json::object& body) {
  const auto* id = body.if_contains("model");
  if (!id || !id->is_string()) return nullptr;
  const auto* found = std::ranges::find(kModels, std::string_view(id->get_string()), &Model::id);
  return found == std::end(kModels) ? nullptr : found;
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

// The checks of §3.1 that look at the body, in their order.
std::optional<FakeReply> body_fault(const json::object& body) {
  if (integer(body, "width") < 64 || integer(body, "height") < 64) {
    return error_reply(400, "Invalid image dimensions");
  }
  const auto* model = model_of(body);
  if (!model) return error_reply(500, "模型 undefined 的工作流未找到或为空");
  const auto steps = integer(body, "steps");
  if (model->low > 0 && steps != model->low && steps != model->high) {
    return error_reply(
        400, fmt::format("Invalid steps value. Only {} or {} steps are allowed for this model.",
                         model->low, model->high));
  }
  const auto* images = body.if_contains("images");
  const auto count = images && images->is_array() ? images->get_array().size() : 0;
  if (count == 0 ? !model->text : model->max_images == 0) {
    return error_reply(500, fmt::format("模型 {} 的工作流未找到或为空", model->id));
  }
  return std::nullopt;
}

std::string models_body() {
  json::array models;
  for (const auto& model : kModels) {
    models.push_back(json::object{{"id", model.id},
                                  {"name", model.id},
                                  {"use_i2i", model.max_images > 0},
                                  {"use_t2i", model.text},
                                  {"maxImages", model.max_images}});
  }
  const auto total = models.size();
  return json::serialize(json::object{{"models", std::move(models)}, {"total", total}});
}

}  // namespace gw::test
