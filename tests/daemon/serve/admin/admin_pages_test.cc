#include "daemon/serve/admin/admin_pages.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/canary/canary.h"

namespace cflt::serve::admin {
namespace {

AdminHandlers fine() {
  return {[] { return std::string("x_total 1\n"); },
          [] { return std::string("<!doctype html>"); },
          [] { return std::string(); }, [] { return std::string(); }};
}

Page get(std::string_view target, const AdminHandlers& handlers = fine()) {
  return page_for(handlers, "GET", target);
}

TEST(AdminPages, MetricsAreAsTheHandlerMadeThem) {
  EXPECT_EQ(get("/metrics").body, "x_total 1\n");
  EXPECT_EQ(get("/metrics").content_type,
            "text/plain; version=0.0.4; charset=utf-8");
}

TEST(AdminPages, NoReasonAgainstItIsOk) {
  for (const char* target : {"/livez", "/readyz"}) {
    EXPECT_EQ(get(target).status, 200U);
    EXPECT_EQ(get(target).body, "ok\n");
  }
}

TEST(AdminPages, ReasonIsA503) {
  AdminHandlers handlers = fine();
  handlers.not_ready = [] { return std::string("sink shipper: down"); };
  EXPECT_EQ(get("/readyz", handlers).status, 503U);
  EXPECT_EQ(get("/readyz", handlers).body, "sink shipper: down\n");
  EXPECT_EQ(get("/livez", handlers).status, 200U);
  std::swap(handlers.not_ready, handlers.not_live);
  EXPECT_EQ(get("/livez", handlers).status, 503U);
}

TEST(AdminPages, ReasonIsRedactedAndOneLine) {
  const std::string secret = canary::Canaries(2).next_secret();
  AdminHandlers handlers = fine();
  handlers.not_ready = [&] { return "sink " + secret + "\nx: down"; };
  EXPECT_EQ(get("/readyz", handlers).body, "sink cflt****\\x0ax: down\n");
}

TEST(AdminPages, RootIsThePageForPeople) {
  EXPECT_EQ(get("/").body, "<!doctype html>");
  EXPECT_EQ(get("/").content_type, "text/html; charset=utf-8");
}

TEST(AdminPages, QueryIsIgnored) {
  EXPECT_EQ(get("/livez?verbose").status, 200U);
}

TEST(AdminPages, TargetMayBeAbsolute) {
  EXPECT_EQ(get("http://localhost:9464/livez").status, 200U);
  EXPECT_EQ(get("http://localhost/?x=/livez").body, get("/").body);
  EXPECT_EQ(get("http://localhost").body, get("/").body);
  EXPECT_EQ(get("http://localhost/nothing").status, 404U);
}

TEST(AdminPages, OtherPathsAre404) {
  for (const char* target : {"", "*", "/metrics/", "//", "/livez/../metrics"}) {
    EXPECT_EQ(get(target).status, 404U) << target;
  }
}

TEST(AdminPages, OtherMethodsAre405) {
  for (const char* method : {"POST", "get", "OPTIONS", "BREW"}) {
    EXPECT_EQ(page_for(fine(), method, "/metrics").status, 405U) << method;
  }
  EXPECT_EQ(page_for(fine(), "HEAD", "/metrics").status, 200U);
}

TEST(AdminPages, HandlerThatThrowsIsA500) {
  AdminHandlers handlers = fine();
  handlers.metrics = []() -> std::string { throw std::runtime_error("x"); };
  EXPECT_EQ(get("/metrics", handlers).status, 500U);
}

}  // namespace
}  // namespace cflt::serve::admin
