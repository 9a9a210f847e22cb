#include "api/event_stream.hpp"

#include <gtest/gtest.h>

namespace gw::api {
namespace {

TEST(EventStreamFraming, ACommentIsALineThatReadersSkip) {
  EXPECT_EQ(sse_comment("queued 3/7"), ": queued 3/7\n\n");
}

TEST(EventStreamFraming, ACommentCannotBecomeAnEvent) {
  EXPECT_EQ(sse_comment("a\ndata: b\r\nc"), ": a data: b  c\n\n");
}

TEST(EventStreamFraming, AnEventMayHaveAName) {
  EXPECT_EQ(sse_begin("image_edit.completed"), "event: image_edit.completed\ndata: ");
  EXPECT_EQ(sse_begin(""), "data: ");
}

}  // namespace
}  // namespace gw::api
