#include "app/commands.hpp"

#include "app/healthcheck.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <cstddef>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>

namespace gw::app {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Commands : public testing::Test {
 protected:
  Commands() {
    inputs_.directory = directory_.path();
    inputs_.environment["DATA_DIR"] = (directory_.path() / "data").string();
  }

  TemporaryDirectory directory_;
  ConfigInputs inputs_;
  std::ostringstream out_, err_;
};

TEST_F(Commands, CheckConfigPrintsWhatIsInForce) {
  inputs_.environment["ADMIN_KEY"] = "sk-test-admin-0123456789";
  inputs_.environment["PORT"] = "9000";

  EXPECT_EQ(run_check_config(inputs_, out_, err_), 0);

  EXPECT_THAT(out_.str(), testing::StartsWith("Read: environment (3)\n"));
  EXPECT_THAT(out_.str(), ContainsRegex("\nPORT +9000  \\[environment\\]\n"));
  EXPECT_THAT(out_.str(), ContainsRegex("\nADMIN_KEY +\\*\\*\\*  \\[environment\\]\n"));
  EXPECT_THAT(out_.str(),
              ContainsRegex("\nAPI_MASTER_KEY +\\(kept in DATA_DIR/keys\\)  \\[default\\]\n"));
  EXPECT_THAT(out_.str(), ContainsRegex("\nMETRICS_KEY +\\(not set\\)  \\[default\\]\n"));
  EXPECT_THAT(out_.str(), HasSubstr("No mistakes."));
  EXPECT_THAT(out_.str(), Not(HasSubstr("sk-test")));
}

TEST_F(Commands, CheckConfigHasItsValuesInOneColumn) {
  EXPECT_EQ(run_check_config(inputs_, out_, err_), 0);

  std::set<std::size_t> columns;
  std::istringstream lines(out_.str());
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(']')) columns.insert(line.find_first_not_of(' ', line.find(' ')));
  }
  EXPECT_EQ(columns.size(), 1u);
}

TEST_F(Commands, CheckConfigPrintsEveryMistake) {
  inputs_.environment["PORT"] = "x";
  inputs_.environment["LOG_LEVEL"] = "x";

  EXPECT_EQ(run_check_config(inputs_, out_, err_), 1);

  EXPECT_THAT(err_.str(), HasSubstr("The settings have 2 mistakes:\n"));
  EXPECT_THAT(err_.str(), HasSubstr("  PORT: must be"));
  EXPECT_THAT(err_.str(), HasSubstr("  LOG_LEVEL: must be"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Commands, CheckConfigPrintsWarningsBesideMistakes) {
  std::ofstream(directory_.path() / ".env") << "PORT=x\nAPP_NAME=mine\n";

  EXPECT_EQ(run_check_config(inputs_, out_, err_), 1);

  EXPECT_THAT(err_.str(), testing::MatchesRegex("The settings have 1 mistake:\n"
                                                "  PORT [^\n]*\n"
                                                "Besides:\n"
                                                "  APP_NAME [^\n]*\n"));
}

TEST_F(Commands, KeysSaysWhereTheyAreAndShowsThemOnlyWhenAsked) {
  std::filesystem::create_directories(directory_.path() / "data" / "keys");
  const auto file = directory_.path() / "data" / "keys" / "api_master_key";
  std::ofstream(file) << "sk-test-kept\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);

  EXPECT_EQ(run_keys(inputs_, KeyDisplay::hidden, out_, err_), 0);
  EXPECT_THAT(out_.str(), HasSubstr("API_MASTER_KEY: " + file.string() + "\n"));
  EXPECT_THAT(out_.str(), HasSubstr("admin_key (not there yet: made at the first start)\n"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("sk-test")));

  EXPECT_EQ(run_keys(inputs_, KeyDisplay::shown, out_, err_), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\n  sk-test-kept\n"));
}

// Answers one connection with fixed bytes.
class OneAnswer final {
 public:
  explicit OneAnswer(std::string answer)
      : acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this, answer = std::move(answer)] { serve(answer); }) {}
  ~OneAnswer() { thread_.join(); }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  const std::string& request() const { return request_; }

 private:
  void serve(const std::string& answer) {
    auto socket = acceptor_.accept();
    boost::system::error_code gone;  // a client may leave in the middle
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(request_), "\r\n\r\n", gone);
    boost::asio::write(socket, boost::asio::buffer(answer), gone);
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::string request_;
  std::thread thread_;
};

TEST_F(Commands, HealthcheckIsContentWithA200) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  inputs_.environment["HOST"] = "0.0.0.0";
  inputs_.environment["PORT"] = std::to_string(server.port());

  EXPECT_EQ(run_healthcheck(inputs_, out_, err_), 0);

  EXPECT_EQ(out_.str(), "ok\n");
  EXPECT_THAT(server.request(),
              testing::StartsWith("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST_F(Commands, HealthcheckRepeatsAnyOtherAnswer) {
  OneAnswer server("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  inputs_.environment["PORT"] = std::to_string(server.port());

  EXPECT_EQ(run_healthcheck(inputs_, out_, err_), 1);

  EXPECT_THAT(err_.str(), HasSubstr("answers HTTP/1.1 503 Service Unavailable"));
}

TEST_F(Commands, HealthcheckFailsWhenNobodyListens) {
  // Bound but not listening: the port stays ours, and connecting is refused.
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor holder(io);
  holder.open(boost::asio::ip::tcp::v4());
  holder.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
  inputs_.environment["PORT"] = std::to_string(holder.local_endpoint().port());

  EXPECT_EQ(run_healthcheck(inputs_, out_, err_), 1);

  EXPECT_THAT(err_.str(), HasSubstr("does not answer: Connection refused"));
}

TEST_F(Commands, HealthcheckGivesUpOnAServerThatIsSilent) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::make_address("127.0.0.1"), 0});

  const auto answer =
      ask_health("127.0.0.1", silent.local_endpoint().port(), std::chrono::milliseconds(20));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::upstream_unavailable);
}

}  // namespace
}  // namespace gw::app
