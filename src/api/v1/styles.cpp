#include "api/v1/styles.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace gw::api {

namespace json = boost::json;

http::Response list_styles(const StyleBook& styles) {
  json::array entries;
  for (const auto& style : styles.all()) {
    entries.push_back(json::object{
        {"id", style.id}, {"object", "style"}, {"name", style.name}, {"prefix", style.prefix}});
  }
  const json::object list{{"object", "list"}, {"data", std::move(entries)}};
  return http::json_response(200, json::serialize(list));
}

}  // namespace gw::api
