// A document to what load.h and inline.h give out.
#pragma once

#include "config/document.h"
#include "config/loaded.h"

namespace cflt::config {

/// Reads and checks a document that is there; takes over what was reported.
Loaded assemble(const std::optional<DocumentNode>& root, Report& report,
                const Circumstances& now);

}  // namespace cflt::config
