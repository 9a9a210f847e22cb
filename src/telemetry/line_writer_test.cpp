#include "telemetry/line_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace gw {
namespace {

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~LineWriterTest() override {
    close_reader();
    close_writer();
  }
  int descriptor() const { return ends_[1]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }

  std::string read_some() const {
    std::array<char, 4096> bytes;
    const auto count = ::read(ends_[0], bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }
  std::string read_to_the_end() {
    close_writer();
    std::string all;
    for (auto some = read_some(); !some.empty(); some = read_some()) all += some;
    return all;
  }

  // Fills the pipe, so that the writer's next line has to wait for a reader.
  std::size_t stuff() const {
    const int flags = ::fcntl(descriptor(), F_GETFL);
    ::fcntl(descriptor(), F_SETFL, flags | O_NONBLOCK);
    std::size_t size = 0;
    while (::write(descriptor(), "x", 1) == 1) ++size;
    ::fcntl(descriptor(), F_SETFL, flags);
    return size;
  }

 private:
  static void close(int& descriptor) {
    if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
  }
  std::array<int, 2> ends_{-1, -1};
};

TEST_F(LineWriterTest, WritesALineWithoutBeingAskedAgain) {
  LineWriter writer(descriptor());
  writer.add("one");
  EXPECT_EQ(read_some(), "one\n");
}

TEST_F(LineWriterTest, WritesALineThatComesWhileOthersAreGathered) {
  LineWriter writer(descriptor());
  writer.add("one");
  EXPECT_EQ(read_some(), "one\n");
  writer.add("two");
  EXPECT_EQ(read_some(), "two\n");
}

TEST_F(LineWriterTest, WritesWhatWaitsBeforeItEnds) {
  std::string expected;
  {
    LineWriter writer(descriptor());
    for (int i = 0; i < 1'000; ++i) {
      writer.add(std::to_string(i));
      expected += std::to_string(i) + "\n";
    }
  }
  EXPECT_EQ(read_to_the_end(), expected);
}

TEST_F(LineWriterTest, AStalledReaderStallsNobodyAndTheOldestLinesGo) {
  const auto stuffed = stuff();
  std::string written;
  {
    LineWriter writer(descriptor());
    const auto count = 3 * LineWriter::kMostWaiting;
    for (std::size_t i = 0; i < count; ++i) writer.add("line " + std::to_string(i));
    const auto last = "line " + std::to_string(count - 1) + "\n";
    while (!written.ends_with(last)) written += read_some();
  }
  written.erase(0, stuffed);
  const auto lines = static_cast<std::size_t>(std::count(written.begin(), written.end(), '\n'));
  EXPECT_GE(lines, LineWriter::kMostWaiting);
  EXPECT_LE(lines, 2 * LineWriter::kMostWaiting);  // some were in the writer's hands
}

TEST_F(LineWriterTest, WaitsForAPipeThatSomebodyMadeNonBlocking) {
  const auto stuffed = stuff();
  ::fcntl(descriptor(), F_SETFL, ::fcntl(descriptor(), F_GETFL) | O_NONBLOCK);
  LineWriter writer(descriptor());
  writer.add("late");
  std::string written;
  while (written.size() < stuffed + 5) written += read_some();
  EXPECT_TRUE(written.ends_with("late\n"));
}

TEST_F(LineWriterTest, LosesLinesThatNobodyCanReadAndGoesOn) {
  LineWriter broken(-1);
  broken.add("nowhere");
  broken.add("nowhere");
}

}  // namespace
}  // namespace gw
