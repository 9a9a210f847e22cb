#include "core/engine/adoption_index.hpp"

#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace gw {
namespace {

using test::spec_of;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<TaskId> all(AdoptionIndex::Tasks tasks) {
  return {tasks.begin(), tasks.end()};
}

TEST(AdoptionIndex, FindsEqualWorkOldestFirst) {
  AdoptionIndex index;
  const auto spec = spec_of({});
  index.add(*spec, TaskId{1});
  index.add(*spec, TaskId{2});
  EXPECT_THAT(all(index.same_work(*spec)), ElementsAre(TaskId{1}, TaskId{2}));
}

TEST(AdoptionIndex, OtherWorkIsNotEqual) {
  AdoptionIndex index;
  index.add(*spec_of({.work = 1}), TaskId{1});
  EXPECT_THAT(all(index.same_work(*spec_of({.work = 2}))), IsEmpty());
}

TEST(AdoptionIndex, AnotherCallersWorkIsNotEqual) {
  AdoptionIndex index;
  index.add(*spec_of({.caller = "alice"}), TaskId{1});
  EXPECT_THAT(all(index.same_work(*spec_of({.caller = "bob"}))), IsEmpty());
}

TEST(AdoptionIndex, TheSecondPictureOfARequestIsNotTheFirst) {
  AdoptionIndex index;
  index.add(*spec_of({.key = "k"}, 0), TaskId{1});
  EXPECT_THAT(all(index.same_work(*spec_of({.key = "k"}, 1))), IsEmpty());
  EXPECT_THAT(all(index.same_key(*spec_of({.key = "k"}, 1))), IsEmpty());
}

TEST(AdoptionIndex, FindsByKeyWhateverTheWork) {
  AdoptionIndex index;
  index.add(*spec_of({.work = 1, .key = "k"}), TaskId{1});
  EXPECT_THAT(all(index.same_key(*spec_of({.work = 2, .key = "k"}))), ElementsAre(TaskId{1}));
}

TEST(AdoptionIndex, AnEmptyKeyNamesNothing) {
  AdoptionIndex index;
  index.add(*spec_of({}), TaskId{1});
  EXPECT_THAT(all(index.same_key(*spec_of({}))), IsEmpty());
}

TEST(AdoptionIndex, AKeyOfAnotherCallerIsAnotherKey) {
  AdoptionIndex index;
  index.add(*spec_of({.caller = "alice", .key = "k"}), TaskId{1});
  EXPECT_THAT(all(index.same_key(*spec_of({.caller = "bob", .key = "k"}))), IsEmpty());
}

// A key that ends like the next field begins must not name the same task.
TEST(AdoptionIndex, KeyNumberAndCallerDoNotRunIntoEachOther) {
  AdoptionIndex index;
  index.add(*spec_of({.caller = "x", .key = "k1"}, 1), TaskId{1});
  EXPECT_THAT(all(index.same_key(*spec_of({.caller = "x", .key = "k"}, 11))), IsEmpty());
  EXPECT_THAT(all(index.same_key(*spec_of({.caller = "1x", .key = "k1"}, 0))), IsEmpty());
}

TEST(AdoptionIndex, ARemovedTaskIsNotFound) {
  AdoptionIndex index;
  const auto spec = spec_of({.key = "k"});
  index.add(*spec, TaskId{1});
  index.add(*spec, TaskId{2});
  index.remove(*spec, TaskId{1});
  EXPECT_THAT(all(index.same_work(*spec)), ElementsAre(TaskId{2}));
  EXPECT_THAT(all(index.same_key(*spec)), ElementsAre(TaskId{2}));
  index.remove(*spec, TaskId{2});
  EXPECT_THAT(all(index.same_work(*spec)), IsEmpty());
}

}  // namespace
}  // namespace gw
