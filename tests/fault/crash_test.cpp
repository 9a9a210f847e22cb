// The real process, killed in the middle again and again: what it had promised is kept, and nothing
// is sent a second time. GW_KILLS=500 makes a long run of it, GW_SEED another one.
#include "tests/support/api_matchers.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

int setting(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

std::string prompt_in(const FakeCall& call) {
  const auto at = call.body.find("picture <");
  return at == std::string::npos ? call.body : call.body.substr(at, call.body.find('>', at) - at);
}

class Crashes : public testing::Test {
 protected:
  // After a kill nobody knows of at most as many slots as were in use, so each life has four more.
  std::unique_ptr<GatewayProcess> life(int number) const {
    GatewayOptions options;
    options.data_dir = data.path();
    options.environment = {{"DREAMIFLY_BASE_URL", fake.base_url()},
                           {"DREAMIFLY_SITE_KEY", "test-key"},
                           {"UPSTREAM_CONCURRENCY_LIMIT", fmt::to_string(4 * (number + 1))}};
    return GatewayProcess::serving(std::move(options));
  }

  // Until the process is gone: jobs, and plain calls among them.
  void send_until_it_dies(std::uint16_t port, int number) {
    for (int i = 0; !dead; ++i) {
      const auto prompt = fmt::format("picture <{}-{}>", number, i);
      try {
        if (i % 4 == 3) {
          static_cast<void>(ask_aside(port, draw_small(prompt)));
          continue;
        }
        const auto answer = ask(port, draw_small(prompt).with("Prefer", "respond-async"));
        const auto job = json_of(answer);
        const std::lock_guard lock(mutex);
        if (answer.status == 202) promised.emplace(std::string(job.at("id").as_string()), prompt);
      } catch (const std::exception&) {
        // Killed before it could answer: nothing was promised.
      }
    }
  }

  void live_and_die(int number) {
    const auto gateway = life(number);
    dead = false;
    std::thread clients([&, port = gateway->port()] { send_until_it_dies(port, number); });
    std::this_thread::yield();
    const auto time = milliseconds(std::uniform_int_distribution(30, 400)(random));
    EXPECT_FALSE(gateway->wait(time)) << "it ended by itself";
    gateway->kill();
    dead = true;
    clients.join();
  }

  static boost::json::object job(std::uint16_t port, const std::string& id) {
    const auto answer = ask(port, get("/v1/jobs/" + id).with_key());
    return answer.status == 200 ? json_of(answer) : boost::json::object{{"status", "lost"}};
  }
  static bool is_open(const boost::json::object& job) {
    return job.at("status") == "queued" || job.at("status") == "running";
  }

  TemporaryDirectory data;
  FakeDreamifly fake{{.delay = milliseconds(60)}};
  std::mt19937 random{static_cast<unsigned>(setting("GW_SEED", 1))};
  std::atomic<bool> dead = false;
  std::mutex mutex;
  std::map<std::string, std::string> promised;  // job → prompt
};

TEST_F(Crashes, LoseNoPromiseAndSendNothingTwice) {
  const int kills = setting("GW_KILLS", 12);
  for (int number = 0; number < kills; ++number) live_and_die(number);
  ASSERT_GT(promised.size(), 20u) << "hardly anything was promised: this shows nothing";

  const auto gateway = life(kills);
  std::map<std::string, int> outcomes;
  std::set<std::string> drawn;
  for (const auto& [id, prompt] : promised) {
    ASSERT_TRUE(eventually([&] { return !is_open(job(gateway->port(), id)); }, seconds(60)));
    const auto over = job(gateway->port(), id);
    const std::string status(over.at("status").as_string());
    ++outcomes[status];
    EXPECT_TRUE(status == "succeeded" || status == "unknown") << id << " is " << status;
    if (status == "succeeded") {
      drawn.insert(id);
      EXPECT_EQ(over.at("result").at("data").as_array().size(), 1u) << id;
    }
  }
  EXPECT_GT(outcomes["succeeded"], 0);

  std::map<std::string, int> sent;
  for (const auto& call : fake.calls()) ++sent[prompt_in(call)];
  for (const auto& [prompt, times] : sent) EXPECT_EQ(times, 1) << prompt;
  // One that is unknown may have been killed between the journal and the first byte.
  for (const auto& id : drawn) {
    const auto& prompt = promised.at(id);
    EXPECT_EQ(sent[prompt.substr(0, prompt.size() - 1)], 1) << id << " was never sent";
  }
  EXPECT_EQ(gateway->stop().exit_code, 0);
}

TEST(CrashOfTheDemo, LeavesNoSlotUnsureBecauseNothingDrawsOn) {
  const TemporaryDirectory data;
  const auto life = [&](const char* delay) {
    GatewayOptions options;
    options.data_dir = data.path();
    options.environment = {{"DEMO_DELAY_MS", delay}};
    return GatewayProcess::serving(std::move(options));
  };
  std::string target;
  {
    const auto first = life("60000");
    const auto accepted = ask(first->port(), draw_small("a fig").with("Prefer", "respond-async"));
    target = "/v1/jobs/" + std::string(json_of(accepted).at("id").as_string());
    ASSERT_TRUE(eventually([&] { return metric(first->port(), "gw_tasks_sent_total") == 1; }));
    // A job is promised when it is on disk, and with it all that was written before.
    EXPECT_THAT(ask(first->port(), draw_small("a pear").with("Prefer", "respond-async")),
                HasStatus(202));
    first->kill();
  }
  const auto second = life("0");
  EXPECT_EQ(metric(second->port(), "gw_slots_unsure"), 0);
  EXPECT_TRUE(eventually([&] {
    return json_of(ask(second->port(), get(target).with_key())).at("status") == "unknown";
  }));
}

}  // namespace
}  // namespace gw::test
