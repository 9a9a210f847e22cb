#include "transport/edge/zone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

// The cases of cloudflare-upstream §8 as far as they are the state machine's, by their numbers.
namespace gw::edge {
namespace {

using namespace std::chrono_literals;
using What = Verdict::What;

// 2026-11-22T23:17:00Z
const WallTime kStart{std::chrono::seconds(1'795'389'420)};
const Address kHost{.scheme = "https", .host = "draw.example.com"};

Finding found(Kind kind, int code = 0) {
  Finding finding;
  finding.kind = kind;
  finding.code = code;
  finding.ray = {.id = "8c1f0a2b3c4d5e6f", .colo = "FRA"};
  return finding;
}

const Finding kGood = found(Kind::none);
const Finding kChallenge = found(Kind::challenge);

Finding limited(std::optional<std::chrono::seconds> wait = std::nullopt) {
  auto finding = found(Kind::rate_limited, 1015);
  finding.retry_after = wait;
  return finding;
}

Clearance clearance(std::string value = "abc") {
  Clearance clearance;
  clearance.zone = kHost;
  clearance.egress = "direct";
  clearance.user_agent = "Mozilla/5.0 test";
  clearance.cookies = {
      {.name = "cf_clearance", .value = Secret(std::move(value)), .domain = {}, .expires_at = {}}};
  return clearance;
}

class ZoneTest : public testing::Test {
 protected:
  Pass send() {
    const auto verdict = zone_.ask(now_);
    EXPECT_EQ(verdict.what, What::send);
    return verdict.pass;
  }
  What ask() { return zone_.ask(now_).what; }
  Advice saw(const Pass& pass, const Finding& finding, bool replayed = false) {
    return zone_.saw(pass, finding, replayed, now_);
  }
  Advice send_and_see(const Finding& finding, bool replayed = false) {
    return saw(send(), finding, replayed);
  }
  // A clearance that the edge takes.
  void clear(std::string value = "abc") {
    const auto probe = zone_.pasted(clearance(std::move(value)), now_);
    EXPECT_FALSE(zone_.probed(probe.number, kGood, now_));
    EXPECT_EQ(zone_.state(), State::valid);
  }
  void restart() {
    auto kept = read_zone(write_zone(zone_.snapshot()));
    ASSERT_TRUE(kept);
    zone_ = Zone(*std::move(kept));
  }
  std::string value_sent(const Pass& pass) const {
    const auto* with = zone_.clearance(pass);
    return with ? cookie_line(with->cookies, kHost, kHost, now_) : "";
  }

  WallTime now_ = kStart;
  Zone zone_;
};

TEST_F(ZoneTest, lets_everything_through_where_nothing_was_ever_wrong) {
  EXPECT_EQ(zone_.state(), State::unneeded);
  const auto pass = send();
  EXPECT_EQ(zone_.clearance(pass), nullptr);
  EXPECT_EQ(saw(pass, kGood), Advice::judge);
  EXPECT_EQ(zone_.revision(), 0u);
}

TEST_F(ZoneTest, s01_fifty_challenges_at_a_time_are_one_piece_of_news) {
  std::vector<Pass> passes;
  for (int i = 0; i < 50; ++i) passes.push_back(send());
  for (const auto& pass : passes) EXPECT_EQ(saw(pass, kChallenge), Advice::hold);

  EXPECT_EQ(zone_.state(), State::needed);
  EXPECT_EQ(zone_.reason(), Reason::challenged);
  EXPECT_EQ(zone_.snapshot().ray, "8c1f0a2b3c4d5e6f-FRA");
  EXPECT_EQ(ask(), What::needed);
  const auto transitions = zone_.take_transitions();
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].from, State::unneeded);
  EXPECT_EQ(transitions[0].to, State::needed);
}

TEST_F(ZoneTest, s02_a_clearance_that_the_edge_takes_opens_the_zone) {
  EXPECT_EQ(send_and_see(kChallenge), Advice::hold);
  const auto probe = zone_.pasted(clearance(), now_);
  ASSERT_TRUE(probe.with);
  EXPECT_EQ(zone_.state(), State::probing);
  EXPECT_EQ(ask(), What::wait) << "the probe takes a moment";
  EXPECT_EQ(zone_.ask(now_).wait, std::nullopt);

  const auto before = zone_.revision();
  zone_.probed(probe.number, kGood, now_);
  EXPECT_GT(zone_.revision(), before);
  const auto pass = send();
  EXPECT_EQ(value_sent(pass), "cf_clearance=abc");
  EXPECT_EQ(saw(pass, kGood), Advice::judge);
}

TEST_F(ZoneTest, s03_a_request_that_is_challenged_again_is_not_sent_a_third_time) {
  EXPECT_EQ(send_and_see(kChallenge), Advice::hold);
  clear();
  EXPECT_EQ(send_and_see(kChallenge, true), Advice::fail);
  EXPECT_EQ(zone_.state(), State::needed);
}

TEST_F(ZoneTest, s03_clearances_that_last_no_minute_are_a_loop) {
  for (int i = 0; i < 2; ++i) {
    clear();
    now_ += 30s;
    EXPECT_EQ(send_and_see(kChallenge), Advice::hold) << i;
    EXPECT_EQ(zone_.reason(), Reason::challenged);
  }
  clear();
  EXPECT_EQ(send_and_see(kChallenge), Advice::fail) << "holding on would be for nothing";
  EXPECT_EQ(zone_.reason(), Reason::loop);
  now_ += 24h;
  EXPECT_FALSE(zone_.quiet_probe(now_));

  clear();
  now_ += 61s;
  EXPECT_EQ(send_and_see(kChallenge), Advice::hold) << "a longer life ends the count";
  EXPECT_EQ(zone_.reason(), Reason::challenged);
}

TEST_F(ZoneTest, s04_a_late_challenge_of_an_older_generation_is_stale_news) {
  const auto old = send();
  const auto replayed = send();
  saw(send(), kChallenge);
  clear();
  EXPECT_EQ(saw(old, kChallenge), Advice::again);
  EXPECT_EQ(saw(replayed, kChallenge, true), Advice::fail);
  EXPECT_EQ(zone_.state(), State::valid);
}

TEST_F(ZoneTest, what_runs_on_and_comes_back_good_does_not_open_the_zone) {
  const auto running = send();
  send_and_see(kChallenge);
  EXPECT_EQ(saw(running, kGood), Advice::judge);
  EXPECT_EQ(zone_.state(), State::needed);
}

TEST_F(ZoneTest, a_clearance_that_is_challenged_in_its_probe_is_rejected) {
  send_and_see(kChallenge);
  const auto probe = zone_.pasted(clearance(), now_);
  EXPECT_FALSE(zone_.probed(probe.number, kChallenge, now_));
  EXPECT_EQ(zone_.state(), State::needed);
  EXPECT_EQ(zone_.reason(), Reason::rejected);
}

TEST_F(ZoneTest, a_clearance_that_works_is_kept_when_a_newer_one_does_not) {
  clear("good");
  const auto probe = zone_.pasted(clearance("bad"), now_);
  EXPECT_EQ(value_sent(send()), "cf_clearance=good") << "work goes on meanwhile";
  zone_.probed(probe.number, kChallenge, now_);
  EXPECT_EQ(zone_.state(), State::valid);
  EXPECT_EQ(zone_.reason(), Reason::rejected);
  EXPECT_EQ(value_sent(send()), "cf_clearance=good");
}

TEST_F(ZoneTest, a_probe_without_an_answer_is_tried_twice_more_and_the_clearance_stays) {
  send_and_see(kChallenge);
  const auto probe = zone_.pasted(clearance(), now_);
  EXPECT_TRUE(zone_.probed(probe.number, std::nullopt, now_));
  EXPECT_TRUE(zone_.probed(probe.number, std::nullopt, now_));
  EXPECT_FALSE(zone_.probed(probe.number, std::nullopt, now_));
  EXPECT_EQ(zone_.state(), State::needed);

  const auto again = zone_.try_again();
  ASSERT_TRUE(again && again->with);
  zone_.probed(again->number, kGood, now_);
  EXPECT_EQ(zone_.state(), State::valid);
}

TEST_F(ZoneTest, a_probe_that_fails_behind_the_edge_proves_nothing) {
  send_and_see(kChallenge);
  const auto probe = zone_.pasted(clearance(), now_);
  EXPECT_FALSE(zone_.probed(probe.number, found(Kind::origin_error, 522), now_));
  EXPECT_EQ(zone_.state(), State::needed);
}

TEST_F(ZoneTest, a_probe_is_good_when_the_site_itself_answers_whatever_it_says) {
  for (const auto kind : {Kind::none, Kind::account_auth, Kind::unexpected_html,
                          Kind::site_rate_limited, Kind::site_captcha}) {
    Zone zone;
    zone.saw(zone.ask(now_).pass, kChallenge, false, now_);
    const auto probe = zone.pasted(clearance(), now_);
    zone.probed(probe.number, found(kind), now_);
    EXPECT_EQ(zone.state(), State::valid) << to_string(kind);
  }
}

TEST_F(ZoneTest, s11_a_clearance_goes_the_way_by_which_its_probe_went) {
  const auto probe = zone_.pasted(clearance(), now_);
  auto finding = kGood;
  finding.family = AddressFamily::ipv6;
  zone_.probed(probe.number, finding, now_);
  EXPECT_EQ(zone_.clearance(send())->family, AddressFamily::ipv6);
}

TEST_F(ZoneTest, news_of_an_older_probe_is_void) {
  const auto first = zone_.pasted(clearance("one"), now_);
  const auto second = zone_.pasted(clearance("two"), now_);
  EXPECT_FALSE(zone_.probed(first.number, kGood, now_));
  EXPECT_EQ(zone_.state(), State::probing);
  zone_.probed(second.number, kGood, now_);
  EXPECT_EQ(value_sent(send()), "cf_clearance=two");
}

TEST_F(ZoneTest, s09_a_clearance_past_its_bound_is_not_used) {
  auto bounded = clearance();
  bounded.expires_at = now_ + 1h;
  const auto probe = zone_.pasted(std::move(bounded), now_);
  zone_.probed(probe.number, kGood, now_);
  now_ += 59min;
  const auto under_way = send();
  now_ += 1min;
  EXPECT_EQ(ask(), What::needed);
  EXPECT_EQ(zone_.reason(), Reason::expired);
  EXPECT_EQ(saw(under_way, kGood), Advice::judge);
  EXPECT_EQ(zone_.clearance(under_way), nullptr);
}

TEST_F(ZoneTest, s09_a_clearance_that_is_only_expected_to_end_is_used_on) {
  clear();
  now_ += 10h;
  EXPECT_EQ(value_sent(send()), "cf_clearance=abc");
}

TEST_F(ZoneTest, s10_a_renewed_clearance_is_used_next_and_survives_a_restart) {
  clear();
  IncomingAnswer answer;
  answer.headers = {{"set-cookie", "cf_clearance=new; Path=/; Secure; HttpOnly"}};
  const auto before = zone_.revision();
  zone_.take_cookies(send(), answer, kHost, now_);
  EXPECT_GT(zone_.revision(), before);
  EXPECT_EQ(value_sent(send()), "cf_clearance=new");
  restart();
  EXPECT_EQ(value_sent(send()), "cf_clearance=new");
  EXPECT_EQ(zone_.clearance(send())->user_agent, "Mozilla/5.0 test");
}

TEST_F(ZoneTest, s10_cookies_of_an_older_generation_do_not_come_back) {
  clear("one");
  const auto old = send();
  clear("two");
  IncomingAnswer answer;
  answer.headers = {{"set-cookie", "cf_clearance=late"}};
  zone_.take_cookies(old, answer, kHost, now_);
  EXPECT_EQ(value_sent(send()), "cf_clearance=two");
}

TEST_F(ZoneTest, s11_another_way_out_begins_anew) {
  zone_.set_egress("direct", now_);
  clear();
  const auto old = send();
  EXPECT_FALSE(zone_.set_egress("direct", now_));
  EXPECT_EQ(zone_.state(), State::valid) << "the same";

  EXPECT_FALSE(zone_.set_egress("direct ipv4", now_));
  EXPECT_EQ(zone_.state(), State::unneeded);
  EXPECT_EQ(value_sent(send()), "");
  EXPECT_EQ(saw(old, kChallenge), Advice::again);
  EXPECT_EQ(zone_.state(), State::unneeded);
}

TEST_F(ZoneTest, s11_a_blocked_zone_is_looked_at_before_it_opens_by_another_way_out) {
  send_and_see(found(Kind::blocked, 1006));
  const auto probe = zone_.set_egress("socks5h://proxy.example.com:1080", now_);
  ASSERT_TRUE(probe);
  EXPECT_FALSE(probe->with);
  EXPECT_EQ(ask(), What::blocked);
  zone_.probed(probe->number, kGood, now_);
  EXPECT_EQ(ask(), What::send);
}

TEST_F(ZoneTest, s12_after_the_edges_own_limit_one_request_decides) {
  EXPECT_EQ(send_and_see(limited(20s)), Advice::wait);
  EXPECT_EQ(zone_.state(), State::cooling);
  EXPECT_EQ(zone_.ask(now_).wait, 20s);
  now_ += 20s;
  const auto trial = send();
  EXPECT_TRUE(trial.trial);
  EXPECT_EQ(ask(), What::wait);
  EXPECT_EQ(zone_.ask(now_).wait, std::nullopt) << "until the trial is back";
  EXPECT_EQ(saw(trial, kGood), Advice::judge);
  EXPECT_EQ(zone_.state(), State::unneeded);
  EXPECT_FALSE(send().trial);
}

TEST_F(ZoneTest, s12_waits_double_up_to_a_quarter_of_an_hour) {
  for (const auto wait : {30s, 60s, 120s, 240s, 480s, 900s, 900s, 900s}) {
    send_and_see(limited());
    EXPECT_EQ(zone_.ask(now_).wait, wait);
    now_ += wait;
  }
  send_and_see(kGood);
  send_and_see(limited());
  EXPECT_EQ(zone_.ask(now_).wait, 30s);
}

TEST_F(ZoneTest, s12_the_edge_may_ask_for_more_and_never_for_less_than_the_doubled_wait) {
  send_and_see(limited(5s));
  now_ += 5s;
  send_and_see(limited(5s));
  EXPECT_EQ(zone_.ask(now_).wait, 60s);
  now_ += 60s;
  send_and_see(limited(600s));
  EXPECT_EQ(zone_.ask(now_).wait, 600s);
}

TEST_F(ZoneTest, s12_what_was_under_way_makes_the_wait_no_longer) {
  const auto one = send();
  const auto two = send();
  saw(one, limited());
  saw(two, limited());
  EXPECT_EQ(zone_.ask(now_).wait, 30s);
  now_ += 30s;
  EXPECT_TRUE(send().trial);
}

TEST_F(ZoneTest, s12_a_trial_that_brings_no_news_is_made_again) {
  send_and_see(limited());
  now_ += 30s;
  const auto trial = send();
  const auto before = zone_.revision();
  zone_.unsaid(trial);
  EXPECT_GT(zone_.revision(), before);
  EXPECT_TRUE(send().trial);
}

TEST_F(ZoneTest, s12_a_clock_that_is_set_back_makes_the_wait_a_quarter_of_an_hour_at_most) {
  send_and_see(limited());
  now_ -= 24h;
  EXPECT_EQ(zone_.ask(now_).wait, 15min);
}

TEST_F(ZoneTest, s12_a_cooldown_keeps_what_was_before_and_survives_a_restart) {
  clear();
  send_and_see(limited());
  restart();
  EXPECT_EQ(zone_.state(), State::cooling);
  EXPECT_EQ(zone_.reason(), Reason::rate_limited);
  EXPECT_EQ(zone_.snapshot().code, 1015);
  now_ += 30s;
  const auto trial = send();
  EXPECT_EQ(value_sent(trial), "cf_clearance=abc");
  saw(trial, kGood);
  EXPECT_EQ(zone_.state(), State::valid);
  EXPECT_EQ(zone_.reason(), Reason::none);
}

TEST_F(ZoneTest, s12_a_trial_that_is_challenged_ends_the_cooldown) {
  send_and_see(limited());
  now_ += 30s;
  EXPECT_EQ(send_and_see(kChallenge), Advice::hold);
  EXPECT_EQ(zone_.state(), State::needed);
}

TEST_F(ZoneTest, s13_a_final_refusal_stops_everything_and_survives_a_restart) {
  for (const int code : {1006, 1007, 1008, 1009, 1020, 1106}) {
    zone_ = Zone();
    EXPECT_EQ(send_and_see(found(Kind::blocked, code)), Advice::fail);
    EXPECT_EQ(ask(), What::blocked) << code;
    restart();
    now_ += 24h * 30;
    EXPECT_EQ(ask(), What::blocked) << "time alone does not lift it";
    EXPECT_EQ(zone_.snapshot().code, code);
  }
}

TEST_F(ZoneTest, s13_other_refusals_stop_everything_when_there_are_two_in_a_row) {
  EXPECT_EQ(send_and_see(found(Kind::blocked, 1010)), Advice::fail);
  EXPECT_EQ(zone_.state(), State::unneeded);
  send_and_see(kGood);
  send_and_see(found(Kind::blocked));
  EXPECT_EQ(zone_.state(), State::unneeded);
  send_and_see(found(Kind::blocked));
  EXPECT_EQ(zone_.state(), State::blocked);
}

TEST_F(ZoneTest, s13_only_the_operator_lifts_it) {
  EXPECT_FALSE(zone_.try_again()) << "nothing to lift";
  const auto late = send();
  send_and_see(found(Kind::blocked, 1020));
  EXPECT_EQ(saw(late, kGood), Advice::judge);
  EXPECT_EQ(ask(), What::blocked);

  auto probe = zone_.try_again();
  ASSERT_TRUE(probe);
  EXPECT_FALSE(probe->with);
  EXPECT_EQ(ask(), What::blocked) << "nothing goes before the probe is back";
  zone_.probed(probe->number, found(Kind::blocked), now_);
  EXPECT_EQ(ask(), What::blocked);

  probe = zone_.try_again();
  zone_.probed(probe->number, kChallenge, now_);
  EXPECT_EQ(ask(), What::needed);

  probe = zone_.try_again();
  zone_.probed(probe->number, kGood, now_);
  EXPECT_EQ(ask(), What::send);
  EXPECT_EQ(saw(late, found(Kind::blocked, 1020)), Advice::fail);
  EXPECT_EQ(ask(), What::send) << "the late answer is of the time before";
}

TEST_F(ZoneTest, s14_trouble_behind_the_edge_is_judged_and_changes_nothing) {
  EXPECT_EQ(send_and_see(found(Kind::origin_error, 524)), Advice::judge);
  EXPECT_EQ(send_and_see(found(Kind::misconfigured, 1013)), Advice::judge);
  EXPECT_EQ(send_and_see(found(Kind::account_auth)), Advice::judge);
  EXPECT_EQ(send_and_see(found(Kind::site_rate_limited)), Advice::judge);
  EXPECT_EQ(zone_.state(), State::unneeded);
  EXPECT_EQ(zone_.revision(), 0u);
}

TEST_F(ZoneTest, the_operator_may_let_one_request_go_without_a_clearance) {
  EXPECT_FALSE(zone_.try_without());
  clear();
  send_and_see(kChallenge);
  ASSERT_TRUE(zone_.try_without());
  const auto pass = send();
  EXPECT_TRUE(pass.without);
  EXPECT_EQ(value_sent(pass), "");
  EXPECT_EQ(ask(), What::needed) << "one";
  EXPECT_EQ(saw(pass, kChallenge), Advice::hold);
  EXPECT_EQ(ask(), What::needed);

  zone_.try_without();
  zone_.unsaid(send());
  EXPECT_EQ(send_and_see(kGood), Advice::judge) << "one that was not sent does not count";
  EXPECT_EQ(zone_.state(), State::unneeded);
}

TEST_F(ZoneTest, one_that_goes_without_and_fails_behind_the_edge_proves_nothing) {
  send_and_see(kChallenge);
  zone_.try_without();
  EXPECT_EQ(send_and_see(found(Kind::origin_error, 522)), Advice::judge);
  EXPECT_EQ(ask(), What::needed);
}

TEST_F(ZoneTest, is_asked_whether_it_still_wants_a_clearance_when_it_was_quiet_for_long) {
  EXPECT_FALSE(zone_.quiet_probe(now_));
  send_and_see(kChallenge);
  now_ += 15min - 1s;
  EXPECT_FALSE(zone_.quiet_probe(now_));
  now_ += 1s;
  auto probe = zone_.quiet_probe(now_);
  ASSERT_TRUE(probe);
  EXPECT_FALSE(zone_.quiet_probe(now_)) << "one at a time";
  zone_.probed(probe->number, kChallenge, now_);
  EXPECT_FALSE(zone_.quiet_probe(now_));
  now_ += 15min;
  probe = zone_.quiet_probe(now_);
  ASSERT_TRUE(probe);
  zone_.probed(probe->number, kGood, now_);
  EXPECT_EQ(zone_.state(), State::unneeded);
}

TEST_F(ZoneTest, a_clearance_that_is_forgotten_is_gone) {
  clear();
  const auto old = send();
  zone_.forget(now_);
  EXPECT_EQ(zone_.state(), State::unneeded);
  EXPECT_FALSE(zone_.snapshot().clearance);
  EXPECT_EQ(value_sent(old), "");
  send_and_see(kChallenge);
  zone_.forget(now_);
  EXPECT_EQ(zone_.state(), State::needed) << "the edge has not changed its mind";
}

TEST_F(ZoneTest, what_was_needed_is_needed_after_a_restart) {
  send_and_see(kChallenge);
  zone_.pasted(clearance(), now_);
  restart();
  EXPECT_EQ(zone_.state(), State::needed);
  EXPECT_EQ(zone_.reason(), Reason::challenged);
}

TEST(ZoneRecord, of_another_form_is_none) {
  for (const auto* text : {"", "[]", "{}", R"({"state":"probing"})"})
    EXPECT_FALSE(read_zone(Secret(text))) << text;
  const auto good = write_zone(Zone().snapshot()).reveal();
  EXPECT_TRUE(read_zone(Secret(good)));
  EXPECT_FALSE(read_zone(Secret(good.substr(0, good.size() - 1))));
  EXPECT_FALSE(read_zone(Secret(good.substr(0, good.size() - 1) + R"(,"clearance":{}})")));
}

TEST(ZoneRecord, keeps_all_of_a_clearance) {
  ZoneRecord record;
  record.state = State::valid;
  record.egress = "direct";
  record.clearance = clearance();
  record.clearance->expires_at = kStart + 1h;
  record.clearance->family = AddressFamily::ipv6;
  record.clearance->obtained_at = kStart;
  record.clearance->cookies[0].domain = "example.com";
  record.clearance->cookies[0].expires_at = kStart + 2h;
  const auto kept = read_zone(write_zone(record));
  ASSERT_TRUE(kept && kept->clearance);
  EXPECT_EQ(kept->clearance->zone, kHost);
  EXPECT_EQ(kept->clearance->egress, "direct");
  EXPECT_EQ(kept->clearance->family, AddressFamily::ipv6);
  EXPECT_EQ(kept->clearance->expires_at, kStart + 1h);
  EXPECT_EQ(kept->clearance->obtained_at, kStart);
  EXPECT_EQ(kept->clearance->last_ok_at, std::nullopt);
  EXPECT_EQ(kept->clearance->cookies[0].domain, "example.com");
  EXPECT_EQ(kept->clearance->cookies[0].expires_at, kStart + 2h);
}

}  // namespace
}  // namespace gw::edge
