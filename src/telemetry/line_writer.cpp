#include "telemetry/line_writer.hpp"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace gw {
namespace {

constexpr std::chrono::milliseconds kGatherTime{10};
// So often it looks for lines by itself after the last ones: waking a thread takes the one that
// logs some 40 us, and with it the next request to an upstream.
constexpr int kLooks = 100;

// Standard error may be a pipe that somebody else has made non-blocking.
bool wait_until_writable(int descriptor) {
  pollfd watched{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&watched, 1, -1) > 0 || errno == EINTR;
}

}  // namespace

LineWriter::LineWriter(int descriptor) : descriptor_(descriptor), thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  news_.notify_one();
  thread_.join();
}

void LineWriter::add(std::string line) {
  line += '\n';
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (lines_.size() == kMostWaiting) lines_.pop_front();
    lines_.push_back(std::move(line));
    wake = std::exchange(idle_, false);
  }
  if (wake) news_.notify_one();
}

void LineWriter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    idle_ = lines_.empty();
    news_.wait(lock, [this] { return !lines_.empty() || stopping_; });
    if (lines_.empty()) return;
    for (int looks = 0; looks < kLooks; ++looks) {
      if (!lines_.empty()) looks = 0;
      write_all(lock);
      if (news_.wait_for(lock, kGatherTime, [this] { return stopping_; })) break;
    }
  }
}

void LineWriter::write_all(std::unique_lock<std::mutex>& lock) {
  const auto lines = std::exchange(lines_, {});
  lock.unlock();
  write(lines);
  lock.lock();
}

// A reader that is gone and a full disk take nothing: those lines are lost, and the next are tried.
void LineWriter::write(const Lines& lines) const {
  std::string text;
  for (const auto& line : lines) text += line;
  for (std::string_view rest = text; !rest.empty();) {
    const auto count = ::write(descriptor_, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_until_writable(descriptor_)) return;
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace gw
