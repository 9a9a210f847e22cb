// Who calls the fake Dreamifly server, and whether he may draw at present: accounts, sessions,
// running jobs, daily counts (protocol §4, §5).
#pragma once

#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/raw_http.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gw::test {

// Not thread-safe: the server's lock guards it.
class FakeAccounts final {
 public:
  FakeAccounts(std::vector<FakeAccount> accounts, FakeLimits limits, std::size_t concurrency,
               std::string cookie_name, std::map<std::string, std::int64_t> prices);

  FakeReply sign_in(const RawRequest& request, WallTime now);
  FakeReply session(const RawRequest& request) const;
  FakeReply quota(const RawRequest& request) const;  // behind the token; counts nothing
  // The address of a live session; empty: nobody, which is no error anywhere.
  std::string caller(const RawRequest& request) const;

  // Steps 4 to 6 of §3.1; counts the request.
  std::optional<FakeReply> refusal(const std::string& caller, WallTime now);
  // Step 9; takes the points.
  std::optional<FakeReply> allowance_refusal(const std::string& caller,
                                             const boost::json::object& wish);
  FakeReply balance(const RawRequest& request) const;
  FakeReply base_cost(std::string_view target) const;  // with its query
  std::int64_t points(const std::string& email) const;
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

  bool day_is_used_up(const std::string& caller) const;
  std::int64_t price_of(const boost::json::object& wish, std::int64_t base, bool free_left) const;

  std::map<std::string, FakeAccount> accounts_;
  const FakeLimits limits_;
  const std::size_t concurrency_;
  const std::string cookie_name_;
  const std::map<std::string, std::int64_t> prices_;
  std::map<std::string, std::string> sessions_;  // decoded value to address
  std::map<std::string, std::size_t> running_;   // by address; "": without account
  std::map<std::string, Count> counts_;
  std::deque<WallTime> sign_ins_;
  std::size_t opened_ = 0;
};

}  // namespace gw::test
