// What every RecordStore must do with the pictures of the library.
#include "tests/contract/record_store_fixture.hpp"

#include <limits>

namespace gw::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RecordStoreLibrary : public RecordStoreContract {
 protected:
  void write_prompt(const std::string& id, const std::string& prompt,
                    const std::string& revised = {}) {
    auto row = full_picture(id, at(++seconds));
    row.prompt = prompt;
    row.revised_prompt = revised;
    write_picture(row);
  }
  std::optional<PictureRow> picture(const std::string& id, CallerId owner = kOwner) {
    return get(store().picture(owner, {id}));
  }

  int seconds = 0;
};

INSTANTIATE_TEST_SUITE_P(Stores, RecordStoreLibrary, testing::ValuesIn(record_store_makers()),
                         [](const auto& info) { return info.param.name; });

TEST_P(RecordStoreLibrary, GivesEveryFieldBack) {
  auto row = full_picture("pic1");
  row.favourite = true;
  write_picture(row);
  auto bare = PictureRow{};
  bare.file.id = {"bare"};
  bare.owner = kOwner;
  write_picture(bare);
  rig->reopen();
  expect_same(picture("pic1").value(), row);
  expect_same(picture("bare").value(), bare);
  expect_same(get(store().pictures({.owner = kOwner})).pictures.at(0), row);
}

TEST_P(RecordStoreLibrary, RowsReplaceThoseOfTheSameName) {
  write_picture(full_picture("pic1"));
  auto row = full_picture("pic1", at(9));
  row.prompt = "a windmill";
  row.cache_key.reset();
  write_picture(row);
  expect_same(picture("pic1").value(), row);
  EXPECT_THAT(search("windmill"), ElementsAre("pic1"));
  EXPECT_THAT(search("at dusk"), IsEmpty()) << "the old prompt is not found any more";
}

TEST_P(RecordStoreLibrary, PicturesAreTheirOwnersAlone) {
  write_picture(full_picture("pic1"));
  EXPECT_FALSE(picture("pic1", kStranger));
  EXPECT_THAT(get(store().pictures({.owner = kStranger})).pictures, IsEmpty());
  EXPECT_THAT(get(store().pictures({.owner = kStranger, .text = "lighthouse"})).pictures,
              IsEmpty());
  EXPECT_FALSE(get(store().cached(kStranger, digest(7))));
  EXPECT_FALSE(get(store().set_favourite(kStranger, {"pic1"}, true)));
  EXPECT_FALSE(get(store().delete_picture(kStranger, {"pic1"}, at(5))));
  EXPECT_TRUE(get(store().delete_picture(kOwner, {"pic1"}, at(5))));
  EXPECT_FALSE(get(store().restore_picture(kStranger, {"pic1"})));
  EXPECT_THAT(get(store().erase(kStranger, std::nullopt)), IsEmpty());
  EXPECT_TRUE(get(store().restore_picture(kOwner, {"pic1"})));
  EXPECT_FALSE(picture("pic1")->favourite);
}

TEST_P(RecordStoreLibrary, PagesStandStillWhileNewPicturesCome) {
  for (int i = 1; i <= 5; ++i)
    write_picture(full_picture("p" + std::to_string(i), at(i == 3 ? 2 : i)));
  auto page = get(store().pictures({.owner = kOwner, .limit = 2}));
  EXPECT_THAT(ids(page.pictures), ElementsAre("p5", "p4"));
  write_picture(full_picture("new", at(100)));
  page = get(store().pictures({.owner = kOwner, .after = page.next, .limit = 2}));
  EXPECT_THAT(ids(page.pictures), ElementsAre("p3", "p2"));
  page = get(store().pictures({.owner = kOwner, .after = page.next, .limit = 2}));
  EXPECT_THAT(ids(page.pictures), ElementsAre("p1"));
  EXPECT_EQ(page.next, "");
}

TEST_P(RecordStoreLibrary, PagesOfASearchStandStillToo) {
  for (int i = 1; i <= 4; ++i) write_prompt("p" + std::to_string(i), "red balloon");
  auto page = get(store().pictures({.owner = kOwner, .text = "balloon", .limit = 3}));
  EXPECT_THAT(ids(page.pictures), ElementsAre("p4", "p3", "p2"));
  write_prompt("new", "red balloon");
  page =
      get(store().pictures({.owner = kOwner, .text = "balloon", .after = page.next, .limit = 3}));
  EXPECT_THAT(ids(page.pictures), ElementsAre("p1"));
}

