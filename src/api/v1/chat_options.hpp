// How the chat door hands its pictures out (CHAT_PICTURES).
#pragma once

#include <cstdint>
#include <string_view>

namespace gw::api {

// Clients find a picture in one of two places, and few look into both (openai-contract §8).
enum class ChatPictures : std::uint8_t {
  images,    // a data URL in message.images; the text has a plain link
  markdown,  // the text shows the picture behind a link
  both,      // every client shows it, and those that know both places show it twice
};

constexpr std::string_view to_string(ChatPictures pictures) {
  switch (pictures) {
    case ChatPictures::images:
      return "images";
    case ChatPictures::markdown:
      return "markdown";
    case ChatPictures::both:
      break;
  }
  return "both";
}

}  // namespace gw::api
