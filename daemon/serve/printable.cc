#include "daemon/serve/printable.h"

#include "daemon/messages.h"

namespace cflt::daemon {

std::string printable(std::string_view text) { return safe_text(text); }

}  // namespace cflt::daemon
