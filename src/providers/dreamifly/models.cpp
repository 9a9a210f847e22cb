#include "providers/dreamifly/models.hpp"

#include <initializer_list>
#include <string_view>

namespace gw::dreamifly {
namespace {

enum class Login : std::uint8_t { optional, required };
enum class Mode : std::uint8_t { text, text_and_pictures, pictures };
enum class NegativePrompt : std::uint8_t { ignored, used };
enum class Seed : std::uint8_t { ignored, used };

struct Row {
  std::string_view id;  // after "dreamifly-"
  std::string_view upstream_id;
  std::string_view name;
  std::int64_t created;  // the day it appeared
  Mode mode;
  int max_references;
  StepsRule steps;  // 0, 0: no choice
  NegativePrompt negative_prompt;
  Seed seed;
  Login login;
  std::uint64_t max_area;
  int seconds;  // an estimate: only used to guess when a lost job is over
};

constexpr std::int64_t k2025_09 = 1'758'758'400;
constexpr std::int64_t k2025_11_29 = 1'764'374'400;
constexpr std::int64_t k2026_02_02 = 1'769'990'400;
constexpr std::int64_t k2026_02_28 = 1'772'236'800;
constexpr std::int64_t k2026_03_10 = 1'773'100'800;
constexpr std::uint64_t kArea = 2'020'000;       // 1416², the largest the site itself asks for
constexpr std::uint64_t kLargeArea = 4'210'000;  // 2048²

constexpr Row kRows[] = {
    {"qwen-image",
     "Qwen-Image",
     "Qwen-Image",
     k2025_09,
     Mode::text,
     0,
     {10, 20},
     NegativePrompt::used,
     Seed::used,
     Login::optional,
     kArea,
     30},
    {"qwen-edit",
     "Qwen-Image-Edit",
     "Qwen-Image-Edit",
     k2025_09,
     Mode::pictures,
     3,
     {},
     NegativePrompt::used,
     Seed::used,
     Login::required,
     kArea,
     30},
    {"flux-dev",
     "Flux-Dev",
     "Flux Dev",
     k2025_09,
     Mode::text_and_pictures,
     1,
     {10, 20},
     NegativePrompt::ignored,
     Seed::used,
     Login::optional,
     kArea,
     30},
    {"flux-krea",
     "Flux-Krea",
     "Flux Krea",
     k2025_09,
     Mode::text,
     0,
     {10, 20},
     NegativePrompt::ignored,
     Seed::used,
     Login::optional,
     kArea,
     30},
    {"flux-kontext",
     "Flux-Kontext",
     "Flux Kontext",
     k2025_09,
     Mode::pictures,
     2,
     {10, 20},
     NegativePrompt::ignored,
     Seed::used,
     Login::required,
     kArea,
     40},
    {"sdxl",
     "Wai-SDXL-V150",
     "Wai SDXL V150",
     k2025_09,
     Mode::text,
     0,
     {20, 30},
     NegativePrompt::used,
     Seed::used,
     Login::optional,
     kArea,
     20},
    {"sd-3.5",
     "Stable-Diffusion-3.5",
     "Stable Diffusion 3.5",
     k2025_09,
     Mode::text,
     0,
     {10, 20},
     NegativePrompt::ignored,
     Seed::used,
     Login::optional,
     kArea,
     30},
    {"hidream",
     "HiDream-full-fp8",
     "HiDream",
     k2025_09,
     Mode::text,
     0,
     {10, 20},
     NegativePrompt::ignored,
     Seed::used,
     Login::optional,
     kArea,
     60},
    {"z-image-turbo",
     "Z-Image-Turbo",
     "Z-Image Turbo",
     k2025_11_29,
     Mode::text,
     0,
     {10, 20},
     NegativePrompt::used,
     Seed::used,
     Login::optional,
     kArea,
     15},
    {"z-image",
     "Z-Image",
     "Z-Image",
     k2026_02_02,
     Mode::text,
     0,
     {20, 35},
     NegativePrompt::used,
     Seed::used,
     Login::optional,
     kArea,
     40},
    {"flux-2",
     "Flux-2",
     "Flux 2",
     k2025_11_29,
     Mode::text,
     0,
     {10, 20},
     NegativePrompt::ignored,
     Seed::used,
     Login::optional,
     kArea,
     60},
    {"grok-imagine",
     "grok-imagine-1.0",
     "Grok Imagine 1.0",
     k2026_02_28,
     Mode::text,
     0,
     {},
     NegativePrompt::ignored,
     Seed::ignored,
     Login::required,
     kArea,
     30},
    {"nano-banana-2",
     "nano-banana-2",
     "Nano Banana 2",
     k2026_03_10,
     Mode::text_and_pictures,
     3,
     {},
     NegativePrompt::used,
     Seed::used,
     Login::required,
     kLargeArea,
     60},
};

// OpenAI clients ask for these without a choice; the default model answers to them.
constexpr std::string_view kLentNames[] = {
    "dall-e-2",      "dall-e-3",    "gpt-image-1",         "gpt-image-1-mini",
    "gpt-image-1.5", "gpt-image-2", "chatgpt-image-latest"};

ModelInfo model_of(const Row& row) {
  ModelInfo model;
  model.id = "dreamifly-" + std::string(row.id);
  model.upstream_id = row.upstream_id;
  model.name = row.name;
  model.owned_by = "dreamifly";
  model.created = row.created;
  model.aliases = {std::string(row.upstream_id)};
  model.text_to_image = row.mode != Mode::pictures;
  model.max_references = row.max_references;
  model.login_required = row.login == Login::required;
  if (row.steps.low > 0) model.steps = row.steps;
  model.negative_prompt = row.negative_prompt == NegativePrompt::used;
  model.seed = row.seed == Seed::used;
  model.max_area = row.max_area;
  model.typical_duration = std::chrono::seconds(row.seconds);
  return model;
}

}  // namespace

std::vector<ModelInfo> known_models() {
  std::vector<ModelInfo> models;
  models.reserve(std::size(kRows));
  for (const auto& row : kRows) models.push_back(model_of(row));
  auto& lender = models.front();
  lender.aliases.insert(lender.aliases.end(), std::begin(kLentNames), std::end(kLentNames));
  lender.edits_by = "dreamifly-qwen-edit";
  return models;
}

}  // namespace gw::dreamifly
