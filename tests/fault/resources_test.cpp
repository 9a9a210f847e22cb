// When the machine gives no more: a full disk, no descriptors, nobody who reads the log.
#include "tests/support/api_matchers.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A file size limit stands for the full disk: permissions do not stop root.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override { gateway = GatewayProcess::serving(); }

  void set_limit(rlim_t bytes) const {
    rlimit limit{};
    ASSERT_EQ(::prlimit(gateway->pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
    limit.rlim_cur = bytes;
    ASSERT_EQ(::prlimit(gateway->pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  }
  void fill() const { set_limit(100); }
  void free() const { set_limit(RLIM_INFINITY); }
  RawAnswer send(const Ask& request) const { return ask(gateway->port(), request); }
  static Ask linked(std::string_view prompt) {
    return draw_small(prompt, R"(,"response_format":"url")");
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(gateway->data_dir() / "images")) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }

  std::unique_ptr<GatewayProcess> gateway;
};

TEST_F(FullDisk, StillAnswersWithTheBytesAndRefusesLinks) {
  const auto link = link_of(send(linked("before")));
  const auto before = send(get(link)).body;
  fill();

  EXPECT_THAT(send(linked("a pear")), IsError(503, "storage_unavailable", "null"));
  EXPECT_THAT(send(get("/health/ready")), HasStatus(503));
  EXPECT_THAT(send(get("/health/live")), HasStatus(200));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(picture_of(send(draw_small(fmt::format("pear {}", i)))).substr(1, 3), "PNG");
  }
  const auto drawn = metric(gateway->port(), "gw_tasks_sent_total");
  EXPECT_THAT(send(linked("a fig")), IsError(503, "storage_unavailable", "null"));
  EXPECT_EQ(metric(gateway->port(), "gw_tasks_sent_total"), drawn)
      << "what cannot be stored is not drawn first";

  EXPECT_EQ(send(get(link)).body, before) << "nothing stored already is harmed";
  // An answer with the bytes does not wait for its file to fail.
  EXPECT_TRUE(eventually([&] { return files() == 1; })) << "half pictures lie about";
  EXPECT_TRUE(gateway->wait_for_event("storage_unavailable"));
}

TEST_F(FullDisk, IsNoticedWhenItHasRoomAgain) {
  fill();
  EXPECT_THAT(send(linked("a pear")), IsError(503, "storage_unavailable", "null"));
  free();
  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));  // whose file is written now

  EXPECT_TRUE(eventually([&] { return send(get("/health/ready")).status == 200; }));
  EXPECT_THAT(send(get(link_of(send(linked("a plum"))))), HasStatus(200));
  EXPECT_EQ(gateway->stop().exit_code, 0);
}

// Nobody sends work to a gateway that is not ready, so it must find out by itself.
TEST_F(FullDisk, IsNoticedToHaveRoomAgainWithoutWork) {
  const auto accepting = [&](const char* store) {
    return metric(gateway->port(), "gw_storage_accepting", fmt::format("store=\"{}\"", store));
  };
  EXPECT_EQ(accepting("pictures"), 1);
  EXPECT_EQ(accepting("records"), 1);
  fill();
  // What a plain call leaves behind may be over before it is written; a job must be.
  EXPECT_THAT(send(draw_small("a fig").with("Prefer", "respond-async")),
              IsError(503, "storage_unavailable", "null"));
  EXPECT_THAT(send(linked("a pear")), IsError(503, "storage_unavailable", "null"));
  EXPECT_TRUE(eventually([&] { return accepting("pictures") == 0 && accepting("records") == 0; }));
  EXPECT_GE(metric(gateway->port(), "gw_journal_failures_total"), 1);
  free();

  EXPECT_TRUE(eventually([&] { return send(get("/health/ready")).status == 200; }));
  EXPECT_EQ(accepting("pictures"), 1);
  EXPECT_EQ(accepting("records"), 1);
}

TEST_F(FullDisk, ConversionsThatCannotBeStoredAreRefusedToo) {
  fill();
  EXPECT_THAT(send(draw_small("a pear", R"(,"response_format":"url","output_format":"webp")")),
              IsError(503, "storage_unavailable", "null"));
  EXPECT_EQ(json_of(send(draw_small("a fig", R"(,"output_format":"webp")")))
                .at("output_format")
                .as_string(),
            "webp");
}

TEST_F(FullDisk, PromisesNoJobAndKeepsThoseItHasPromised) {
  const auto job = [](std::string_view prompt) {
    return draw_small(prompt).with("Prefer", "respond-async");
  };
  const auto status = [&](const std::string& target) {
    return std::string(json_of(send(get(target).with_key())).at("status").as_string());
  };
  fill();
  EXPECT_THAT(send(job("a pear")), IsError(503, "storage_unavailable", "null"));
  EXPECT_THAT(send(get("/health/ready")), HasStatus(503));
  EXPECT_EQ(picture_of(send(draw_small("a fig"))).substr(1, 3), "PNG");
  EXPECT_TRUE(gateway->wait_for_event("journal_not_written"));

  free();
  EXPECT_THAT(send(draw_small("a grape")), HasStatus(200));  // whose file is written now
  EXPECT_TRUE(gateway->wait_for_event("journal_written_again"));
  EXPECT_TRUE(eventually([&] { return send(get("/health/ready")).status == 200; }));
  const auto accepted = send(job("a plum"));
  ASSERT_THAT(accepted, HasStatus(202));
  const auto target = "/v1/jobs/" + std::string(json_of(accepted).at("id").as_string());
  EXPECT_TRUE(eventually([&] { return status(target) == "succeeded"; }));
  EXPECT_TRUE(eventually([&] { return send(get("/health/ready")).status == 200; }));
}

