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
  draws,          // a picture after a while
  fails,          // an error after a while
  loses_answer,   // draws, but the connection breaks before the answer; the job runs on
  never_reached,  // the connection fails before anything is sent
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
    Reply reply;  // later, exactly once, while the line is there
  };
  void call(TaskId task, Line line);

  std::size_t running() const { return running_; }
  std::size_t limit() const { return limit_; }
  const std::map<TaskId, int>& accepted() const { return accepted_; }
  std::size_t refusals() const { return refusals_; }
  std::size_t pictures_answered() const { return pictures_answered_; }

 private:
  void accept(TaskId task, Mood mood, Line line);
  void reply_after(Duration delay, Line line, Answer answer);

  Timeline& timeline_;
  SeededRandom& random_;
  std::size_t limit_;
  std::size_t running_ = 0;
  std::size_t refusals_ = 0;
  std::size_t pictures_answered_ = 0;
  std::map<TaskId, int> accepted_;  // how often a task was taken in for drawing
};

}  // namespace gw::sim
