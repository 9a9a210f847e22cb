#include "api/admin/sessions.hpp"

#include <algorithm>
#include <span>

namespace gw::api {
namespace {

constexpr std::size_t kSecretLetters = 52;  // of five bits
constexpr std::size_t kTagBytes = 4;

}  // namespace

AdminSessions::Opened AdminSessions::open() {
  make_room();
  Secret id(random_.token(kSecretLetters));
  const auto digest = sha256(id.reveal());
  AdminSession session;
  session.csrf_token = Secret(random_.token(kSecretLetters));
  session.tag = hex(std::span(digest).first(kTagBytes));
  session.expires = clock_.wall() + kLongest;
  session.opened = session.used = clock_.now();
  const auto entry = sessions_.insert_or_assign(digest, std::move(session)).first;
  return {std::move(id), entry->second};
}

const AdminSession* AdminSessions::use(std::string_view id) {
  const auto found = sessions_.find(sha256(id));
  if (found == sessions_.end()) return nullptr;
  if (is_over(found->second)) {
    sessions_.erase(found);
    return nullptr;
  }
  found->second.used = clock_.now();
  return &found->second;
}

void AdminSessions::close(std::string_view id) {
  sessions_.erase(sha256(id));
}

bool AdminSessions::is_over(const AdminSession& session) const {
  const auto now = clock_.now();
  return now - session.used >= kIdle || now - session.opened >= kLongest;
}

void AdminSessions::make_room() {
  std::erase_if(sessions_, [this](const auto& entry) { return is_over(entry.second); });
  if (sessions_.size() < kMost) return;
  sessions_.erase(
      std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second.used; }));
}

}  // namespace gw::api
