// What the admin endpoint answers; knows no sockets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace cflt::serve::admin {

/// Called on the endpoint's thread, once a request.
struct AdminHandlers {
  /// Prometheus text format, version 0.0.4.
  std::function<std::string()> metrics;
  /// HTML, for people.
  std::function<std::string()> status;
  /// Why it is not, in a few words; empty: it is.
  std::function<std::string()> not_live;
  std::function<std::string()> not_ready;
};

struct Page {
  unsigned status = 200;  // of HTTP
  std::string_view content_type;
  std::string body;
};

/// With status 405, only kAdminMethods are allowed.
inline constexpr std::string_view kAdminMethods = "GET, HEAD";

/// `target` as it stands in the request line. Does not throw but bad_alloc.
Page page_for(const AdminHandlers& handlers, std::string_view method,
              std::string_view target);

/// The page of an error: its status and one line of text.
Page error_page(unsigned status, std::string_view text);

}  // namespace cflt::serve::admin
