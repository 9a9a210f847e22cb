#include "tests/support/gateway_process.hpp"

#include "tests/support/gateway_client.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace gw::test {
namespace {

namespace chrono = std::chrono;
namespace fs = std::filesystem;
namespace json = boost::json;
using chrono::milliseconds;

constexpr milliseconds kStartTime{20'000};  // sanitizers and a busy machine included
constexpr milliseconds kRetryPause{5};

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error("gateway process: " + what);
}

// Waits without sleeping: for a descriptor to become readable, or for the time to pass.
bool readable(int descriptor, milliseconds patience) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(patience.count())) == 1;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// All that the child needs, made before the fork: behind it nothing may allocate.
struct Plan {
  std::string program;
  std::string folder;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<ResourceBound> bounds;
  int out = -1;
  int err = -1;
};

// In the child, between fork and exec: plain system calls only. fork instead of posix_spawn, which
// sets no resource limits.
[[noreturn]] void become(const Plan& plan, char* const* arguments, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGTERM, SIGINT}) ::signal(number, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(plan.out, STDOUT_FILENO);
  ::dup2(plan.err, STDERR_FILENO);
  // Sockets of the fakes in this process must not live on in the child.
  ::close_range(3, ~0u, 0);
  if (::chdir(plan.folder.c_str()) != 0) ::_exit(127);
  for (const auto& bound : plan.bounds) {
    const rlimit limit{bound.limit, bound.limit};
    if (::setrlimit(static_cast<__rlimit_resource>(bound.resource), &limit) != 0) ::_exit(127);
  }
  ::execve(plan.program.c_str(), arguments, environment);
  ::_exit(127);
}

pid_t start(Plan plan) {
  const auto arguments = pointers(plan.arguments);
  const auto environment = pointers(plan.environment);
  const auto pid = ::fork();
  if (pid < 0) give_up("cannot fork");
  if (pid == 0) become(plan, arguments.data(), environment.data());
  return pid;
}

