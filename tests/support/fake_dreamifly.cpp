#include "tests/support/fake_dreamifly.hpp"

#include "tests/support/fake_dreamifly_server.hpp"

#include <fmt/format.h>

namespace gw::test {

FakeDreamifly::FakeDreamifly(FakeOptions options)
    : server_(std::make_unique<Server>(std::move(options))) {}
FakeDreamifly::~FakeDreamifly() = default;

std::uint16_t FakeDreamifly::port() const {
  return server_->port();
}
std::string FakeDreamifly::base_url() const {
  return fmt::format("http://127.0.0.1:{}", port());
}

void FakeDreamifly::reply_next(int count, FakeReply reply) {
  server_->locked([&] {
    server_->tricks_.insert(server_->tricks_.end(), static_cast<std::size_t>(count),
                            FakeTrick(reply));
  });
}

void FakeDreamifly::fault_next(int count, FakeFault fault) {
  server_->locked([&] {
    server_->tricks_.insert(server_->tricks_.end(), static_cast<std::size_t>(count),
                            FakeTrick(fault));
  });
}

void FakeDreamifly::reply_to(std::string target, FakeReply reply) {
  server_->locked([&] { server_->replies_.insert_or_assign(std::move(target), std::move(reply)); });
}
void FakeDreamifly::fault_to(std::string target, FakeFault fault) {
  server_->locked([&] { server_->faults_.insert_or_assign(std::move(target), fault); });
}
void FakeDreamifly::behave(const std::string& target) {
  server_->locked([&] {
    server_->replies_.erase(target);
    server_->faults_.erase(target);
  });
}
void FakeDreamifly::set_models(std::vector<std::string> models) {
  server_->locked([&] { server_->options_.models = std::move(models); });
}
void FakeDreamifly::set_account(FakeAccount account) {
  server_->locked([&] { server_->accounts_.set(std::move(account)); });
}
void FakeDreamifly::drop_sessions() {
  server_->locked([&] { server_->accounts_.drop_sessions(); });
}
std::string FakeDreamifly::open_session(const std::string& email) {
  return server_->locked([&] { return server_->accounts_.open_session(email); });
}
void FakeDreamifly::set_data_url_label(std::string label) {
  server_->locked([&] { server_->label_ = std::move(label); });
}
void FakeDreamifly::set_wall(std::function<WallTime()> wall) {
  server_->locked([&] { server_->options_.wall = std::move(wall); });
}
void FakeDreamifly::set_zone(std::chrono::minutes zone) {
  server_->locked([&] { server_->options_.zone = zone; });
}
void FakeDreamifly::set_delay(std::chrono::milliseconds delay) {
  server_->locked([&] { server_->options_.delay = delay; });
}
void FakeDreamifly::hold() {
  server_->on_thread([this] { server_->hold(); });
}
void FakeDreamifly::release() {
  server_->on_thread([this] { server_->release(); });
}

std::vector<FakeCall> FakeDreamifly::calls() const {
  return server_->locked([&] { return server_->calls_; });
}
std::vector<FakeCall> FakeDreamifly::sign_ins() const {
  return server_->locked([&] { return server_->sign_ins_; });
}
std::vector<FakeCall> FakeDreamifly::session_checks() const {
  return server_->locked([&] { return server_->session_checks_; });
}
std::size_t FakeDreamifly::model_calls() const {
  return server_->locked([&] { return server_->model_calls_; });
}
std::size_t FakeDreamifly::time_calls() const {
  return server_->locked([&] { return server_->time_calls_; });
}
std::int64_t FakeDreamifly::points(const std::string& email) const {
  return server_->locked([&] { return server_->accounts_.points(email); });
}
std::size_t FakeDreamifly::running() const {
  return server_->locked([&] { return server_->accounts_.running(); });
}
std::size_t FakeDreamifly::most_running() const {
  return server_->locked([&] { return server_->most_running_; });
}
bool FakeDreamifly::wait_for_running(std::size_t count, std::chrono::milliseconds patience) const {
  return server_->wait_for_running(count, patience);
}

}  // namespace gw::test
