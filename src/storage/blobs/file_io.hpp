// The blocking side of the file store. Every function belongs on the worker pool.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "core/ports/blob_store.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gw {

// "ab/abcd….png": about a thousand folders, made when they are first needed. `name` must be valid.
std::filesystem::path fan_out(const std::filesystem::path& root, const std::string& name);
// Lower-case letters, digits and one dot, at least five characters before it: nothing that could
// leave the folder.
bool is_blob_name(std::string_view name);

// Failures are storage_unavailable (not_found for an absent file to read) with path and reason in
// the detail.
Result<void> make_folders(const std::filesystem::path& root);
Result<void> write_file(const std::filesystem::path& root, const std::string& name,
                        const std::string& bytes, BlobSync sync);
Result<SharedBytes> read_file(const std::filesystem::path& path, std::uint64_t offset,
                              std::uint64_t length);
Result<void> remove_file(const std::filesystem::path& path);
Result<std::vector<BlobInfo>> list_files(const std::filesystem::path& root);

}  // namespace gw
