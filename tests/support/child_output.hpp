// What a child process writes: two pipes, and a thread that reads them, so that the child never
// waits for the test.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace gw::test {

class Pipe final {
 public:
  Pipe();
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int read_end() const { return read_; }
  int write_end() const { return write_; }
  void close_read();
  void close_write();

 private:
  int read_ = -1;
  int write_ = -1;
};

// Made before the child starts; any thread.
class ChildOutput final {
 public:
  ChildOutput() = default;
  ~ChildOutput();
  ChildOutput(const ChildOutput&) = delete;
  ChildOutput& operator=(const ChildOutput&) = delete;

  // The ends that the child gets as its standard output and error.
  int out() const { return out_.write_end(); }
  int err() const { return err_.write_end(); }
  // The child has them; from now on they are read until it has closed them.
  void started();
  // Standard error loses its reader, as when a log collector dies.
  void stop_reading_errors();

  std::string standard_output() const;
  std::string standard_error() const;
  // Looks again whenever something came; false after `patience`, and when nothing more can come.
  bool wait_until(std::chrono::milliseconds patience, const std::function<bool()>& holds) const;

 private:
  void read_all();
  bool read_some(int end, std::string& text);  // false at its end
  bool errors_wanted() const;
  void close_errors();

  Pipe out_;
  Pipe err_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::array<std::string, 2> texts_;
  bool errors_wanted_ = true;
  bool errors_closed_ = false;
  bool ended_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace gw::test
