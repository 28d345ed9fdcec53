#include "daemon/serve/admin/admin_pages.h"

#include <exception>

#include "daemon/base/messages.h"

namespace cflt::serve::admin {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::string_view kMetricsText =
    "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

Page health_page(const std::function<std::string()>& reason_against) {
  const std::string reason = reason_against();
  if (reason.empty()) return {200, kPlainText, "ok\n"};
  return error_page(503, base::safe_text(reason));
}

using Maker = Page (*)(const AdminHandlers&);

/// Null: there is no such page.
Maker maker_of(std::string_view path) {
  if (path == "/") {
    return [](const AdminHandlers& handlers) {
      return Page{200, kHtml, handlers.status()};
    };
  }
  if (path == "/metrics") {
    return [](const AdminHandlers& handlers) {
      return Page{200, kMetricsText, handlers.metrics()};
    };
  }
  if (path == "/livez") {
    return [](const AdminHandlers& handlers) {
      return health_page(handlers.not_live);
    };
  }
  if (path == "/readyz") {
    return [](const AdminHandlers& handlers) {
      return health_page(handlers.not_ready);
    };
  }
  return nullptr;
}

/// The path of a target in origin form or, as a proxy sends it, in absolute
/// form (RFC 9112, 3.2).
std::string_view path_of(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  target = target.substr(0, target.find('?'));
  if (!target.starts_with(kScheme)) return target;
  const auto slash = target.find('/', kScheme.size());
  return slash == target.npos ? "/" : target.substr(slash);
}

}  // namespace

Page error_page(unsigned status, std::string_view text) {
  return {status, kPlainText, std::string(text) + "\n"};
}

Page page_for(const AdminHandlers& handlers, std::string_view method,
              std::string_view target) {
  const Maker make = maker_of(path_of(target));
  if (make == nullptr) return error_page(404, "no such page; / lists them");
  if (method != "GET" && method != "HEAD") {
    return error_page(405, "only GET and HEAD");
  }
  try {
    return make(handlers);
  } catch (const std::exception&) {  // a handler's: the daemon goes on
    return error_page(500, "internal error");
  }
}

}  // namespace cflt::serve::admin
