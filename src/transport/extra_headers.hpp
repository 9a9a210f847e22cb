// Fixed headers that an operator was given for his upstream, such as service tokens. Pure.
#pragma once

#include "base/secret.hpp"
#include "transport/http_client.hpp"

#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gw {

using ExtraHeaders = std::vector<std::pair<std::string, Secret>>;

// Names are header names that nothing else decides: not those of the message itself, of the
// identity we send anyway, or of the client's address and browser, which are not to be pretended.
// The fault is a sentence that follows the setting's name; it never repeats a value.
std::expected<ExtraHeaders, std::string> check_extra_headers(
    const std::map<std::string, std::string>& headers);

// They are for the upstream itself, and for nobody an answer of it leads to.
void add_extra_headers(OutgoingRequest& request, const ExtraHeaders& headers);

}  // namespace gw
