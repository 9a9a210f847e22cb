#include "app/doctor_look.hpp"

#include "api/web/page.hpp"
#include "app/healthcheck.hpp"
#include "app/keys.hpp"
#include "app/start_message.hpp"
#include "base/openssl_version.hpp"
#include "http/listener.hpp"
#include "imaging/font.hpp"
#include "imaging/gd_library.hpp"

#include <fmt/format.h>

namespace gw::app {
namespace {

using std::chrono::seconds;

constexpr seconds kHealthTime{2};  // each step; a gateway on this machine answers in milliseconds

KeyFacts key_facts(std::string_view name, const LoadedConfig& loaded, const Secret& setting,
                   const std::filesystem::path& file) {
  const auto key = look_up_key(setting, file);
  if (!key) return {std::string(name), KeyFacts::Place::unusable, key.error().message()};
  if (key->origin == KeyOrigin::setting) {
    const auto* given = loaded.find(name);
    return {std::string(name), KeyFacts::Place::given, given ? given->origin : ""};
  }
  const auto place = key->value.empty() ? KeyFacts::Place::made_at_start : KeyFacts::Place::kept;
  return {std::string(name), place, file.string()};
}

std::vector<KeyFacts> look_at_keys(const LoadedConfig& loaded) {
  const auto& config = loaded.config;
  std::vector<KeyFacts> keys{
      key_facts("API_MASTER_KEY", loaded, config.api_master_key,
                api_master_key_file(config.data_dir)),
      key_facts("ADMIN_KEY", loaded, config.admin_key, admin_key_file(config.data_dir))};
  if (const auto* given = loaded.find("METRICS_KEY"); given && !config.metrics_key.empty())
    keys.push_back({"METRICS_KEY", KeyFacts::Place::given, given->origin});
  // They sign links to pictures and encrypt credentials; nobody gives them.
  for (auto& own :
       {key_facts("signing key", loaded, Secret(), signing_key_file(config.data_dir)),
        key_facts("sealing key", loaded, Secret(), sealing_key_file(config.data_dir))}) {
    if (own.place == KeyFacts::Place::unusable) keys.push_back(own);
  }
  return keys;
}

PortFacts look_at_port(const http::ServerOptions& server) {
  PortFacts port{
      .state = PortFacts::State::free, .url = local_url(server.host, server.port), .detail = {}};
  asio::io_context io;
  const auto listener = http::open_listener(io, server.host, server.port);
  if (listener && server.port == 0) port.state = PortFacts::State::any;
  if (listener) return port;
  port.state = PortFacts::State::taken;
  port.detail = listener.error().message();
  if (ask_health(server.host, server.port, kHealthTime))
    port.state = PortFacts::State::gateway_there;
  return port;
}

}  // namespace

ProgramFacts look_at_program() {
  return {.version = GW_VERSION,
          .openssl = std::string(openssl_version()),
          .gd = gd_version(),
          .http = http_library()};
}

MachineFacts look_at_machine(const LoadedConfig& loaded) {
  const auto& config = loaded.config;
  MachineFacts machine;
  machine.folder = look_at_folder(config.data_dir);
  // What stands in the way of the folder stands in the way of its keys.
  const auto state = machine.folder.state;
  if (state == FolderFacts::State::usable || state == FolderFacts::State::not_there)
    machine.keys = look_at_keys(loaded);
  machine.files = file_limits();
  machine.port = look_at_port(config.server);
  machine.font = find_font();
  if (!config.web_dir.empty()) {
    const auto page = api::Page::from_folder(config.web_dir);
    if (!page) machine.web_fault = page.error().message();
  }
  return machine;
}

}  // namespace gw::app
