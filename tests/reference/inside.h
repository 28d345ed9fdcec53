// Section 3.3 of docs/language.md: inside base64 and hex. Outer symbols are
// decoded; each unit ends with the outer symbol that holds its last bit.

#pragma once

#include <cstddef>

#include "units.h"
#include "written.h"

namespace cflt::reference {

// How many bits of the `t` of `cflt` stand behind the anchor of an offset.
size_t bits_of_t(size_t offset);

// The decoded bytes that are complete. They end as the outer run does.
Text inside_base64(const Run& outer, size_t offset);
Text inside_hex(const Run& outer);

}  // namespace cflt::reference
