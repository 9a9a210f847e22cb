// The program's own keys: given as settings, or made at the first start and kept in DATA_DIR/keys.
#pragma once

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <filesystem>

namespace gw::app {

struct Config;

enum class KeyOrigin : std::uint8_t {
  setting,  // API_MASTER_KEY, ADMIN_KEY
  file,     // made at an earlier start
  made,     // made just now: the one time it is printed
};

struct OwnKey {
  Secret value;
  KeyOrigin origin = KeyOrigin::setting;
};

struct OwnKeys {
  OwnKey api_master;
  OwnKey admin;
  Secret signing;  // of picture links; 256 random bits, never printed
  Secret sealing;  // of upstream credentials in the records; the same
};

std::filesystem::path keys_directory(const std::filesystem::path& data_dir);
std::filesystem::path api_master_key_file(const std::filesystem::path& data_dir);
std::filesystem::path admin_key_file(const std::filesystem::path& data_dir);
std::filesystem::path signing_key_file(const std::filesystem::path& data_dir);
std::filesystem::path sealing_key_file(const std::filesystem::path& data_dir);

// Makes DATA_DIR and what is missing in it (folders 0700, files 0600, complete or not at all).
// Blocks; called before anything serves. Two programs that start at once agree on one key. A key
// file that others can read, that is empty or that is no file is refused: storage_unavailable,
// whose message is a sentence with the path, for the operator at the start and never for a client.
Result<OwnKeys> prepare_keys(const Config& config, Random& random);

// What is there, without making anything; empty when the key will be made at the first start.
Result<OwnKey> look_up_key(const Secret& setting, const std::filesystem::path& file);

}  // namespace gw::app
