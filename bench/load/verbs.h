// What cflt_load can do. Each verb prints one line of JSON when it is done;
// times are nanoseconds of CLOCK_MONOTONIC.
#pragma once

#include "bench/load/options.h"

namespace cflt::load {

/// send tcp|udp ADDRESS --file F [--copies N] [--connections C] [--rate R]
/// Over each connection the file, N times; by UDP each of its lines is a
/// datagram, and R of them leave in a second (as fast as it can without).
void send(const Options& options);

/// receive tcp|udp PORT [--bytes N] [--quiet MS] [--output F] [--rate B]
///                      [--lines 1]
/// Until all connections have ended, N bytes have come, nothing has come for
/// MS after the first byte, or SIGTERM. Takes B bytes in a second, if given.
/// Counts datagrams, or with --lines the newlines of TCP.
void receive(const Options& options);

/// probe ADDRESS PORT [--rate R] [--seconds S] [--size B]
/// Sends R records a second to ADDRESS and takes them at PORT, to which
/// whatever is measured forwards. (With the same port twice nothing is between
/// the two ends.) Each record carries the time at which it was due.
void probe(const Options& options);

/// idle ADDRESS --connections N
/// Opens N connections, says so, and holds them until SIGTERM.
void idle(const Options& options);

}  // namespace cflt::load
