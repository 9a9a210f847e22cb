// Bodies that no client should send, through the front door of the real program.
#include "tests/e2e/shared_gateway.hpp"

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {
namespace {

using namespace std::string_literals;

struct BadBody {
  std::string name;
  std::string body;
  const char* code;
  const char* param;
};

void PrintTo(const BadBody& bad, std::ostream* out) {
  *out << bad.name;
}

// `field` beside a good prompt.
std::string beside_prompt(std::string_view field) {
  return fmt::format(R"({{"prompt":"a pear","size":"64x64",{}}})", field);
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}

std::vector<BadBody> not_json() {
  const auto bad = [](std::string name, std::string body) {
    return BadBody{std::move(name), std::move(body), "invalid_json", "null"};
  };
  return {
      bad("nothing", ""),
      bad("blanks", " \r\n\t "),
      bad("a word", "pear"),
      bad("an open object", R"({"prompt":"a pear")"),
      bad("an open string", R"({"prompt":"a pear)"),
      bad("a trailing comma", R"({"prompt":"a pear",})"),
      bad("single quotes", "{'prompt':'a pear'}"),
      bad("a comment", R"({"prompt":"a pear"} // please)"),
      bad("two objects", R"({"prompt":"a"}{"prompt":"b"})"),
      bad("an array", R"([{"prompt":"a pear"}])"),
      bad("null", "null"),
      bad("a string", R"("a pear")"),
      bad("NaN", beside_prompt(R"("n":NaN)")),
      bad("bytes that are not UTF-8", "{\"prompt\":\"a \xFF\xFE pear\"}"),
      bad("half a character", "{\"prompt\":\"\xE6\xA2\"}"),
      bad("a surrogate in UTF-8", "{\"prompt\":\"\xED\xA0\x80\"}"),
      bad("an overlong slash", "{\"prompt\":\"\xC0\xAF\"}"),
      bad("half an escaped pair", R"({"prompt":"\ud800"})"),
      bad("a NUL byte behind it", R"({"prompt":"a pear"})"s + '\0'),
      bad("a NUL byte within", "{\"prompt\":\"a\0pear\"}"s),
      bad("UTF-16", "\xFF\xFE{\0\"\0"s),
      bad("deep arrays", repeated("[", 100'000)),
      bad("deep objects", repeated(R"({"a":)", 50'000)),
      bad("depth beside a prompt", beside_prompt("\"x\":" + repeated("[", 40) + repeated("]", 40))),
      bad("a form", "prompt=a+pear&n=1"),
  };
}

std::vector<BadBody> bad_prompts() {
  const auto prompt = [](std::string_view text) { return fmt::format(R"({{"prompt":{}}})", text); };
  return {
      {"no prompt", R"({"model":"dall-e-3"})", "missing_required_parameter", "prompt"},
      {"a null prompt", prompt("null"), "missing_required_parameter", "prompt"},
      {"an empty prompt", prompt(R"("")"), "invalid_value", "prompt"},
      {"blanks as prompt", prompt(R"(" \n\t ")"), "invalid_value", "prompt"},
      {"a number as prompt", prompt("7"), "invalid_type", "prompt"},
      {"an escaped NUL", prompt(R"("a\u0000pear")"), "invalid_value", "prompt"},
      {"33,000 letters", prompt('"' + repeated("x", 33'000) + '"'), "invalid_value", "prompt"},
      {"32,001 Chinese characters", prompt('"' + repeated("梨", 32'001) + '"'), "invalid_value",
       "prompt"},
      {"33,000 letters to avoid",
       beside_prompt("\"negative_prompt\":\"" + repeated("x", 33'000) + '"'), "invalid_value",
       "negative_prompt"},
  };
}

std::vector<BadBody> bad_values() {
  std::vector<BadBody> all;
  const auto add = [&](const char* param, std::string_view value, const char* code) {
    const auto field = fmt::format(R"("{}":{})", param, value);
    all.push_back({field.substr(0, 60), beside_prompt(field), code, param});
  };
  for (const auto* value :
       {"0", "11", "-1", "1e400", "-1e400", "18446744073709551616", "1e15", "1e-400"})
    add("n", value, "invalid_value");
  for (const auto* value : {"1.5", "\"2\"", "true", "[1]", "{}"}) add("n", value, "invalid_type");
  for (const auto* value : {"-2", "9007199254740992", "18446744073709551615", "1e400"})
    add("seed", value, "invalid_value");
  add("seed", "0.5", "invalid_type");
  for (const auto* value : {"0", "-1", "15", "1000", "1e400"}) add("steps", value, "invalid_value");
  for (const auto* value : {"-1", "101", "1e400"})
    add("output_compression", value, "invalid_value");
  add("partial_images", "4", "invalid_value");
  for (const auto* value :
       {R"("")", R"("big")", R"("64")", R"("64x")", R"("x64")", R"("0x0")", R"("-64x64")",
        R"("64x64x64")", R"("63x64")", R"("65x64")", R"("99999999999x64")", R"("1e3x1e3")",
        R"("8192x8192")", R"("1:9")", R"("64x64; rm")"}) {
    add("size", value, "invalid_value");
  }
  add("style", R"("charcoal-on-velvet")", "invalid_value");
  add("output_format", R"("../../etc/passwd")", "invalid_value");
  for (const auto* value : {R"("gif")", R"("svg")"})
    add("output_format", value, "unsupported_value");
  add("frame_count", "4", "unsupported_value");
  add("frame_duration_ms", "100", "unsupported_value");
  add("svg", R"({"model":"x"})", "unsupported_value");
  add("markup", R"("data:image/png;base64,AAAA")", "unsupported_value");
  add("background", R"("transparent")", "unsupported_value");
  return all;
}

class BadBodies : public SharedGateway, public testing::WithParamInterface<BadBody> {};

TEST_P(BadBodies, AreRefusedByName) {
  const auto& bad = GetParam();
  EXPECT_THAT(send(draw(bad.body)), IsError(400, bad.code, bad.param));
}

INSTANTIATE_TEST_SUITE_P(NotJson, BadBodies, testing::ValuesIn(not_json()));
INSTANTIATE_TEST_SUITE_P(Prompts, BadBodies, testing::ValuesIn(bad_prompts()));
INSTANTIATE_TEST_SUITE_P(Values, BadBodies, testing::ValuesIn(bad_values()));

class BadRequests : public SharedGateway {};

TEST_F(BadRequests, EveryParameterRefusesEveryWrongType) {
  struct Kind {
    std::vector<std::string> params;
    std::vector<std::string> values;
    const char* code;
  };
  const Kind kinds[] = {
      {{"negative_prompt", "model", "size", "style", "user", "safety_identifier"},
       {"5", "true", "[]", "{}"},
       "invalid_type"},
      {{"quality", "response_format", "output_format", "background", "moderation", "complexity"},
       {"5", "true", "[]", "{}", R"("")", R"("pear")", R"("PNG ")"},
       "invalid_value"},
      {{"n", "seed", "steps", "output_compression", "partial_images"},
       {"true", "\"1\"", "[]", "{}", "1.5"},
       "invalid_type"},
      {{"stream"}, {"1", "\"true\"", "[]", "{}"}, "invalid_type"},
  };
  for (const auto& kind : kinds) {
    for (const auto& param : kind.params) {
      for (const auto& value : kind.values) {
        const auto field = fmt::format(R"("{}":{})", param, value);
        SCOPED_TRACE(field);
        EXPECT_THAT(send(draw(beside_prompt(field))), IsError(400, kind.code, param));
      }
    }
  }
}

TEST_F(BadRequests, NullIsAbsentEverywhere) {
  const auto answer = send(draw(
      R"({"prompt":"a pear","size":"64x64","model":null,"n":null,"quality":null,"seed":null,
          "response_format":null,"output_format":null,"background":null,"stream":null,"style":null,
          "steps":null,"user":null,"moderation":null,"frame_count":null,"svg":null})"));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(answer.header("x-ignored-params"), std::nullopt);
  EXPECT_EQ(picture_of(answer).substr(1, 3), "PNG");
}

TEST_F(BadRequests, TheLongestPromptIsStillTaken) {
  const auto prompt = repeated("梨", 32'000);
  EXPECT_THAT(send(draw_small(prompt)), HasStatus(200));
}

TEST_F(BadRequests, UnknownModelIs404) {
  EXPECT_THAT(send(draw(beside_prompt(R"("model":"dall-e-9")"))),
              IsError(404, "model_not_found", "model"));
  EXPECT_THAT(send(get("/v1/models/../../keys").with_key()),
              IsError(404, "model_not_found", "model"));
}

TEST_F(BadRequests, AModelThatOnlyEditsRefusesToDraw) {
  EXPECT_THAT(send(draw(beside_prompt(R"("model":"dreamifly-qwen-edit")"))),
              IsError(400, "null", "model"));
}

TEST_F(BadRequests, OtherContentTypesAre415) {
  for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "image/png",
                           "multipart/form-data; boundary=x", "application/jsonp"}) {
    SCOPED_TRACE(type);
    auto request = draw_small("a pear");
    request.headers.front().second = type;
    EXPECT_THAT(send(request), IsError(415, "unsupported_content_type", "null"));
  }
}

TEST_F(BadRequests, JsonByAnyOfItsNamesIsTaken) {
  for (const auto* type :
       {"application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json", ""}) {
    SCOPED_TRACE(type);
    auto request = draw_small("a pear");
    request.headers.front().second = type;
    EXPECT_THAT(send(request), HasStatus(200));
  }
}

TEST_F(BadRequests, ManySmallValuesAreRefusedInsteadOfMultiplied) {
  const auto before = gateway().resident_kib();
  const auto answer = send(draw(beside_prompt("\"x\":[" + repeated("0,", 5'000'000) + "0]")));

  EXPECT_THAT(answer, IsError(413, "upload_too_large", "null"));
  EXPECT_LT(gateway().resident_kib(), before + 100 * 1024);
}

TEST_F(BadRequests, ALongBodyIsRefusedByItsHead) {
  RawSocket socket(port());
  auto head = wire(draw("").with("Expect", "100-continue"));
  const auto length = head.find("Content-Length: 0");
  head.replace(length, 17, "Content-Length: 30000001");
  socket.send(head);

  EXPECT_THAT(socket.receive_answer(), IsError(413, "upload_too_large", "null"));
}

TEST_F(BadRequests, UnknownFieldsAreNamedAndCannotForgeHeaders) {
  const auto answer =
      send(draw_small("a pear", R"(,"cfg_scale":7,"a\r\nSet-Cookie: x":1,"user":"somebody")"));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(answer.header("Set-Cookie"), std::nullopt);
  EXPECT_THAT(answer.header("x-ignored-params").value_or(""),
              testing::AllOf(testing::HasSubstr("cfg_scale"), testing::HasSubstr("user")));
}

TEST_F(BadRequests, WrongMethodsAreToldTheRightOnes) {
  const auto answer = send(get("/v1/images/generations").with_key());
  EXPECT_THAT(answer, IsError(405, "method_not_supported", "null"));
  EXPECT_THAT(answer, HasHeader("Allow", "POST"));

  auto remove = get("/v1/models/dall-e-3").with_key();
  remove.method = "DELETE";
  EXPECT_THAT(send(remove), IsError(405, "method_not_supported", "null"));
}

TEST_F(BadRequests, UnknownPathsAre404InTheEnvelope) {
  for (const auto* path : {"/v2/models", "/v1/", "/v1/embeddings", "/admin/nothing", "/.env"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(send(get(path).with_key()), IsError(404, "null", "null"));
  }
}

}  // namespace
}  // namespace gw::test
