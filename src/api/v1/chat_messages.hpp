// The messages of a chat, as far as they say what to draw. Pure.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "core/ports/remote_pictures.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gw::api {

// A link of /images/…, as this gateway gives them out. Nobody has looked whether the signature is
// good.
struct PictureLink {
  std::string file_name;
  std::string expires;
  std::string signature;
};

// Whether a link that looks like one of ours, found at `url`, is to be taken for one. Any thread.
using IsOurs = std::function<bool(std::string_view url, const PictureLink& link)>;

struct ChatPicture {
  // Decoded from a data URL and not judged yet, or where it is.
  std::variant<SharedBytes, PictureLink, RemoteUrl> source;
  std::string param;  // the field that errors name
};

struct ChatTurn {
  std::string prompt;                 // the text of the last user message; may be blank
  std::vector<ChatPicture> pictures;  // those of the same message
  // The last picture of the last assistant message that has a usable one: in `images`, in a part,
  // or behind a markdown link in its text. Never one of elsewhere.
  std::optional<ChatPicture> drawn_before;
};

// `messages` of a chat completion's body. Only the last user message can be wrong in its content;
// of the others no more is asked than a role. Nothing is fetched: what is no data URL and no
// link of ours comes back as a RemoteUrl. Total: any object.
Result<ChatTurn> read_messages(const boost::json::object& body, const IsOurs& is_ours);

}  // namespace gw::api
