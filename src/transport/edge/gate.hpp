// The client of one upstream that may stand behind an edge: every call to it passes the zone.
#pragma once

#include "transport/edge/zone_desk.hpp"
#include "transport/http_client.hpp"

#include <memory>
#include <optional>

namespace gw::edge {

// A call is refused while the zone lets nothing through, goes out with the operator's clearance
// where there is one, and its answer is heard by the zone exactly once, also when the call is
// cancelled. What the edge answered in the upstream's place becomes a fault with `edge`, whose
// error says who has to do what; nothing of the edge's own words or pages is in it. Everything else
// is handed on as it came. I/O thread; `client` must outlive it.
class Gate final : public StreamingHttpClient {
 public:
  Gate(StreamingHttpClient& client, std::shared_ptr<ZoneDesk> desk)
      : client_(client), desk_(std::move(desk)) {}

  Async<Transfer> perform(OutgoingRequest request) override;
  Async<Opening> open(OutgoingRequest request) override;
  std::optional<TransferFault> refusal() override { return desk_->refusal(); }

 private:
  class Turn;

  Async<std::optional<TransferFault>> judge(Turn& turn, const IncomingAnswer& answer,
                                            const std::string& url);

  StreamingHttpClient& client_;
  const std::shared_ptr<ZoneDesk> desk_;
};

}  // namespace gw::edge