TEST(FullDiskFromTheStart, StopsTheStartWithASentence) {
  // Keys cannot be written.
  const auto refused =
      run_gateway({.key = GatewayOptions::Key::none, .bounds = {{RLIMIT_FSIZE, 10}}});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.standard_error, testing::HasSubstr("File too large"));
}

class FewDescriptors : public testing::Test {
 protected:
  static constexpr rlim_t kFiles = 48;
};

TEST_F(FewDescriptors, AreSaidAtTheStart) {
  const auto gateway = GatewayProcess::serving({.bounds = {{RLIMIT_NOFILE, kFiles}}});
  EXPECT_THAT(gateway->standard_output(), testing::HasSubstr("WARNING: only 48 files"));
  EXPECT_LT(gateway->open_files(), kFiles);
}

TEST_F(FewDescriptors, AreNotSpunAbout) {
  const auto gateway = GatewayProcess::serving({.bounds = {{RLIMIT_NOFILE, kFiles}}});
  const auto port = gateway->port();
  std::vector<RawSocket> clients;
  for (int i = 0; i < 200; ++i) clients.emplace_back(port);
  // All taken or refused by now, or waiting in the kernel.
  EXPECT_TRUE(eventually([&] { return gateway->open_files() >= 24; }));
  const auto before = gateway->processor_time();
  RawSocket patient(port, milliseconds(1'500));
  EXPECT_THROW(patient.receive(1), std::runtime_error) << "passes the time";

  EXPECT_LT(gateway->processor_time() - before, milliseconds(300));
  EXPECT_LE(gateway->open_files(), kFiles);
}

TEST_F(FewDescriptors, AreServedAgainWhenTheCrowdHasGone) {
  const auto gateway = GatewayProcess::serving({.bounds = {{RLIMIT_NOFILE, kFiles}}});
  const auto port = gateway->port();
  {
    std::vector<RawSocket> clients;
    for (int i = 0; i < 200; ++i) clients.emplace_back(port);
    EXPECT_TRUE(eventually([&] { return gateway->open_files() >= 24; }));
  }
  EXPECT_TRUE(eventually([&] {
    return ask(port, draw_small("a pear", R"(,"response_format":"url")")).status == 200;
  }));
  EXPECT_TRUE(eventually([&] { return gateway->open_files() < 24; }));
  EXPECT_EQ(gateway->stop().exit_code, 0);
}

TEST_F(FewDescriptors, ThoseOverTheBoundAreToldSo) {
  const auto gateway = GatewayProcess::serving({.environment = {{"MAX_CONNECTIONS", "3"}}});
  std::vector<RawSocket> taken;
  for (int i = 0; i < 3; ++i) {
    taken.emplace_back(gateway->port()).send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(taken.back().receive_answer().status, 200);
  }
  RawSocket more(gateway->port());
  const auto refused = more.receive_answer();
  EXPECT_THAT(refused, IsError(503, "queue_full", "null"));
  EXPECT_THAT(refused, HasHeader("Connection", "close"));

  taken.clear();
  EXPECT_TRUE(eventually([&] { return ask(gateway->port(), get("/health")).status == 200; }));
}

TEST(Log, WithoutAReaderDoesNotStopTheService) {
  const auto gateway = GatewayProcess::serving();
  gateway->close_standard_error();

  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(ask(gateway->port(), draw_small("a pear")), HasStatus(200));
  EXPECT_EQ(gateway->stop().exit_code, 0);
}

TEST(Clients, ThatLeaveWhileTheAnswerIsWrittenDoNoHarm) {
  const auto gateway = GatewayProcess::serving();
  const auto memory = gateway->resident_kib();
  for (int i = 0; i < 20; ++i) {
    RawSocket socket(gateway->port());
    socket.send(wire(draw(R"({"prompt":"a pear","size":"1024x1024","seed":7})")));
    EXPECT_EQ(socket.receive(12), "HTTP/1.1 200");
    socket.reset();
  }
  EXPECT_THAT(ask(gateway->port(), get("/health")), HasStatus(200));
  EXPECT_TRUE(eventually([&] { return metric(gateway->port(), "gw_http_connections") <= 1; }));
  // What nobody took is kept for a repeat, but as files.
  EXPECT_TRUE(
      eventually([&] { return metric(gateway->port(), "gw_picture_bytes_in_memory") == 0; }));
  EXPECT_LT(gateway->resident_kib(), memory + 64 * 1024);
}

TEST(Clients, WhoseLinesAreSlowDoNotHoldPicturesInMemory) {
  const auto gateway = GatewayProcess::serving();
  const auto link = link_of(ask(
      gateway->port(), draw(R"({"prompt":"a pear","size":"1416x1416","response_format":"url"})")));
  const auto memory = gateway->resident_kib();
  std::vector<RawSocket> slow;
  for (int i = 0; i < 60; ++i) {
    slow.emplace_back(gateway->port()).send(wire(get(link)));
    EXPECT_EQ(slow.back().receive(12), "HTTP/1.1 200");
  }
  EXPECT_LT(gateway->resident_kib(), memory + 48 * 1024);
  EXPECT_THAT(ask(gateway->port(), get("/health")), HasStatus(200));
}

}  // namespace
}  // namespace gw::test
