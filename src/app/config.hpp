// Everything the program can be told, checked: the sum of the modules' options and what belongs to
// no module.
#pragma once

#include "api/v1/chat_options.hpp"
#include "api/v1/hopeless_waits.hpp"
#include "api/v1/keeping.hpp"
#include "base/secret.hpp"
#include "core/engine/options.hpp"
#include "core/library/options.hpp"
#include "core/routing/route.hpp"
#include "http/server.hpp"
#include "providers/demo/options.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/openai/options.hpp"
#include "telemetry/log.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gw::app {

// Made by load_config and immutable from then on. Nothing below app/ includes it.
struct Config {
  http::ServerOptions server;
  EngineOptions engine;
  LibraryOptions library;
  api::StorePictures store_pictures = api::StorePictures::on;
  api::HopelessWaits hopeless_waits = api::HopelessWaits::refused;
  Sharing sharing = Sharing::seeded;

  // The upstreams that draw. Neither: nothing is configured, and the demo provider serves every
  // known model id and alias.
  std::optional<dreamifly::Options> dreamifly;
  std::optional<openai::Options> openai;
  demo::Options demo;
  bool demo_mode() const { return !dreamifly && !openai; }
  std::filesystem::path upstream_ca_file;  // trusted besides the system's; empty: none

  std::filesystem::path data_dir =
      "./data";                   // keys and pictures; relative to the working directory
  std::filesystem::path web_dir;  // the page's files; empty: those built into the program
  std::string public_base_url;    // of absolute links, no trailing slash; empty: as the client came
  // Networks ("10.0.0.0/8", "::1/128") whose X-Forwarded-Proto, -Host and -For count.
  std::vector<std::string> trusted_proxies;
  std::size_t max_json_body = 30'000'000;       // bytes; over it 413
  std::size_t max_upload = 900'000'000;         // bytes of a multipart body; over it 413
  std::uint64_t spool_bytes = 4'000'000'000;    // of all uploads that wait
  bool fetch_remote_images = false;             // that requests name by an http(s) URL
  std::chrono::milliseconds heartbeat{10'000};  // of answers that stream
  api::ChatPictures chat_pictures = api::ChatPictures::both;
  std::chrono::milliseconds shutdown_grace{30'000};  // for running tasks, after SIGTERM or SIGINT
  LogLevel log_level = LogLevel::info;

  Secret api_master_key;  // opens /v1; empty: kept in data_dir, made at the first start (keys.hpp)
  Secret admin_key;       // opens /admin and /metrics; empty: the same
  Secret metrics_key;     // opens /metrics; empty: there is none

  std::string default_model;                         // empty: the provider's first
  std::map<std::string, std::string> model_mapping;  // another public name → model id
  RouteTable model_routes;                           // of public names with several
  std::map<std::string, std::string> style_mapping;  // style's name → what goes before the prompt
};

}  // namespace gw::app
