// The fake Dreamifly server as a program: prints its address and runs until SIGINT or SIGTERM.
#include "tests/support/fake_dreamifly.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

gw::test::FakeAccount account_of(std::string_view text) {
  const auto take = [&] {
    const auto part = text.substr(0, text.find(':'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return std::string(part);
  };
  gw::test::FakeAccount account;
  account.email = take();
  account.password = take();
  const auto standing = take();
  if (standing == "banned") account.standing = gw::test::FakeAccount::Standing::banned;
  if (standing == "unverified") account.standing = gw::test::FakeAccount::Standing::unverified;
  return account;
}

}  // namespace

int main(int argc, char** argv) {
  gw::test::FakeOptions options;
  int zone_minutes = 0;
  int delay = 0;
  int anonymous_delay = 0;
  int skew = 0;
  bool site_limits = false;
  std::vector<std::string> accounts;
  CLI::App app("A fake Dreamifly server for tests");
  app.add_option("--port", options.port, "port on 127.0.0.1; 0: any free one");
  app.add_option("--key", options.key, "site key of the per-minute scheme");
  app.add_option("--static-token", options.static_token, "be an old server with this static token");
  app.add_option("--tz-minutes", zone_minutes, "the server's zone, in minutes ahead of UTC");
  app.add_option("--skew-seconds", skew, "how far the server's clock is ahead");
  app.add_option("--delay-ms", delay, "time of each drawing");
  app.add_option("--concurrency", options.concurrency, "drawings at a time; 0: any number");
  app.add_option("--anonymous-delay-ms", anonymous_delay, "the wait before it without account");
  app.add_flag("--site-limits", site_limits, "the public site's limits of jobs and requests a day");
  app.add_option("--account", accounts, "email:password[:banned|:unverified], any number of them");
  app.add_option("--model", options.models, "an id it offers, any number; none: all it knows");
  app.add_option("--cookie-name", options.cookie_name, "the session cookie it looks for");
  CLI11_PARSE(app, argc, argv);
  for (const auto& account : accounts) options.accounts.push_back(account_of(account));
  if (site_limits) options.limits = gw::test::FakeLimits::of_the_site();
  options.anonymous_delay = std::chrono::milliseconds(anonymous_delay);
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