std::vector<std::string> environment_of(const GatewayOptions& options) {
  std::map<std::string, std::string> all{{"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
  if (options.key == GatewayOptions::Key::ours) all["API_MASTER_KEY"] = kApiKey;
  for (const auto& [name, value] : options.environment) all[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<std::string> arguments_of(const GatewayOptions& options, const fs::path& data_dir) {
  std::vector<std::string> all{"dreamifly-2api"};
  if (!options.arguments.empty()) {
    all.insert(all.end(), options.arguments.begin(), options.arguments.end());
    return all;
  }
  for (const char* word : {"serve", "--host", "127.0.0.1", "--port", "0", "--data-dir"}) {
    all.emplace_back(word);
  }
  all.push_back(data_dir.string());
  return all;
}

std::string file_of(pid_t pid, std::string_view name) {
  std::ifstream in(fmt::format("/proc/{}/{}", pid, name));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t number_behind(std::string_view text, std::string_view marker) {
  const auto at = text.find(marker);
  if (at == text.npos) return 0;
  text.remove_prefix(at + marker.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

fs::path gateway_binary() {
  if (const char* given = std::getenv("GW_BINARY"); given && *given) return fs::absolute(given);
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path() /
         "dreamifly-2api";
}

GatewayProcess::GatewayProcess(GatewayOptions options)
    : data_dir_(options.data_dir.value_or(folder_.path() / "data")),
      output_(std::make_unique<ChildOutput>()) {
  const auto program = gateway_binary();
  if (!fs::exists(program)) give_up("there is no " + program.string() + "; set GW_BINARY");
  for (const auto& [name, text] : options.files) std::ofstream(folder_.path() / name) << text;
  Plan plan{.program = program.string(),
            .folder = folder_.path().string(),
            .arguments = arguments_of(options, data_dir_),
            .environment = environment_of(options),
            .bounds = std::move(options.bounds),
            .out = output_->out(),
            .err = output_->err()};
  pid_ = start(std::move(plan));
  // <sys/pidfd.h> of glibc 2.36 cannot be linked from C++.
  pid_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  output_->started();
}

GatewayProcess::~GatewayProcess() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(pid_descriptor_);
}

std::unique_ptr<GatewayProcess> GatewayProcess::serving(GatewayOptions options) {
  auto process = std::make_unique<GatewayProcess>(std::move(options));
  const auto port = process->port();
  const bool ready = eventually([port] { return ask(port, get("/health/ready")).status == 200; });
  if (!ready) give_up("it does not become ready:\n" + process->standard_error());
  return process;
}

std::uint16_t GatewayProcess::port() {
  if (port_ != 0) return port_;
  constexpr std::string_view kMarker = " listens on http://127.0.0.1:";
  output_->wait_until(kStartTime, [&] { return standard_output().contains("Try it:"); });
  port_ = static_cast<std::uint16_t>(number_behind(standard_output(), kMarker));
  if (port_ == 0) give_up("it did not start:\n" + standard_output() + standard_error());
  return port_;
}

void GatewayProcess::signal(int number) {
  if (!ended_) ::kill(pid_, number);
}

std::optional<Ended> GatewayProcess::wait(milliseconds patience) {
  if (ended_) return ended_;
  if (!readable(pid_descriptor_, patience)) return std::nullopt;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
  // What it wrote last is still on its way through the pipes.
  output_->wait_until(milliseconds(5'000), [] { return false; });
  return ended_;
}

Ended GatewayProcess::stop() {
  signal(SIGTERM);
  const auto ended = wait();
  if (!ended) give_up("it does not end after SIGTERM:\n" + standard_error());
  return *ended;
}

void GatewayProcess::kill() {
  signal(SIGKILL);
  if (!wait()) give_up("it survives SIGKILL");
}

std::string GatewayProcess::standard_output() const {
  return output_->standard_output();
}
std::string GatewayProcess::standard_error() const {
  return output_->standard_error();
}

std::vector<json::object> GatewayProcess::log() const {
  std::vector<json::object> lines;
  std::istringstream text(standard_error());
  // A line that is still being read has no end yet.
  for (std::string line; std::getline(text, line) && !text.eof();) {
    boost::system::error_code error;
    auto value = json::parse(line, error);
    if (error || !value.is_object()) give_up("a log line is no JSON object: " + line);
    lines.push_back(std::move(value.get_object()));
  }
  return lines;
}

bool GatewayProcess::wait_for_log(const Wanted& wanted, std::size_t count,
                                  milliseconds patience) const {
  return output_->wait_until(patience, [&] {
    return static_cast<std::size_t>(std::ranges::count_if(log(), wanted)) >= count;
  });
}

bool GatewayProcess::wait_for_event(std::string_view event) const {
  return wait_for_log(
      [event](const json::object& line) { return line.at("event").as_string() == event; });
}

void GatewayProcess::close_standard_error() {
  output_->stop_reading_errors();
}

std::size_t GatewayProcess::resident_kib() const {
  return number_behind(file_of(pid_, "status"), "RssAnon:");
}

milliseconds GatewayProcess::processor_time() const {
  const auto stat = file_of(pid_, "stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // to utime, the 14th of proc(5)
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

std::size_t GatewayProcess::open_files() const {
  const fs::directory_iterator files(fmt::format("/proc/{}/fd", pid_));
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

Finished run_gateway(GatewayOptions options) {
  GatewayProcess process(std::move(options));
  const auto ended = process.wait();
  if (!ended) give_up("it goes on:\n" + process.standard_output() + process.standard_error());
  return {ended->exit_code, process.standard_output(), process.standard_error()};
}

bool eventually(const std::function<bool()>& is_so, milliseconds patience) {
  const auto until = chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (chrono::steady_clock::now() >= until) return false;
    readable(-1, kRetryPause);
  }
  return true;
}

}  // namespace gw::test
