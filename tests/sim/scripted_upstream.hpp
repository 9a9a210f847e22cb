// An upstream with limits and moods, seen from its own side: it knows what really runs there.
#pragma once

#include "core/ports/provider.hpp"
#include "tests/sim/virtual_time.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace gw::sim {

// How it treats one call that reaches it, drawn from the seed.
enum class Mood : std::uint8_t {
  draws,               // a picture after a while
  fails,               // an error after a while
  loses_answer,        // draws, but the connection breaks before the answer; the job runs on
  never_reached,       // the connection fails before anything is sent
  breaks_down,         // an error of its own, after which the protocol allows one repeat
  takes_for_nobody,    // the session died: sign in and repeat
  turns_account_away,  // resting, cooling, banned …: another one may have the request
  hides_behind_edge,   // an edge answers in its place: it was not reached
};

class ScriptedUpstream final {
 public:
  ScriptedUpstream(Timeline& timeline, SeededRandom& random, std::size_t limit)
      : timeline_(timeline), random_(random), limit_(limit) {}

  using Reply = std::function<void(Answer)>;
  // Our end of one try of one task.
  struct Line {
    std::function<bool()> still_there;  // false: our process was killed, and the line with it
    // Before the request reaches us; it does when `sent` is called with true.
    std::function<void(std::function<void(bool)>)> send;
    Reply reply;             // later, exactly once, while the line is there
    AccountId account = {};  // empty: without
  };
  void call(TaskId task, Line line);

  std::size_t running() const { return running_; }
  std::size_t limit() const { return limit_; }
  const std::map<TaskId, int>& accepted() const { return accepted_; }
  // Drawn and paid for, whoever got it.
  bool any_paid_twice() const { return any_paid_twice_; }
  std::size_t refusals() const { return refusals_; }
  std::size_t pictures_answered() const { return pictures_answered_; }

 private:
  void accept(TaskId task, Mood mood, Line line);
  void turn_away(Mood mood, Line line);
  AccountFinding finding();
  void reply_after(Duration delay, Line line, Answer answer);

  Timeline& timeline_;
  SeededRandom& random_;
  std::size_t limit_;
  std::size_t running_ = 0;
  std::size_t refusals_ = 0;
  std::size_t pictures_answered_ = 0;
  std::map<TaskId, int> accepted_;  // how often a task was taken in for drawing
  std::map<TaskId, int> paid_;
  bool any_paid_twice_ = false;
};

}  // namespace gw::sim
