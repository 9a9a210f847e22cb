// Strong types for identifiers, so that arguments cannot be swapped.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace gw {

template <class Tag, class Value>
struct StrongId {
  Value value{};
  friend auto operator<=>(const StrongId&, const StrongId&) = default;
};

using TaskId = StrongId<struct TaskIdTag, std::uint64_t>;
using WaiterId = StrongId<struct WaiterIdTag, std::uint64_t>;
// Who asks: the key, and the end user behind it where a client names one. Opaque; never shown or
// logged.
using CallerId = StrongId<struct CallerIdTag, std::string>;
// The upstream host whose slots are counted (design rule 3).
using HostId = StrongId<struct HostIdTag, std::string>;
// One login at an upstream: "acc_" and random letters, so that it may stand in metrics and logs.
using AccountId = StrongId<struct AccountIdTag, std::string>;
// One call of a client, whose n pictures are n tasks: 26 characters of base32, random. A durable
// one is a job to the outside, "job_<id>".
using RequestId = StrongId<struct RequestIdTag, std::string>;
// A stored picture: 26 characters of base32, random, safe in a path.
using PictureId = StrongId<struct PictureIdTag, std::string>;

}  // namespace gw

template <class Tag, class Value>
struct std::hash<gw::StrongId<Tag, Value>> {
  std::size_t operator()(const gw::StrongId<Tag, Value>& id) const {
    return std::hash<Value>{}(id.value);
  }
};
