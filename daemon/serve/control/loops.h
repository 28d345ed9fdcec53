// What a sink sends and a source of ours takes in again, as far as only the
// system knows it: names, this machine's addresses, links, standard streams.
// What the configuration alone shows is config/cross_checks.h's.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"

namespace cflt::serve::control {

/// Version 6; 4 is mapped (RFC 4291, 2.5.5.2).
using Ip = std::array<std::uint8_t, 16>;

/// Whether a source that listens at `source`, which has the addresses `bound`,
/// takes what is sent to `target`. `own` are this machine's addresses, without
/// its loopback network.
bool takes(const config::Address& source, const std::vector<Ip>& bound,
           const Ip& target, const std::vector<Ip>& own);

/// One line about the first loop; empty: there is none. Names are resolved only
/// where a sink has the port of a source, and files looked at only where stdin
/// is a source.
std::string find_loop(const config::Settings& settings);

}  // namespace cflt::serve::control
