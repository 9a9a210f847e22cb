// What the measuring clients send: one drawing each, all different, because equal requests could
// share a task.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gw::bench {

// Whom a client speaks to: the gateway, as an official client of OpenAI does; or a Dreamifly
// server, with nginx before it or not.
enum class Door : std::uint8_t { gateway, upstream };

Door door_of(std::string_view name);  // "gateway" or "upstream"; throws std::runtime_error

// The whole request on a connection that stays open. The prompt carries the number.
std::string drawing_request(Door door, std::string_view key, std::uint64_t number);

// The same with its answer as a stream of events. For the gateway alone.
std::string streamed_request(std::string_view key, std::uint64_t number);

// An edit of `picture`, as the official clients send it: multipart/form-data. For the gateway
// alone.
std::string edit_request(std::string_view key, std::string_view picture, std::uint64_t number);

// The number in a drawing's body, as it arrives at the upstream. Throws when there is none.
std::uint64_t number_in(std::string_view body);

}  // namespace gw::bench
