// The Images API's JSON ↔ domain values. Pure: no engine, no clock, no sockets.
#pragma once

#include "base/error.hpp"
#include "core/generate.hpp"
#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// Body of POST /v1/images/generations. Every known field works, is refused by name, or lands in
// `ignored`; unknown ones land there too. What depends on the model (steps, size, style) is checked
// later, by core. Total: any bytes.
Result<GenerationRequest> parse_generation_request(std::string_view body);
Result<GenerationRequest> parse_generation_request(const boost::json::object& body);

// url or b64_json when the client has not said: clients of dall-e models expect links, all others
// the bytes. `model` as the client named it.
ResponseForm decided_form(ResponseForm asked, std::string_view model);

// Names for x-ignored-params: header tokens only, at most twenty, whatever the client called its
// fields.
std::string header_list(const std::vector<std::string>& names);

RepeatMarks repeat_marks(const http::Headers& headers);

// How long an SDK will wait for the answer (x-stainless-timeout); nothing: it does not say.
std::optional<std::chrono::seconds> client_patience(const http::Headers& headers);

struct AnswerTerms {
  std::int64_t created = 0;  // seconds
  ResponseForm form = ResponseForm::b64_json;
  Background background = Background::automatic;  // as asked for
  std::string safety_identifier;                  // echoed when set
  std::string request_id;                         // for errors of single pictures
  // The absolute link of a stored picture; used with ResponseForm::url.
  std::function<std::string(const StoredPicture&)> link;
};

// 200 with the pictures made, and `errors` beside `data` for those that failed. base64 is computed
// once into its own piece and never copied. `generation` has at least one picture.
http::Response render_generation(const Generation& generation, const AnswerTerms& terms);

}  // namespace gw::api
