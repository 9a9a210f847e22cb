// The pictures of a measurement: distinct, of one size, and told apart in every answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gw::bench {

// A few pictures as the base64 in which they travel. Nothing but the head is a real PNG: nobody
// looks further than that.
class Pictures final {
 public:
  Pictures(std::size_t count, std::size_t bytes);
  // From answers that write_answers() has written.
  static Pictures read(const std::filesystem::path& folder);

  // One file for each, as a Dreamifly server answers: 0.json, 1.json, … Beside them the bare
  // pictures' SHA-256, one a line.
  void write_answers(const std::filesystem::path& folder) const;

  // The body of an answer with one of them.
  std::string answer(std::uint64_t number) const;

  // Throws std::runtime_error unless `body` carries exactly one of them, as the gateway or as the
  // upstream answers it.
  void check(std::string_view body) const;
  // The one that answer(number) has.
  void check(std::string_view body, std::uint64_t number) const;

 private:
  Pictures() = default;
  std::vector<std::string> encoded_;
};

}  // namespace gw::bench
