// What can be learned of DATA_DIR without leaving anything in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace gw::app {

struct FolderFacts {
  enum class State : std::uint8_t {
    usable,
    not_there,  // and `place`, the nearest folder above it, lets us make it
    not_a_folder,
    not_writable,
  };

  State state = State::usable;
  std::filesystem::path place;  // what the state is about: the folder itself, one in it or above it
  std::string owner;            // of `place`, by name if it has one
  std::string mode;             // of `place`: "0755"
  std::string user;             // who we are
  std::optional<std::uint64_t> free_bytes;  // for us, on its disk
  std::uint64_t picture_bytes = 0;          // stored in it already
  std::string write_fault =
      {};  // why the disk of `place` took no data; empty: it did, or is not ours
};

// Blocks; reads the sizes of all stored pictures, and writes a file without a name.
FolderFacts look_at_folder(const std::filesystem::path& data_dir);

}  // namespace gw::app
