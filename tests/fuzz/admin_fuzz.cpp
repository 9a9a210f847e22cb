// What is sent to the admin door: bodies are understood within bounds, their errors repeat nothing
// of what may be a secret, and no cookie or header but the right ones opens anything.
#include "api/admin/accounts_wire.hpp"
#include "api/admin/clearance.hpp"
#include "api/admin/door.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace {

constexpr std::string_view kSecret = "hunter2";

// As a value; a field that is called so may be named.
template <class T>
void expect_discreet(std::string_view body, const gw::Result<T>& read) {
  const auto value = body.find(std::string(kSecret));
  const bool is_name =
      value != std::string_view::npos && body.substr(value).find(':') != std::string_view::npos;
  if (!read && !is_name && read.error().message().contains(kSecret)) std::abort();
}

void read_bodies(std::string_view body) {
  const auto account = gw::api::parse_new_account(body);
  expect_discreet(body, account);
  if (account && (account->weight < 1 || account->weight > 100 || account->parallel < 0 ||
                  account->credentials.size() > 16)) {
    std::abort();
  }
  expect_discreet(body, gw::api::parse_account_change(body));
  expect_discreet(body, gw::api::parse_clearance(body));
}

void knock(std::string_view text) {
  static const gw::SystemClock clock;
  static gw::SystemRandom random;
  static const auto log = gw::make_null_log();
  // A new one each time: wrong keys of an earlier input do not count.
  gw::api::AdminDoor door(gw::Secret("sk-test-admin-of-fuzz"), {}, clock, random, *log);
  gw::http::RequestHead head;
  head.method = "GET";
  head.target = "/admin/api/session";
  for (const auto* name : {"Cookie", "Authorization", "X-CSRF-Token", "Origin", "Host"}) {
    head.headers.set(name, text);
    if (const auto caller = door.guard()(head); caller && !text.contains("sk-test-admin-of-fuzz"))
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_bodies(text);
  knock(text);
  return 0;
}
