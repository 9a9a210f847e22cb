// What an unhappy answer means: looked up in error_table.hpp. Pure.
#pragma once

#include "core/ports/provider.hpp"
#include "providers/openai/complaint.hpp"
#include "providers/openai/options.hpp"
#include "transport/http_client.hpp"

#include <cstdint>

namespace gw::openai {

enum class Service : std::uint8_t { images, chat };

// Of an answer that is not what was asked for. The upstream's own words reach a client only where
// the table says so and they are safe; else they are in the error's detail, without the key.
UpstreamFailure judge_answer(const IncomingAnswer& answer, const Options& options, Service service);

// Of an error that came inside a stream, after a happy head.
UpstreamFailure judge_event(const Complaint& complaint, const Options& options);

// Of an answer that never came, or broke off.
UpstreamFailure judge_fault(const TransferFault& fault);

// Nothing was drawn, and the same without this parameter would do. `order` is what was asked: its
// prompt may be repeated in the answer.
bool refuses_response_format(const IncomingAnswer& answer, const ImageOrder& order);

}  // namespace gw::openai
