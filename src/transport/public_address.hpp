// Which addresses anybody may send us to: those of the public internet, and no others. Pure.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace gw {

// False for whatever may lie inside: private, local and shared networks, this machine, multicast,
// documentation, and every form of IPv6 that wraps an IPv4 address (mapped, NAT64, 6to4, Teredo).
// The registries are IANA's for special-purpose addresses (RFC 6890).
bool is_public(const boost::asio::ip::address& address);

}  // namespace gw
