// What happens when libcurl gets no memory, by memory functions that refuse it.
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "transport/http_client.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace gw {
namespace {

using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;

// How many more times there is memory; negative: always. libcurl asks from threads of its own only
// where a name is looked up, and here none is.
int left = -1;

bool may_have() {
  if (left == 0) return false;
  if (left > 0) --left;
  return true;
}

void* give(std::size_t size) {
  return may_have() ? std::malloc(size) : nullptr;
}
void* give_more(void* old, std::size_t size) {
  return may_have() ? std::realloc(old, size) : nullptr;
}
char* give_copy(const char* text) {
  return may_have() ? strdup(text) : nullptr;
}
void* give_zeroed(std::size_t count, std::size_t size) {
  return may_have() ? std::calloc(count, size) : nullptr;
}

// libcurl takes the functions of whoever starts it first, until everybody has ended with it.
class ScarceMemory final {
 public:
  ScarceMemory() {
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, give, std::free, give_more, give_copy,
                             give_zeroed) != CURLE_OK)
      throw std::bad_alloc();
  }
  ~ScarceMemory() {
    left = -1;
    curl_global_cleanup();
  }
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;
};

class CurlMemoryTest : public testing::Test {
 protected:
  OutgoingRequest post() const {
    OutgoingRequest request;
    request.method = "POST";
    request.url = server_.url();
    request.headers = {{"Content-Type", "application/json"}};
    request.body = "{}";
    return request;
  }
  Transfer perform_with(int allocations) {
    left = allocations;
    auto answer = test::run(io_, client_->perform(post()));
    left = -1;
    return answer;
  }

  ScarceMemory memory_;
  asio::io_context io_;
  ScriptedServer server_{
      [](const RawRequest&, std::size_t) { return ScriptedAnswer{http_answer(200, "good")}; }};
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
};

TEST_F(CurlMemoryTest, ARequestWithoutAHandleIsAFaultBeforeAnythingIsSent) {
  const auto answer = perform_with(0);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, TransferFault::Stage::before_send);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
  left = 0;
  const auto stream = test::run(io_, client_->open(post()));
  left = -1;
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().stage, TransferFault::Stage::before_send);
  EXPECT_TRUE(perform_with(-1)) << "the next one goes";
}

// Easy handle, pool, options, lists: wherever it runs out while these are made.
TEST_F(CurlMemoryTest, ARequestThatIsHalfMadeIsTheSameFault) {
  constexpr int kMade = 40;  // allocations before libcurl begins to look around
  for (int allocations = 1; allocations <= kMade; ++allocations) {
    const auto answer = perform_with(allocations);
    ASSERT_FALSE(answer) << allocations;
    EXPECT_EQ(answer.error().stage, TransferFault::Stage::before_send);
    client_->close_idle();  // the pool is made anew
  }
  EXPECT_TRUE(perform_with(-1)) << "the next one goes";
}

}  // namespace
}  // namespace gw
