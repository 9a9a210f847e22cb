#include "tests/support/child_output.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace gw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long it takes the thread to notice that it is not wanted any more.
constexpr int kLookEvery = 20;  // ms

void close_once(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

}  // namespace

Pipe::Pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  read_ = ends[0];
  write_ = ends[1];
}

Pipe::~Pipe() {
  close_read();
  close_write();
}

void Pipe::close_read() {
  close_once(read_);
}
void Pipe::close_write() {
  close_once(write_);
}

ChildOutput::~ChildOutput() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void ChildOutput::started() {
  out_.close_write();
  err_.close_write();
  thread_ = std::thread([this] { read_all(); });
}

// The reader closes the pipe between two looks.
void ChildOutput::stop_reading_errors() {
  std::unique_lock lock(mutex_);
  errors_wanted_ = false;
  changed_.wait(lock, [this] { return errors_closed_; });
}

std::string ChildOutput::standard_output() const {
  const std::lock_guard lock(mutex_);
  return texts_[0];
}

std::string ChildOutput::standard_error() const {
  const std::lock_guard lock(mutex_);
  return texts_[1];
}

// `holds` is asked without the lock: it reads the texts, and may read the time.
bool ChildOutput::wait_until(milliseconds patience, const std::function<bool()>& holds) const {
  const auto until = steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool all_there = ended_;
    lock.unlock();
    if (holds()) return true;
    lock.lock();
    if (all_there || steady_clock::now() >= until) return false;
    changed_.wait_until(lock, std::min(until, steady_clock::now() + milliseconds(100)));
  }
}

void ChildOutput::read_all() {
  std::array open{true, true};
  const std::array ends{out_.read_end(), err_.read_end()};
  while (!stopping_ && (open[0] || open[1])) {
    std::array<pollfd, 2> entries{pollfd{open[0] ? ends[0] : -1, POLLIN, 0},
                                  pollfd{open[1] ? ends[1] : -1, POLLIN, 0}};
    ::poll(entries.data(), entries.size(), kLookEvery);
    for (std::size_t i = 0; i < 2; ++i) {
      if (open[i] && entries[i].revents != 0) open[i] = read_some(ends[i], texts_[i]);
    }
    if (open[1] && !errors_wanted()) open[1] = false;
    if (!open[1]) close_errors();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool ChildOutput::read_some(int end, std::string& text) {
  std::array<char, 16 * 1024> bytes;
  const auto count = ::read(end, bytes.data(), bytes.size());
  if (count <= 0) return count < 0 && errno == EINTR;
  const std::lock_guard lock(mutex_);
  text.append(bytes.data(), static_cast<std::size_t>(count));
  changed_.notify_all();
  return true;
}

bool ChildOutput::errors_wanted() const {
  const std::lock_guard lock(mutex_);
  return errors_wanted_;
}

void ChildOutput::close_errors() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(errors_closed_, true)) return;
  err_.close_read();
  changed_.notify_all();
}

}  // namespace gw::test
