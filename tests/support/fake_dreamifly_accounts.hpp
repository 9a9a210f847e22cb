// Who calls the fake Dreamifly server, and whether he may draw at present: accounts, sessions,
// running jobs, daily counts (protocol §4, §5).
#pragma once

#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/raw_http.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace gw::test {

// Not thread-safe: the server's lock guards it.
class FakeAccounts final {
 public:
  FakeAccounts(std::vector<FakeAccount> accounts, FakeLimits limits, std::size_t concurrency,
               std::string cookie_name);

  FakeReply sign_in(const RawRequest& request, WallTime now);
  FakeReply session(const RawRequest& request) const;
  FakeReply quota(const RawRequest& request) const;  // behind the token; counts nothing
  // The address of a live session; empty: nobody, which is no error anywhere.
  std::string caller(const RawRequest& request) const;

  // Steps 4 to 6 of §3.1; counts the request.
  std::optional<FakeReply> refusal(const std::string& caller, WallTime now);
  // Step 9, for models without a price.
  std::optional<FakeReply> allowance_refusal(const std::string& caller) const;
  void job_begins(const std::string& caller) { ++running_[caller]; }
  void job_ends(const std::string& caller) { --running_[caller]; }
  std::size_t running() const;

  void set(FakeAccount account);
  void drop_sessions() { sessions_.clear(); }
  std::string open_session(const std::string& email);  // name=value

 private:
  struct Count {
    std::chrono::sys_days day{};
    std::size_t requests = 0;
  };
  const FakeAccount* find(const std::string& email) const;
  std::optional<FakeReply> origin_fault(const RawRequest& request) const;
  bool too_many_sign_ins(WallTime now);
  std::size_t count(const std::string& caller, WallTime now);

  std::map<std::string, FakeAccount> accounts_;
  const FakeLimits limits_;
  const std::size_t concurrency_;
  const std::string cookie_name_;
  std::map<std::string, std::string> sessions_;  // decoded value to address
  std::map<std::string, std::size_t> running_;   // by address; "": without account
  std::map<std::string, Count> counts_;
  std::deque<WallTime> sign_ins_;
  std::size_t opened_ = 0;
};

}  // namespace gw::test
