#include "daemon/find/sarif.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "daemon/base/host_and_time.h"
#include "daemon/base/messages.h"
#include "daemon/base/version.h"

namespace cflt::find {
namespace {

using secret::Verdict;
namespace json = boost::json;

constexpr std::string_view kRule = "confluent-cloud-api-secret";
constexpr std::string_view kPartRule = "confluent-cloud-api-secret-part";

/// SARIF, 3.49: what the results refer to.
json::array rules() {
  const auto rule = [](std::string_view id, std::string_view what,
                       std::string_view level) {
    return json::object{
        {"id", id},
        {"shortDescription", {{"text", what}}},
        {"help", {{"text", "Rotate the API key, then remove the secret."}}},
        {"defaultConfiguration", {{"level", level}}}};
  };
  return {rule(kRule, "A Confluent Cloud API secret, proven by its checksum",
               "error"),
          rule(kPartRule, "A part of a secret, or what only looks like one",
               "warning")};
}

/// As a relative reference or a path (RFC 3986, 2.1 and 4.2).
std::string uri_of(std::string_view path) {
  constexpr std::string_view kKept = "-._~/";
  // `//` would be followed by a host.
  while (path.starts_with("//")) path.remove_prefix(1);
  std::string uri;
  for (const char c : path) {
    const bool is_kept = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                         ('0' <= c && c <= '9') || kKept.find(c) != kKept.npos;
    uri += is_kept ? std::string(1, c)
                   : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

json::object properties_of(const Report& report) {
  json::object properties{{"form", forms::name(report.form)},
                          {"proof", proof_of(report.verdict)}};
  if (report.key_id) properties["key_id"] = *report.key_id;
  if (!report.owner.empty()) {
    properties["owner"] = base::safe_text(report.owner);
  }
  return properties;
}

std::string message_of(const Report& report) {
  std::string text =
      report.verdict == Verdict::kFound ? "A Confluent Cloud API secret"
      : report.verdict == Verdict::kRejected
          ? "The shape of a Confluent Cloud API secret with a wrong checksum"
          : "A part of a Confluent Cloud API secret";
  if (report.key_id) text += ", of the API key " + *report.key_id;
  return text + fmt::format(", written as {}.", forms::name(report.form));
}

}  // namespace

std::string sarif_header() {
  const json::object driver{{"name", "cflt-redact"},
                            {"version", base::version_number()},
                            {"rules", rules()}};
  return fmt::format(
      R"({{"$schema":"https://json.schemastore.org/sarif-2.1.0.json",)"
      R"("version":"2.1.0","runs":[{{"tool":{{"driver":{}}},"results":[)"
      "\n",
      json::serialize(driver));
}

std::string to_sarif(const Report& report, std::string_view path) {
  json::object result{
      {"ruleId", report.verdict == Verdict::kFound ? kRule : kPartRule},
      {"level", report.verdict == Verdict::kFound ? "error" : "warning"},
      {"message", {{"text", message_of(report)}}},
      {"locations",
       json::array{json::object{{"physicalLocation",
                                 {{"artifactLocation", {{"uri", uri_of(path)}}},
                                  {"region",
                                   {{"startLine", report.line},
                                    {"startColumn", report.column},
                                    {"byteOffset", report.offset}}}}}}}},
      {"properties", properties_of(report)}};
  if (report.fingerprint) {
    result["partialFingerprints"] = {
        {"cfltRedactFingerprint/v1", *report.fingerprint}};
  }
  return std::string(kSarifSeparator) + json::serialize(result);
}

std::string sarif_footer(const SarifRun& run) {
  json::array notifications;
  for (const std::string& problem : run.not_scanned) {
    notifications.push_back(
        {{"level", "warning"},
         {"message", {{"text", base::safe_text(problem)}}}});
  }
  const json::array invocations{
      json::object{{"executionSuccessful", run.exit_code != base::kExitError},
                   {"exitCode", static_cast<int>(run.exit_code)},
                   {"startTimeUtc", base::to_utc(run.started)},
                   {"endTimeUtc", base::to_utc(run.ended)},
                   {"machine", base::safe_text(run.host)},
                   {"toolExecutionNotifications", std::move(notifications)}}};
  return fmt::format("\n],\"invocations\":{}}}]}}\n",
                     json::serialize(invocations));
}

}  // namespace cflt::find
