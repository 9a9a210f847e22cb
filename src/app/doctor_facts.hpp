// What `doctor` has looked at, as plain values: doctor_checks.* and doctor_upstream.* turn them
// into findings.
#pragma once

#include "app/config_load.hpp"
#include "app/file_limit.hpp"
#include "app/folder_facts.hpp"
#include "providers/dreamifly/checkup.hpp"
#include "transport/http_library.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw::app {

struct ProgramFacts {
  std::string version;
  std::string openssl;
  Result<std::string> gd;  // its version, or why it cannot be loaded
  HttpLibrary http;
};

struct SettingsFacts {
  std::vector<ConfigSource> sources;
  std::vector<Problem> problems;  // with any, nothing further is known
  std::vector<Problem> warnings;
  std::string dotenv;  // where `.env` is looked for
};

// Where a key comes from; never the key.
struct KeyFacts {
  enum class Place : std::uint8_t { given, kept, made_at_start, nowhere, unusable };
  std::string name;
  Place place = Place::nowhere;
  std::string detail;  // the setting's origin, the file, or why it is unusable
};

struct PortFacts {
  enum class State : std::uint8_t {
    free,
    any,            // 0: the system gives one
    gateway_there,  // taken by what answers like a running gateway
    taken,
  };
  State state = State::free;
  std::string url;
  std::string detail;
};

struct MachineFacts {
  FolderFacts folder;
  std::vector<KeyFacts> keys;
  FileLimits files;
  PortFacts port;
  std::string font;                      // empty: none
  std::optional<std::string> web_fault;  // of WEB_DIR
};

struct UpstreamFacts {
  dreamifly::Options options;
  dreamifly::Checkup checkup;
};

struct DoctorFacts {
  ProgramFacts program;
  SettingsFacts settings;
  // Nothing where the settings hold mistakes.
  std::optional<LoadedConfig> loaded;
  std::optional<MachineFacts> machine;
  std::optional<UpstreamFacts> upstream;  // nothing: the demo draws
};

}  // namespace gw::app
