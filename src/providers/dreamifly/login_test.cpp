#include "providers/dreamifly/login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace gw::dreamifly {
namespace {

using testing::HasSubstr;
using testing::Not;

Options options() {
  Options options;
  options.base_url = "https://draw.example.com";
  return options;
}

Result<Login> read(const std::map<std::string, std::string>& credentials) {
  AccountSettings account;
  for (const auto& [name, value] : credentials) account.credentials.emplace(name, Secret(value));
  return read_login(account, options());
}

std::string refused_field(const std::map<std::string, std::string>& credentials) {
  const auto login = read(credentials);
  if (login) return "";
  EXPECT_EQ(login.error().kind(), ErrorKind::invalid_request);
  for (const auto& [name, value] : credentials) {
    if (value.size() > 3) EXPECT_THAT(login.error().message(), Not(HasSubstr(value)));
  }
  return login.error().param();
}

TEST(Login, is_an_address_with_its_password) {
  const auto login = read({{"email", "me@example.com"}, {"password", "hush"}});
  ASSERT_TRUE(login);
  EXPECT_EQ(login->email, "me@example.com");
  EXPECT_EQ(login->password.reveal(), "hush");
  EXPECT_TRUE(login->signs_in());
}

TEST(Login, is_a_session_with_the_name_that_the_server_looks_for) {
  const auto login = read({{"session_cookie", "abc.def"}});
  ASSERT_TRUE(login);
  EXPECT_FALSE(login->signs_in());
  EXPECT_EQ(login->pasted->header(), "__Secure-better-auth.session_token=abc.def");
}

TEST(Login, that_does_not_fit_names_the_field) {
  EXPECT_EQ(refused_field({}), "credentials.email");
  EXPECT_EQ(refused_field({{"password", "hush"}}), "credentials.email");
  EXPECT_EQ(refused_field({{"email", "nobody"}, {"password", "hush"}}), "credentials.email");
  EXPECT_EQ(refused_field({{"email", "me@example.com"}}), "credentials.password");
  EXPECT_EQ(refused_field({{"email", "me@example.com"}, {"session_cookie", "abc.def"}}),
            "credentials.session_cookie");
  EXPECT_EQ(refused_field({{"session_cookie", "not a = cookie; at all"}}),
            "credentials.session_cookie");
  EXPECT_EQ(refused_field({{"api_key", "sk-test-1"}}), "credentials.api_key");
  EXPECT_EQ(refused_field({{"email", "me@example.com"}, {"password", std::string(5000, 'x')}}),
            "credentials.password");
}

TEST(Login, has_a_mark_that_changes_with_whatever_would_make_it_anothers) {
  const auto mark = [](Options where, const std::string& email, const std::string& password) {
    Login login;
    login.email = email;
    login.password = Secret(password);
    return login_mark(where, login);
  };
  const auto one = mark(options(), "me@example.com", "hush");
  EXPECT_EQ(one, mark(options(), "me@example.com", "hush"));
  EXPECT_NE(one, mark(options(), "you@example.com", "hush"));
  EXPECT_NE(one, mark(options(), "me@example.com", "hush2"));
  auto elsewhere = options();
  elsewhere.base_url = "https://other.example.com";
  EXPECT_NE(one, mark(elsewhere, "me@example.com", "hush"));
  EXPECT_THAT(one, Not(HasSubstr("hush")));
}

TEST(Accounts, of_the_options_have_lasting_ids) {
  auto where = options();
  where.session_cookie = Secret("abc.def");
  const auto all = accounts_of(where);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].id, derived_account_id(where.base_url, "abc.def"));
  EXPECT_EQ(all[0].label, "session");
  EXPECT_EQ(all[0].origin, AccountOrigin::config);
  EXPECT_TRUE(accounts_of(options()).empty());
}

}  // namespace
}  // namespace gw::dreamifly
