#include "api/v1/chat_answer.hpp"

#include "api/error_envelope.hpp"
#include "base/base64.hpp"
#include "base/json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

// Nothing is counted in tokens here, and clients want the field.
constexpr std::string_view kUsage =
    R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})";
constexpr std::string_view kParagraph = "\n\n";

using Pieces = ChatChunks::Pieces;

// Adds text to what is there; pieces that are whole are never copied.
class Writer final {
 public:
  void text(std::string_view more) { open_ += more; }
  void quoted(std::string_view more) {
    const auto quoted = json_quote(more);
    open_ += std::string_view(quoted).substr(1, quoted.size() - 2);
  }
  void whole(SharedBytes piece) {
    close();
    pieces_.push_back(std::move(piece));
  }
  void whole(const Pieces& pieces) {
    for (const auto& piece : pieces) whole(piece);
  }
  Pieces take() {
    close();
    return std::move(pieces_);
  }

 private:
  void close() {
    if (!open_.empty()) pieces_.push_back(share(std::exchange(open_, {})));
  }

  std::string open_;
  Pieces pieces_;
};

void write_data_url(Writer& out, const Picture& picture) {
  out.text(fmt::format("data:{};base64,", mime_type(picture.format)));
  out.whole(share(base64_encode(*picture.bytes)));
}

std::optional<std::string> link_of(const GeneratedPicture& made, const ChatTerms& terms) {
  if (!made.stored || !terms.link) return std::nullopt;
  return terms.link(*made.stored);
}

std::string caption(const GeneratedPicture& made) {
  auto text = to_string(made.picture.size);
  if (made.seed != 0) text += fmt::format(", seed {}", made.seed);
  return text;
}

// The inside of a JSON string. Without a link the text still shows the picture where nothing else
// does.
void write_text(Writer& out, const GeneratedPicture& made, const ChatTerms& terms) {
  const auto link = link_of(made, terms);
  if (terms.pictures == ChatPictures::images) {
    out.quoted(link ? fmt::format("[{}]({})", caption(made), *link) : caption(made));
    return;
  }
  if (link) {
    out.quoted(fmt::format("![image]({}){}{}", *link, kParagraph, caption(made)));
  } else if (terms.pictures == ChatPictures::markdown) {
    out.text("![image](");
    write_data_url(out, made.picture);
    out.quoted(fmt::format("){}{}", kParagraph, caption(made)));
  } else {
    out.quoted(caption(made));
  }
}

std::string failure_text(const Error& error, std::size_t item, std::size_t of,
                         std::string_view request_id) {
  const auto told = error_object(error, request_id);
  const auto& message = told.at("message").get_string();
  return fmt::format("Picture {} of {} failed: {}", item + 1, of,
                     std::string_view(message.data(), message.size()));
}

void write_image(Writer& out, const GeneratedPicture& made, std::size_t index) {
  out.text(fmt::format(R"({{"type":"image_url","index":{},"image_url":{{"url":")", index));
  write_data_url(out, made.picture);
  out.text("\"}}");
}

void write_content(Writer& out, const Generation& generation, const ChatTerms& terms) {
  out.text(R"("content":")");
  std::string_view separator;
  for (std::size_t i = 0; i < generation.items.size(); ++i) {
    const auto& item = generation.items[i];
    out.quoted(std::exchange(separator, kParagraph));
    if (item) {
      write_text(out, *item, terms);
    } else {
      out.quoted(failure_text(item.error(), i, generation.items.size(), terms.request_id));
    }
  }
  out.text("\"");
}

void write_images(Writer& out, const Generation& generation) {
  std::size_t index = 0;
  for (const auto& item : generation.items) {
    if (!item) continue;
    out.text(index == 0 ? R"(,"images":[)" : ",");
    write_image(out, *item, index++);
  }
  out.text("]");
}

std::string head_of(const ChatTerms& terms, std::string_view object) {
  return fmt::format(R"({{"id":{},"object":"{}","created":{},"model":{})", json_quote(terms.id),
                     object, terms.created, json_quote(terms.model));
}

}  // namespace

http::Response render_chat(const Generation& generation, const ChatTerms& terms) {
  Writer out;
  out.text(head_of(terms, "chat.completion"));
  out.text(R"(,"choices":[{"index":0,"message":{"role":"assistant",)");
  write_content(out, generation, terms);
  out.text(R"(,"refusal":null)");
  if (terms.pictures != ChatPictures::markdown) write_images(out, generation);
  out.text(R"(},"logprobs":null,"finish_reason":"stop"}],)");
  out.text(kUsage);
  out.text("}");

  http::Response response;
  response.headers.set("Content-Type", "application/json");
  const auto failed = std::ranges::count_if(generation.items, [](const auto& i) { return !i; });
  if (failed > 0) response.headers.set("x-partial-failures", std::to_string(failed));
  response.pieces = out.take();
  return response;
}

// --- chunks

std::string ChatChunks::head() const {
  return head_of(terms_, "chat.completion.chunk");
}

Pieces ChatChunks::chunk(Pieces delta, std::string_view finish_reason) const {
  Writer out;
  out.text(head());
  out.text(R"(,"choices":[{"index":0,"delta":{)");
  out.whole(delta);
  out.text(fmt::format(R"(}},"logprobs":null,"finish_reason":{}}}]}})", finish_reason));
  return out.take();
}

Pieces ChatChunks::role() const {
  return chunk({share(R"("role":"assistant","content":"")")}, "null");
}

Pieces ChatChunks::text(Pieces content) {
  Writer out;
  out.text(R"("content":")");
  if (std::exchange(has_text_, true)) out.quoted(kParagraph);
  out.whole(content);
  out.text("\"");
  return chunk(out.take(), "null");
}

std::vector<Pieces> ChatChunks::picture(const GeneratedPicture& made) {
  std::vector<Pieces> events;
  if (terms_.pictures != ChatPictures::markdown) {
    Writer image;
    image.text(R"("content":"","images":[)");
    write_image(image, made, images_++);
    image.text("]");
    events.push_back(chunk(image.take(), "null"));
  }
  Writer words;
  write_text(words, made, terms_);
  events.push_back(text(words.take()));
  return events;
}

Pieces ChatChunks::failure(const PictureFailed& failed, std::size_t of) {
  Writer words;
  words.quoted(failure_text(failed.error, failed.item, of, terms_.request_id));
  return text(words.take());
}

Pieces ChatChunks::stop() const {
  return chunk({}, R"("stop")");
}

Pieces ChatChunks::usage() const {
  return {share(fmt::format(R"({},"choices":[],{}}})", head(), kUsage))};
}

// Nested: in any other form half of the clients take it for an ordinary event.
Pieces ChatChunks::error(const Error& error) const {
  json::object data;
  data["error"] = error_object(error, terms_.request_id);
  return {share(json::serialize(data))};
}

}  // namespace gw::api
