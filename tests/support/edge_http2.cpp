#include "tests/support/edge_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <nghttp2/nghttp2.h>

namespace gw::test {
namespace {

struct Freed {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  void operator()(nghttp2_session_callbacks* callbacks) const {
    nghttp2_session_callbacks_del(callbacks);
  }
};

std::string text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(const std::string& name, const std::string& value) {
  const auto bytes = [](const std::string& part) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(part.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// nghttp2 calls back with `this`; all on the connection's thread.
class Connection final {
 public:
  Connection(TlsStream& stream, const EdgeHandler& handler) : stream_(stream), handler_(handler) {
    nghttp2_session_callbacks* raw = nullptr;
    nghttp2_session_callbacks_new(&raw);
    const std::unique_ptr<nghttp2_session_callbacks, Freed> callbacks(raw);
    nghttp2_session_callbacks_set_on_header_callback(raw, &Connection::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, &Connection::on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(raw, &Connection::on_frame);
    nghttp2_session* session = nullptr;
    nghttp2_session_server_new(&session, raw, this);
    session_.reset(session);
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
  }

  void run() {
    std::array<std::uint8_t, 64u << 10> bytes;
    while (!dropped_ && send_all()) {
      const auto size = stream_.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
      if (size == 0 || nghttp2_session_mem_recv(session_.get(), bytes.data(), size) < 0) return;
    }
  }

 private:
  bool send_all() {
    for (;;) {
      const std::uint8_t* bytes = nullptr;
      const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
      if (size <= 0) return size == 0;
      if (!stream_.write({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}))
        return false;
    }
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* self) {
    auto& request = static_cast<Connection*>(self)->requests_[frame->hd.stream_id];
    auto key = text(name, name_size);
    auto content = text(value, value_size);
    if (key == ":method")
      request.method = std::move(content);
    else if (key == ":path")
      request.target = std::move(content);
    else if (!key.starts_with(':'))
      request.headers.emplace_back(std::move(key), std::move(content));
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* self) {
    static_cast<Connection*>(self)->requests_[id].body += text(bytes, size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const bool of_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (ends && of_request) static_cast<Connection*>(self)->answer(frame->hd.stream_id);
    return 0;
  }

  void answer(std::int32_t id) {
    auto request = std::move(requests_[id]);
    requests_.erase(id);
    request.http_version = 20;
    auto said = handler_(request);
    if (!said) {
      dropped_ = true;
      return;
    }
    std::vector<std::pair<std::string, std::string>> fields = {
        {":status", fmt::to_string(said->status)}};
    fields.insert(fields.end(), said->headers.begin(), said->headers.end());
    std::vector<nghttp2_nv> raw;
    for (const auto& [name, value] : fields) raw.push_back(field(name, value));
    bodies_[id] = std::move(said->body);
    nghttp2_data_provider body{.source = {.ptr = &bodies_[id]},
                               .read_callback = &Connection::read_body};
    nghttp2_submit_response(session_.get(), id, raw.data(), raw.size(), &body);
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t room,
                           std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& body = *static_cast<std::string*>(source->ptr);
    const auto size = std::min(room, body.size());
    std::memcpy(to, body.data(), size);
    body.erase(0, size);
    if (body.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  TlsStream& stream_;
  const EdgeHandler& handler_;
  std::unique_ptr<nghttp2_session, Freed> session_;
  std::map<std::int32_t, EdgeRequest> requests_;
  std::map<std::int32_t, std::string> bodies_;
  bool dropped_ = false;
};

}  // namespace

void serve_http2(TlsStream& stream, const EdgeHandler& handler) {
  Connection(stream, handler).run();
}

}  // namespace gw::test
