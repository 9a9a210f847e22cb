// Whether an upstream's own words may be told to a client. Pure.
#pragma once

#include <span>
#include <string_view>

namespace gw::openai {

// Short, printable, and without anything that looks like an address, a key, a path or an account:
// what a server says about a request is about the request, but some say more. `secrets` must not
// occur in it either; empty ones do not count.
bool is_safe_for_clients(std::string_view text, std::span<const std::string_view> secrets);

}  // namespace gw::openai
