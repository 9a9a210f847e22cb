// Lines to a file descriptor, written by a thread of its own, because a stalled reader must not
// stall whoever has something to say.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace gw {

// Any thread may add lines; each is written whole and in order. Destroying it writes what waits. A
// line that comes after a quiet second is written at once; others within some milliseconds, because
// waking the writer for a line costs more than the line.
class LineWriter final {
 public:
  explicit LineWriter(int descriptor);  // borrowed
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Without its line break. When too many wait for a slow reader, the oldest goes.
  void add(std::string line);

  // About a megabyte.
  static constexpr std::size_t kMostWaiting = 2'048;

 private:
  using Lines = std::deque<std::string>;
  void run();
  void write_all(std::unique_lock<std::mutex>& lock);
  void write(const Lines& lines) const;

  const int descriptor_;
  std::mutex mutex_;
  std::condition_variable news_;
  Lines lines_;
  bool idle_ = false;  // the writer sleeps until it is told of news
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace gw
