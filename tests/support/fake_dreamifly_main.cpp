// The fake Dreamifly server as a program: prints its address and runs until SIGINT or SIGTERM.
#include "tests/support/fake_dreamifly.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>

int main(int argc, char** argv) {
  gw::test::FakeOptions options;
  int zone_minutes = 0;
  int delay = 0;
  int skew = 0;
  CLI::App app("A fake Dreamifly server for tests");
  app.add_option("--port", options.port, "port on 127.0.0.1; 0: any free one");
  app.add_option("--key", options.key, "site key of the per-minute scheme");
  app.add_option("--static-token", options.static_token, "be an old server with this static token");
  app.add_option("--tz-minutes", zone_minutes, "the server's zone, in minutes ahead of UTC");
  app.add_option("--skew-seconds", skew, "how far the server's clock is ahead");
  app.add_option("--delay-ms", delay, "time of each drawing");
  app.add_option("--concurrency", options.concurrency, "drawings at a time; 0: any number");
  CLI11_PARSE(app, argc, argv);
  options.zone = std::chrono::minutes(zone_minutes);
  options.delay = std::chrono::milliseconds(delay);
  options.wall = [skew] { return std::chrono::system_clock::now() + std::chrono::seconds(skew); };

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals,
                  nullptr);  // before the server's thread starts, which inherits it

  const gw::test::FakeDreamifly server(std::move(options));
  fmt::print("{}\n", server.base_url());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}
