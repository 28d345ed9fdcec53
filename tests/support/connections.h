// Bytes of a connection, made of what framers care about, by a recipe.
//
// A recipe is any bytes, as in fragments.h: the first is the dialect, then two
// for each fragment. A connection speaks one dialect (counted, lines, NULs, or
// all in turn) and now and then breaks its rules. It serves as a datagram too.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace cflt::test {

std::string compose_connection(std::span<const std::uint8_t> recipe);

}  // namespace cflt::test
