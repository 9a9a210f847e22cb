// Jobs as JSON.
#pragma once

#include "api/v1/images_wire.hpp"
#include "base/bytes.hpp"
#include "core/jobs/job_desk.hpp"
#include "core/library/image_links.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// "job_<id>" and back; of anything else an id that no job has.
std::string job_name(const RequestId& id);
RequestId job_id(std::string_view name);

// How the pictures of a job are handed out: like those of a plain call. With `links`, which must
// live as long as the terms are used, whatever form was asked for.
AnswerTerms job_terms(const Job& job, const ImageLinks& links, const std::string& origin,
                      const std::string& request_id);

// The whole object. `result` is the body of the plain answer, whose pieces are not copied; nothing:
// null.
std::vector<SharedBytes> job_object(const Job& job, std::optional<http::Response> result,
                                    std::string_view request_id);

// The same on one line of text, and with the pictures as links in any case: for lists and events.
// Without an origin there are no links, and `result` is null.
class ShortJobs final {
 public:
  ShortJobs(const JobDesk& desk, const ImageLinks& links, std::string origin,
            std::string request_id)
      : desk_(desk),
        links_(links),
        origin_(std::move(origin)),
        request_id_(std::move(request_id)) {}

  std::string text(const Job& job) const;

 private:
  const JobDesk& desk_;
  const ImageLinks& links_;
  std::string origin_;
  std::string request_id_;
};

// What is left to say of one that was removed.
std::string removed_job(const RequestId& id);

}  // namespace gw::api
