// What the operator reads when the program has started. Pure.
#pragma once

#include "app/keys.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

enum class Audience : std::uint8_t { terminal, log };

struct UpstreamLine {
  std::string base_url;
  std::size_t parallel = 1;
};

struct StartFacts {
  std::string version;
  std::string url;                      // local_url(…)
  std::vector<UpstreamLine> upstreams;  // none: the demo provider draws
  OwnKeys keys;
  std::filesystem::path data_dir;
  std::vector<std::string>
      warnings;  // sentences: settings without effect, no font, few open files …
  Audience audience = Audience::log;
};

// Keys appear only in the start that made them, and on a terminal in the link that signs the page
// in.
std::string start_message(const StartFacts& facts);

// The address to try from this machine: 0.0.0.0 and :: listen everywhere, but nobody connects to
// them.
std::string local_url(std::string_view host, std::uint16_t port);

}  // namespace gw::app
