#include "app/doctor_checks.hpp"

#include "app/doctor_upstream.hpp"
#include "app/value_parsers.hpp"

#include <fmt/format.h>

#include <limits>

namespace gw::app {
namespace {

constexpr std::uint64_t kFullDisk = 16u << 20;  // bytes; with less not even a few pictures fit

constexpr const char* kMakeRoom =
    "the disk is full or takes no data: make room (df -h and df -i tell what is short), or set "
    "DATA_DIR to another disk; a running gateway notices by itself";

std::string rough_size(std::uint64_t bytes) {
  constexpr std::uint64_t kMebi = 1u << 20;
  constexpr std::uint64_t kGibi = 1u << 30;
  if (bytes >= kGibi)
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(kGibi));
  return fmt::format("{} MiB", bytes / kMebi);
}

std::string number(std::size_t limit) {
  return limit == std::numeric_limits<std::size_t>::max() ? "no limit" : fmt::to_string(limit);
}

std::string listed(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

Finding ok(std::string topic, std::string seen) {
  return {Grade::ok, std::move(topic), std::move(seen), {}};
}

Finding unusable_folder(const FolderFacts& folder, const Config& config) {
  const auto place = folder.place.string();
  if (folder.state == FolderFacts::State::not_a_folder) {
    return {Grade::problem, "data",
            fmt::format("{} cannot be used: {} is no folder", config.data_dir.string(), place),
            "set DATA_DIR to a folder that this program may write to"};
  }
  return {Grade::problem, "data",
          fmt::format("{} cannot be written by {} (it belongs to {}, mode {})", place, folder.user,
                      folder.owner, folder.mode),
          fmt::format("run as {}, or: chown -R {} {}; or set DATA_DIR to another folder",
                      folder.owner, folder.user, place)};
}

std::string room(const FolderFacts& folder, const Config& config) {
  return fmt::format("{} free, {} of pictures, PICTURE_QUOTA {}", rough_size(*folder.free_bytes),
                     rough_size(folder.picture_bytes), show_size(config.library.max_bytes));
}

Finding no_writing(const FolderFacts& folder, std::string seen) {
  seen += fmt::format("; a test write failed: {}", folder.write_fault);
  return {Grade::problem, "data", std::move(seen), kMakeRoom};
}

std::string sentence(const KeyFacts& key) {
  switch (key.place) {
    case KeyFacts::Place::given:
      return fmt::format("{} given ({})", key.name, key.detail);
    case KeyFacts::Place::kept:
      return fmt::format("{} kept in {}", key.name, key.detail);
    case KeyFacts::Place::made_at_start:
      return fmt::format("{} will be made at the first start and kept in {}", key.name, key.detail);
    case KeyFacts::Place::nowhere:
      return fmt::format("{} not set", key.name);
    case KeyFacts::Place::unusable:
      return fmt::format("{}: {}", key.name, key.detail);
  }
  return {};
}

Finding judge_page(const std::optional<std::string>& fault) {
  if (!fault) return ok("page", "WEB_DIR holds the page's files");
  return {Grade::problem, "page", *fault, "mend WEB_DIR, or leave it out: a page is built in"};
}

void add(Findings& all, Findings more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Finding judge_program(const ProgramFacts& program) {
  const auto seen = fmt::format("dreamifly-2api {}, {}", program.version, program.openssl);
  if (program.gd) return ok("program", fmt::format("{}, libgd {}", seen, *program.gd));
  return {Grade::problem, "program", seen + "; " + program.gd.error().detail(),
          "pictures can only be passed on as they come: install libgd (Debian: libgd3)"};
}

Finding judge_http_library(const HttpLibrary& library, const Config* config) {
  std::vector<std::string> parts{library.version};
  parts.push_back(library.tls.empty() ? "no TLS" : "TLS by " + library.tls);
  parts.emplace_back(library.http2 ? "HTTP/2" : "no HTTP/2");
  parts.emplace_back(library.socks ? "socks5 proxies" : "no socks5 proxies");
  parts.push_back(library.decoders.empty()
                      ? "decodes nothing"
                      : fmt::format("decodes {}", fmt::join(library.decoders, " ")));
  Finding finding = ok("libcurl", listed(parts));
  const auto* upstream = config && config->dreamifly ? &*config->dreamifly : nullptr;
  if (upstream && library.tls.empty() && upstream->base_url.starts_with("https:")) {
    finding.grade = Grade::problem;
    finding.next = "DREAMIFLY_BASE_URL is https: install a libcurl with TLS (Debian: libcurl4)";
  } else if (upstream && !library.socks && upstream->proxy.url.starts_with("socks")) {
    finding.grade = Grade::problem;
    finding.next = "UPSTREAM_PROXY wants socks5h: install a libcurl that knows it, or use http://";
  } else if (library.names == HttpLibrary::Names::blocking) {
    finding.grade = Grade::note;
    finding.next =
        "it looks up names without a thread, and everybody waits meanwhile: install a libcurl with "
        "AsynchDNS (Debian: libcurl4), or give the upstream's address in digits";
  }
  return finding;
}

Findings judge_settings(const SettingsFacts& settings) {
  Findings all;
  std::vector<std::string> sources;
  bool has_dotenv = false;
  for (const auto& source : settings.sources) {
    sources.push_back(fmt::format("{} ({})", source.name, source.settings));
    has_dotenv = has_dotenv || source.name == settings.dotenv;
  }
  auto seen = sources.empty() ? "nothing is set, everything has its default"
                              : "read from " + listed(sources);
  if (!has_dotenv) seen += fmt::format("; none in {}", settings.dotenv);
  all.push_back(ok("settings", std::move(seen)));
  for (const auto& problem : settings.problems)
    all.push_back({Grade::problem, "settings", to_string(problem), {}});
  for (const auto& warning : settings.warnings)
    all.push_back({Grade::note, "settings", to_string(warning), {}});
  return all;
}

Finding judge_folder(const FolderFacts& folder, const Config& config) {
  using State = FolderFacts::State;
  if (folder.state == State::not_a_folder || folder.state == State::not_writable)
    return unusable_folder(folder, config);
  auto seen = folder.state == State::usable
                  ? fmt::format("{} belongs to {} (mode {})", config.data_dir.string(),
                                folder.owner, folder.mode)
                  : fmt::format("{} is not there yet; the first start makes it below {}",
                                config.data_dir.string(), folder.place.string());
  if (!folder.free_bytes) return ok("data", std::move(seen));
  seen += "; " + room(folder, config);
  if (!folder.write_fault.empty()) return no_writing(folder, std::move(seen));
  seen += ", a test write works";
  if (*folder.free_bytes < kFullDisk) {
    return {Grade::problem, "data", std::move(seen), kMakeRoom};
  }
  if (*folder.free_bytes + folder.picture_bytes < config.library.max_bytes) {
    return {Grade::note, "data", std::move(seen),
            "the disk is full before the quota is: make room, or lower PICTURE_QUOTA"};
  }
  return ok("data", std::move(seen));
}

Finding judge_keys(const std::vector<KeyFacts>& keys) {
  std::vector<std::string> sentences;
  Finding finding = ok("keys", {});
  for (const auto& key : keys) {
    sentences.push_back(sentence(key));
    if (key.place == KeyFacts::Place::unusable) finding.grade = Grade::problem;
  }
  finding.seen = fmt::format("{}", fmt::join(sentences, "; "));
  return finding;
}

Finding judge_files(const FileLimits& files, std::size_t wanted_connections) {
  const auto bound = bound_files(wanted_connections, files.hard);
  const auto raised = files.soft == files.hard ? "" : ", raised to that at the start";
  auto seen = fmt::format("open files: soft {}, hard {}{}; {} connections", number(files.soft),
                          number(files.hard), raised, bound.connections);
  if (!bound.warning) return ok("files", std::move(seen));
  return {Grade::note, "files", std::move(seen),
          fmt::format("MAX_CONNECTIONS is {}: raise the hard limit (ulimit -Hn, LimitNOFILE=)",
                      wanted_connections)};
}

Finding judge_port(const PortFacts& port) {
  switch (port.state) {
    case PortFacts::State::free:
      return ok("port", port.url + " is free");
    case PortFacts::State::any:
      return ok("port", "PORT is 0: each start takes a free one");
    case PortFacts::State::gateway_there:
      return {Grade::note, "port", port.url + " is taken: a gateway answers there already", {}};
    case PortFacts::State::taken:
      break;
  }
  return {Grade::problem, "port", port.detail,
          "stop what listens there, or set PORT (or HOST) to another one"};
}

Finding judge_font(const std::string& font, const Config& config) {
  if (!font.empty()) return ok("font", font);
  if (!config.demo_mode()) return ok("font", "none with Chinese; only the demo needs one");
  return {Grade::note, "font", "none with Chinese was found: demo pictures carry no words",
          "install one (Debian: fonts-wqy-microhei)"};
}

// Its calls cost money or nothing by rules of its own, so none is made here.
Finding judge_openai(const openai::Options& upstream) {
  return {Grade::note, "openai", upstream.base_url + " is not asked by this command",
          "/health/ready of the running gateway tells whether its list of models could be read"};
}

Findings diagnose(const DoctorFacts& facts) {
  Findings all{judge_program(facts.program)};
  const auto* config = facts.loaded ? &facts.loaded->config : nullptr;
  all.push_back(judge_http_library(facts.program.http, config));
  add(all, judge_settings(facts.settings));
  if (!facts.loaded || !facts.machine) {
    all.push_back({Grade::note, "rest", "not looked at, because it depends on the settings", {}});
    return all;
  }
  const auto& machine = *facts.machine;
  all.push_back(judge_folder(machine.folder, *config));
  if (!machine.keys.empty()) all.push_back(judge_keys(machine.keys));
  if (!config->web_dir.empty()) all.push_back(judge_page(machine.web_fault));
  all.push_back(judge_files(machine.files, config->server.max_connections));
  all.push_back(judge_port(machine.port));
  all.push_back(judge_font(machine.font, *config));
  if (facts.upstream) add(all, judge_upstream(*facts.upstream, *facts.loaded));
  if (config->openai) all.push_back(judge_openai(*config->openai));
  if (config->demo_mode()) add(all, judge_demo(*facts.loaded));
  return all;
}

}  // namespace gw::app
