#include "api/v1/library.hpp"

#include "api/json_body.hpp"
#include "api/v1/pictures.hpp"
#include "api/zip_stream.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace gw::api {
namespace {

namespace json = boost::json;

http::Response json_of(const json::object& object) {
  return http::json_response(200, json::serialize(object));
}

PictureId id_of(const http::Request& request) {
  return PictureId{request.param("id")};
}

std::int64_t unix_time(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

json::string text(std::string_view value) {
  return json::string(value.data(), value.size());
}

}  // namespace

Task<http::Response> LibraryEndpoint::list(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto query, parse_library_query(request.query()));
  query.owner = context.caller;
  GW_CO_TRY(const auto page, co_await library_.list(std::move(query)));
  json::array data;
  for (const auto& row : page.pictures) data.emplace_back(shown(row, context));
  json::object list{{"object", "list"}, {"data", std::move(data)}};
  list["has_more"] = !page.next.empty();
  if (!page.next.empty()) list["next"] = text(page.next);
  co_return json_of(list);
}

Task<http::Response> LibraryEndpoint::item(http::Request request, RequestContext& context) {
  GW_CO_TRY(const auto row, co_await library_.item(context.caller, id_of(request)));
  co_return json_of(shown(row, context));
}

Task<http::Response> LibraryEndpoint::change(http::Request request, RequestContext& context) {
  GW_CO_CHECK(expect_json(request.headers));
  GW_CO_TRY(const bool favourite, parse_favourite(request.body));
  GW_CO_TRY(const auto row,
            co_await library_.set_favourite(context.caller, id_of(request), favourite));
  co_return json_of(shown(row, context));
}

Task<http::Response> LibraryEndpoint::remove(http::Request request, RequestContext& context) {
  const auto id = id_of(request);
  GW_CO_TRY(const auto until, co_await library_.remove(context.caller, id));
  co_return json_of({{"id", text(id.value)},
                     {"object", "library.picture"},
                     {"deleted", true},
                     {"undo_seconds", library_.undo_time().count()},
                     {"undo_until", unix_time(until)}});
}

Task<http::Response> LibraryEndpoint::restore(http::Request request, RequestContext& context) {
  GW_CO_TRY(const auto row, co_await library_.restore(context.caller, id_of(request)));
  co_return json_of(shown(row, context));
}

Task<http::Response> LibraryEndpoint::thumbnail(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto row, co_await library_.item(context.caller, id_of(request)));
  co_return co_await thumbnail_response(thumbnails_, std::move(row.file), request.headers);
}

Task<http::Response> LibraryEndpoint::zip(http::Request request, RequestContext& context) {
  GW_CO_CHECK(expect_json(request.headers));
  GW_CO_TRY(auto ids, parse_selection(request.body));
  GW_CO_TRY(auto files, co_await library_.files(context.caller, std::move(ids)));
  GW_CO_TRY(auto stream, ZipStream::create(results_, std::move(files)));
  http::Response response;
  response.headers.set("Content-Type", "application/zip");
  response.headers.set("Content-Disposition", "attachment; filename=\"pictures.zip\"");
  response.source_length = stream->length();
  response.source = std::move(stream);
  co_return response;
}

Task<http::Response> LibraryEndpoint::erase(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto order, parse_erase_query(request.query()));
  GW_CO_TRY(const auto count, co_await library_.erase(context.caller, std::move(order.end_user)));
  co_return json_of({{"object", "library.erased"}, {"deleted", true}, {"pictures", count}});
}

// Without a plain Host nobody knows which address the client can reach: links are then relative.
json::object LibraryEndpoint::shown(const PictureRow& row, const RequestContext& context) const {
  LibraryLinks links;
  links.picture = context.origin + links_.steady_path(row.file.file_name());
  links.thumbnail = context.origin + links_.steady_path(thumbnail_name(row.file));
  links.expires = library_.expires(row);
  return picture_json(row, links);
}

}  // namespace gw::api
