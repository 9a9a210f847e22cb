// Who has signed in with the admin key, and for how long that lasts.
#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace gw::api {

struct AdminSession {
  Secret csrf_token;  // that its page sends with every change
  std::string tag;    // for the log
  WallTime expires;   // however much it is used
  SteadyTime opened{};
  SteadyTime used{};
};

// In memory only: a restart signs everybody out. What is kept of an id is its digest, so that a
// dump of the memory opens nothing, and a look-up takes as long for every wrong id. I/O thread.
class AdminSessions final {
 public:
  static constexpr std::chrono::hours kIdle{12};
  static constexpr std::chrono::hours kLongest{7 * 24};
  static constexpr std::size_t kMost = 16;  // beyond these the one unused for longest ends

  AdminSessions(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  struct Opened {
    Secret id;  // for the cookie; 260 random bits
    const AdminSession& session;
  };
  Opened open();
  // Null: none, or over. Counts as a use.
  const AdminSession* use(std::string_view id);
  void close(std::string_view id);

  std::size_t size() const { return sessions_.size(); }

 private:
  bool is_over(const AdminSession& session) const;
  void make_room();

  const Clock& clock_;
  Random& random_;
  std::map<Sha256, AdminSession> sessions_;
};

}  // namespace gw::api
