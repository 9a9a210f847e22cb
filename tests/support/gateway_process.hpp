// The real program as a child process: started with an environment of its own, watched, stopped or
// killed. Everything that waits has a bound.
#pragma once

#include "tests/support/child_output.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

namespace gw::test {

// What the clients of these tests send; no gateway of anybody else has it.
inline constexpr std::string_view kApiKey = "sk-test-black-box";

// GW_BINARY, or the program of the build tree that the test program lies in.
std::filesystem::path gateway_binary();

struct Ended {
  int exit_code = -1;  // -1: ended by a signal
  int signal = 0;      // 0: it ended by itself
};

struct ResourceBound {
  int resource;  // RLIMIT_…
  rlim_t limit;  // soft and hard
};

struct GatewayOptions {
  // The whole environment besides API_MASTER_KEY=kApiKey; an API_MASTER_KEY in here wins.
  std::map<std::string, std::string> environment = {};
  enum class Key : std::uint8_t { ours, none };
  Key key = Key::ours;  // none: the program is told no API_MASTER_KEY
  // Empty: "serve" on a free port of the loopback interface, with DATA_DIR in the own folder.
  std::vector<std::string> arguments = {};
  std::optional<std::filesystem::path> data_dir = {};  // for `serve`: outlives the process
  std::map<std::string, std::string> files = {};       // written into the working directory
  std::vector<ResourceBound> bounds = {};
};

// One run of the program. Its output is read by a thread of its own, so that the program never
// waits for the test. A process that still runs in the destructor is killed; it dies with the test.
class GatewayProcess final {
 public:
  explicit GatewayProcess(GatewayOptions options = {});
  ~GatewayProcess();
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  // Started and ready, or std::runtime_error with what it printed.
  static std::unique_ptr<GatewayProcess> serving(GatewayOptions options = {});

  // From the start message on standard output; throws when it does not come.
  std::uint16_t port();
  pid_t pid() const { return pid_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  const std::filesystem::path& data_dir() const { return data_dir_; }

  void signal(int number);
  // Nothing: it still runs.
  std::optional<Ended> wait(std::chrono::milliseconds patience = std::chrono::seconds(20));
  // SIGTERM, and what came of it; throws when it does not end.
  Ended stop();
  void kill();  // SIGKILL

  std::string standard_output() const;
  std::string standard_error() const;
  // The JSON lines of standard error; any other line throws.
  std::vector<boost::json::object> log() const;
  using Wanted = std::function<bool(const boost::json::object&)>;
  // Waits until that many lines are as wanted; false when they do not come.
  bool wait_for_log(const Wanted& wanted, std::size_t count = 1,
                    std::chrono::milliseconds patience = std::chrono::seconds(10)) const;
  bool wait_for_event(std::string_view event) const;
  // The reading end goes, as when a log collector dies.
  void close_standard_error();

  std::size_t resident_kib() const;  // anonymous pages only: what it has allocated
  std::chrono::milliseconds processor_time() const;
  std::size_t open_files() const;

 private:
  TemporaryDirectory folder_;
  std::filesystem::path data_dir_;
  std::unique_ptr<ChildOutput> output_;
  pid_t pid_ = -1;
  int pid_descriptor_ = -1;
  std::optional<Ended> ended_;
  std::uint16_t port_ = 0;
};

// One run from start to end, for commands and for starts that fail.
struct Finished {
  int exit_code = -1;
  std::string standard_output;
  std::string standard_error;
};
Finished run_gateway(GatewayOptions options);

// Asks again every few milliseconds until it is so; false after `patience`.
bool eventually(const std::function<bool()>& is_so,
                std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace gw::test