TEST_P(RecordStoreLibrary, Filters) {
  auto a = full_picture("a", at(1));
  auto b = full_picture("b", at(2));
  b.end_user = "user-2";
  b.model = "gpt-image-1";
  auto c = full_picture("c", at(3));
  c.end_user = "";
  c.kind = RequestKind::edit;
  c.favourite = true;
  write({.pictures = {a, b, c}});
  EXPECT_THAT(found({}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(found({.end_user = "user-2"}), ElementsAre("b"));
  EXPECT_THAT(found({.end_user = ""}), ElementsAre("c"));
  EXPECT_THAT(found({.model = "dall-e-3"}), ElementsAre("c", "a"));
  EXPECT_THAT(found({.kind = RequestKind::edit}), ElementsAre("c"));
  EXPECT_THAT(found({.favourites = true}), ElementsAre("c"));
  EXPECT_THAT(found({.made_from = at(2)}), ElementsAre("c", "b"));
  EXPECT_THAT(found({.made_before = at(2)}), ElementsAre("a"));
  EXPECT_THAT(found({.made_from = at(2), .made_before = at(3)}), ElementsAre("b"));
  EXPECT_THAT(found({.model = "dall-e-3", .favourites = true, .made_from = at(1)}),
              ElementsAre("c"));
  EXPECT_THAT(found({.text = "lighthouse", .model = "gpt-image-1"}), ElementsAre("b"));
  EXPECT_THAT(found({.text = "li", .kind = RequestKind::edit}), ElementsAre("c"));
}

TEST_P(RecordStoreLibrary, FiltersGoOnOverPages) {
  for (int i = 1; i <= 6; ++i) write_picture(full_picture("p" + std::to_string(i), at(i)));
  PictureQuery query{.owner = kOwner, .made_from = at(2), .made_before = at(6), .limit = 3};
  auto page = get(store().pictures(query));
  EXPECT_THAT(ids(page.pictures), ElementsAre("p5", "p4", "p3"));
  query.after = page.next;
  EXPECT_THAT(ids(get(store().pictures(query)).pictures), ElementsAre("p2"));
}

TEST_P(RecordStoreLibrary, FindsTextInAnyScriptAndOfAnyLength) {
  write_prompt("cn", "一只可爱的猫咪坐在窗台上");
  write_prompt("en", "A Lighthouse at dusk, 100% real_photo");
  write_prompt("jp", "夕焼けの海", "sunset over the sea 海");
  write_prompt("ru", "Красный воздушный шар");
  EXPECT_THAT(search("猫"), ElementsAre("cn"));
  EXPECT_THAT(search("猫咪"), ElementsAre("cn"));
  EXPECT_THAT(search("可爱的猫咪"), ElementsAre("cn"));
  EXPECT_THAT(search("海"), ElementsAre("jp"));
  EXPECT_THAT(search("lightHOUSE"), ElementsAre("en"));
  EXPECT_THAT(search("GHT"), ElementsAre("en"));
  EXPECT_THAT(search("at"), ElementsAre("en"));
  EXPECT_THAT(search("AT"), ElementsAre("en"));
  EXPECT_THAT(search("sunset"), ElementsAre("jp")) << "the revised prompt counts too";
  EXPECT_THAT(search("воздушный"), ElementsAre("ru"));
  EXPECT_THAT(search("狗"), IsEmpty());
  EXPECT_THAT(search("elephant"), IsEmpty());
}

TEST_P(RecordStoreLibrary, AllWordsMustOccurWhereverTheyAre) {
  write_prompt("both", "a red balloon", "painted in oil 海");
  write_prompt("one", "a red car");
  EXPECT_THAT(search("balloon red"), ElementsAre("both"));
  EXPECT_THAT(search("red oil"), ElementsAre("both"));
  EXPECT_THAT(search("red 海"), ElementsAre("both"));
  EXPECT_THAT(search("a 海"), ElementsAre("both"));
  EXPECT_THAT(search("red\u3000balloon\t\n"), ElementsAre("both"));
  EXPECT_THAT(search("red elephant"), IsEmpty());
  EXPECT_THAT(search("red 狗"), IsEmpty());
  EXPECT_THAT(search("  \u3000 "), ElementsAre("one", "both")) << "no word at all: all";
}

TEST_P(RecordStoreLibrary, NothingThatIsTypedIsSyntax) {
  write_prompt("plain", "a plain picture");
  write_prompt("odd", R"(100% "quoted" it's AND (or) NEAR* back\slash under_score -minus ^x a:b)");
  for (const auto* text : {"\"quoted\"", "\"",  "100%", "%",     "_", "\\",          "it's",
                           "'",          "AND", "(or)", "NEAR*", "*", "back\\slash", "under_score",
                           "-minus",     "^x",  "a:b",  "(",     ")", "k\\s",        "r_s"}) {
    EXPECT_THAT(search(text), ElementsAre("odd")) << text;
  }
  for (const auto* text : {"prompt:plain", "plain*", "pl_in", "\"plain", "plain OR odd",
                           "NOT plain", "{prompt}", "; DROP TABLE pictures", "a%n", "%p"}) {
    EXPECT_THAT(search(text), IsEmpty()) << text;
  }
  EXPECT_THAT(search(std::string("pla\0in", 6)), ElementsAre("plain")) << "NUL parts words";
}

TEST_P(RecordStoreLibrary, RefusesTextThatNobodyMeans) {
  for (const auto& text : {std::string("\xff\xfe"), [] {
                             std::string many;
                             for (int i = 0; i < 33; ++i) many += "word ";
                             return many;
                           }()}) {
    const auto page = run(io, store().pictures({.owner = kOwner, .text = text}));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind(), ErrorKind::invalid_request);
  }
  EXPECT_THAT(search(std::string(100'000, 'x')), IsEmpty()) << "one long word is a question";
}

TEST_P(RecordStoreLibrary, TheCacheGivesTheNewestOfAKey) {
  auto other = full_picture("other", at(9));
  other.cache_key = digest(8);
  auto none = full_picture("none", at(9));
  none.cache_key.reset();
  write({.pictures = {full_picture("old", at(1)), full_picture("new", at(2)), other, none}});
  EXPECT_EQ(get(store().cached(kOwner, digest(7)))->file.id, PictureId{"new"});
  EXPECT_FALSE(get(store().cached(kOwner, digest(9))));
  get(store().delete_picture(kOwner, {"new"}, at(5)));
  EXPECT_EQ(get(store().cached(kOwner, digest(7)))->file.id, PictureId{"old"});
}

TEST_P(RecordStoreLibrary, FavouritesAreSetAndTakenBack) {
  write({.pictures = {full_picture("a"), full_picture("b"), full_picture("c")}});
  auto foreign = full_picture("foreign");
  foreign.owner = kStranger;
  foreign.favourite = true;
  write_picture(foreign);
  EXPECT_TRUE(get(store().set_favourite(kOwner, {"a"}, true)));
  EXPECT_TRUE(get(store().set_favourite(kOwner, {"a"}, true)));
  EXPECT_TRUE(get(store().set_favourite(kOwner, {"b"}, true)));
  EXPECT_TRUE(get(store().set_favourite(kOwner, {"b"}, false)));
  EXPECT_FALSE(get(store().set_favourite(kOwner, {"none"}, true)));
  EXPECT_TRUE(picture("a")->favourite);
  EXPECT_THAT(ids(get(store().favourites())), UnorderedElementsAre("a", "foreign"));
}

TEST_P(RecordStoreLibrary, ADeletedPictureIsFoundByNothingButItsRestoring) {
  auto row = full_picture("pic1");
  row.favourite = true;
  write_picture(row);
  EXPECT_TRUE(get(store().delete_picture(kOwner, {"pic1"}, at(5))));
  EXPECT_FALSE(picture("pic1"));
  EXPECT_THAT(found({}), IsEmpty());
  EXPECT_THAT(search("lighthouse"), IsEmpty());
  EXPECT_THAT(search("li"), IsEmpty());
  EXPECT_FALSE(get(store().cached(kOwner, digest(7))));
  EXPECT_EQ(get(store().favourites()).size(), 1u) << "the mark is there when it is restored";
  EXPECT_FALSE(get(store().set_favourite(kOwner, {"pic1"}, false)));
  EXPECT_FALSE(get(store().delete_picture(kOwner, {"pic1"}, at(6))));
  EXPECT_TRUE(get(store().restore_picture(kOwner, {"pic1"})));
  EXPECT_FALSE(get(store().restore_picture(kOwner, {"pic1"})));
  expect_same(picture("pic1").value(), row);
  EXPECT_THAT(search("lighthouse"), ElementsAre("pic1"));
}

TEST_P(RecordStoreLibrary, DeletedPicturesGoByTheTimeOfTheirDeletion) {
  write({.pictures = {full_picture("a"), full_picture("b"), full_picture("c")}});
  get(store().delete_picture(kOwner, {"a"}, at(10)));
  get(store().delete_picture(kOwner, {"b"}, at(20)));
  EXPECT_THAT(ids(get(store().deleted_pictures(at(10)))), IsEmpty());
  EXPECT_THAT(ids(get(store().deleted_pictures(at(11)))), ElementsAre("a"));
  EXPECT_THAT(ids(get(store().deleted_pictures(at(99)))), ElementsAre("a", "b"));
}

TEST_P(RecordStoreLibrary, ForgottenPicturesAreGone) {
  write({.pictures = {full_picture("a"), full_picture("b"), full_picture("c")}});
  get(store().delete_picture(kOwner, {"b"}, at(10)));
  EXPECT_TRUE(run(io, store().forget_pictures({{"a"}, {"b"}, {"none"}})));
  EXPECT_THAT(found({}), ElementsAre("c"));
  EXPECT_FALSE(get(store().restore_picture(kOwner, {"b"})));
  EXPECT_THAT(search("lighthouse"), ElementsAre("c"));
  EXPECT_THAT(get(store().deleted_pictures(at(99))), IsEmpty());
}

TEST_P(RecordStoreLibrary, ErasesAllOfAnOwner) {
  auto foreign = full_picture("foreign");
  foreign.owner = kStranger;
  auto foreign_answer = full_answer("key", 0);
  foreign_answer.owner = kStranger;
  write({.pictures = {full_picture("a"), full_picture("b"), foreign},
         .answers = {full_answer("key", 0), foreign_answer}});
  write_job("over", 1, TaskState::done);
  write_job("open", 2, TaskState::queued);
  get(store().delete_picture(kOwner, {"b"}, at(10)));
  EXPECT_THAT(ids(get(store().erase(kOwner, std::nullopt))), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(found({}), IsEmpty());
  EXPECT_FALSE(get(store().restore_picture(kOwner, {"b"})));
  EXPECT_FALSE(job("over"));
  EXPECT_TRUE(job("open")) << "what is not over goes on";
  EXPECT_THAT(get(store().answers(kOwner, "key")), IsEmpty());
  EXPECT_TRUE(picture("foreign", kStranger));
  EXPECT_EQ(get(store().answers(kStranger, "key")).size(), 1u);
}

TEST_P(RecordStoreLibrary, WhatWasErasedIsKnownAsDeletedUntilItsFileHasGone) {
  auto favourite = full_picture("a");
  favourite.favourite = true;
  write({.pictures = {favourite, full_picture("b")}});
  EXPECT_THAT(ids(get(store().erase(kOwner, std::nullopt))), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(ids(get(store().deleted_pictures(at(1)))), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(get(store().favourites()), IsEmpty());
  EXPECT_THAT(found({}), IsEmpty());
  EXPECT_FALSE(get(store().restore_picture(kOwner, {"a"})));
  EXPECT_THAT(get(store().erase(kOwner, std::nullopt)), IsEmpty()) << "nobody's";
  get(store().forget_pictures({{"a"}}));
  EXPECT_THAT(ids(get(store().deleted_pictures(at(1)))), ElementsAre("b"));
}

TEST_P(RecordStoreLibrary, ErasesOneEndUser) {
  auto other = full_picture("other");
  other.end_user = "user-2";
  auto mine = full_answer("mine", 0);
  mine.picture = {"a"};
  auto others = full_answer("others", 0);
  others.picture = {"other"};
  auto request = full_request("others-job");
  request.info.end_user = "user-2";
  write({.requests = {request},
         .tasks = {full_task(2, "others-job", TaskState::done)},
         .pictures = {full_picture("a"), other},
         .answers = {mine, others}});
  write_job("my-job", 1, TaskState::done);
  EXPECT_THAT(ids(get(store().erase(kOwner, "user-1"))), ElementsAre("a"));
  EXPECT_THAT(found({}), ElementsAre("other"));
  EXPECT_FALSE(job("my-job"));
  EXPECT_TRUE(job("others-job"));
  EXPECT_THAT(get(store().answers(kOwner, "mine")), IsEmpty());
  EXPECT_EQ(get(store().answers(kOwner, "others")).size(), 1u);
}

}  // namespace
}  // namespace gw::test
