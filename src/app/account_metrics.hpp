// How the accounts of an upstream are doing, by opaque id.
#pragma once

#include "core/accounts/account_book.hpp"
#include "core/ports/provider.hpp"
#include "telemetry/metrics.hpp"

#include <vector>

namespace gw::app {

// Reads the book whenever it is asked, because accounts come and go. All of it outlives the
// registry's last exposition. Up to 16 lines for each account: a thousand of them are a megabyte of
// text and five milliseconds of the I/O thread.
void publish_accounts(MetricsRegistry& metrics, std::vector<const Provider*> providers,
                      const AccountBook& accounts, const Clock& clock);

}  // namespace gw::app
