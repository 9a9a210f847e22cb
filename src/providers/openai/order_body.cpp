#include "providers/openai/order_body.hpp"

#include "base/image_format.hpp"
#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gw::openai {
namespace {

enum class Kind : std::uint8_t { text, literal };  // in JSON with quotes or without

struct Field {
  std::string_view name;
  std::string value;
  Kind kind = Kind::text;
};

class Fields final {
 public:
  void text(std::string_view name, std::string value) {
    all_.push_back({name, std::move(value), Kind::text});
  }
  void literal(std::string_view name, std::string value) {
    all_.push_back({name, std::move(value), Kind::literal});
  }
  const std::vector<Field>& all() const { return all_; }

 private:
  std::vector<Field> all_;
};

void add_extensions(const ImageOrder& order, Fields& fields) {
  fields.literal("seed", fmt::to_string(order.seed));
  if (!order.negative_prompt.empty()) fields.text("negative_prompt", order.negative_prompt);
  if (order.steps > 0) fields.literal("steps", fmt::to_string(order.steps));
}

Fields fields_of(const ImageOrder& order, const Asking& asking) {
  Fields fields;
  fields.text("model", order.upstream_model);
  fields.text("prompt", order.prompt);
  fields.literal("n", "1");
  if (order.size.area() > 0) fields.text("size", to_string(order.size));
  if (order.quality != Quality::automatic)
    fields.text("quality", std::string(to_string(order.quality)));
  if (order.transparent) fields.text("background", "transparent");
  if (asking.response_format == ResponseFormat::known) fields.text("response_format", "b64_json");
  if (asking.extensions == Extensions::passed_on) add_extensions(order, fields);
  if (asking.previews > 0) {
    fields.literal("stream", "true");
    fields.literal("partial_images", fmt::to_string(asking.previews));
  }
  return fields;
}

std::string json_of(const Fields& fields) {
  std::string body = "{";
  for (const auto& field : fields.all()) {
    if (body.size() > 1) body += ',';
    body += fmt::format("\"{}\":", field.name);
    body += field.kind == Kind::text ? json_quote(field.value) : field.value;
  }
  return body += '}';
}

struct FilePart {
  std::string_view name;
  std::string file_name;
  std::string_view type;
  const std::string* bytes;
};

// The name tells the server the format too; some look at nothing else.
FilePart file_part(std::string_view name, std::string_view stem, const std::string& bytes) {
  const auto header = read_image_header(bytes);
  const auto format = header ? header->format : ImageFormat::png;
  return {name, fmt::format("{}.{}", stem, file_extension(format)), mime_type(format), &bytes};
}

// One picture is `image`, several are `image[]`: what OpenAI's own clients send.
std::vector<FilePart> files_of(const ImageOrder& order) {
  std::vector<FilePart> files;
  const auto name = order.references.size() == 1 ? "image" : "image[]";
  for (const auto& bytes : order.references)
    files.push_back(file_part(name, fmt::format("image-{}", files.size() + 1), *bytes));
  if (order.mask) files.push_back(file_part("mask", "mask", *order.mask));
  return files;
}

// Pictures and prompts may hold any bytes, so it is looked for in all of them.
std::string unused_boundary(const Fields& fields, const std::vector<FilePart>& files) {
  for (std::uint64_t number = 1;; ++number) {
    auto boundary = fmt::format("gateway-part-{:016x}", number * 0x9e3779b97f4a7c15);
    const bool used =
        std::ranges::any_of(fields.all(),
                            [&](const Field& field) { return field.value.contains(boundary); }) ||
        std::ranges::any_of(files,
                            [&](const FilePart& file) { return file.bytes->contains(boundary); });
    if (!used) return boundary;
  }
}

std::size_t size_of(const std::vector<FilePart>& files) {
  constexpr std::size_t kHeads = 300;
  std::size_t size = 0;
  for (const auto& file : files) size += file.bytes->size() + kHeads;
  return size;
}

OrderBody multipart_of(const Fields& fields, const std::vector<FilePart>& files) {
  const auto boundary = unused_boundary(fields, files);
  std::string body;
  body.reserve(4096 + size_of(files));
  for (const auto& [name, value, kind] : fields.all()) {
    body +=
        fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", boundary, name);
    body += value;
    body += "\r\n";
  }
  for (const auto& file : files) {
    body += fmt::format(
        "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
        "Content-Type: {}\r\n\r\n",
        boundary, file.name, file.file_name, file.type);
    body += *file.bytes;
    body += "\r\n";
  }
  body += fmt::format("--{}--\r\n", boundary);
  return {"/images/edits", "multipart/form-data; boundary=" + boundary, std::move(body)};
}

}  // namespace

OrderBody order_body(const ImageOrder& order, const Asking& asking) {
  const auto fields = fields_of(order, asking);
  if (order.references.empty()) return {"/images/generations", "application/json", json_of(fields)};
  return multipart_of(fields, files_of(order));
}

}  // namespace gw::openai
