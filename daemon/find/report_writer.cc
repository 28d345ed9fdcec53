#include "daemon/find/report_writer.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iterator>

#include "daemon/base/messages.h"
#include "daemon/find/sarif.h"

namespace cflt::find {
namespace {

using secret::Verdict;

// The colours of grep and ripgrep (ECMA-48, SGR).
constexpr std::string_view kPathColor = "\x1b[35m";
constexpr std::string_view kPlaceColor = "\x1b[32m";
constexpr std::string_view kFormColor = "\x1b[1;31m";
constexpr std::string_view kNoColor = "\x1b[0m";

std::string_view text_of(const std::optional<std::string>& text) {
  return text ? std::string_view(*text) : "-";
}

std::string_view suffix_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kTruncated:
      return ",truncated";
    case Verdict::kSuspected:
      return ",suspected";
    case Verdict::kRejected:
      return ",rejected";
    default:
      return "";
  }
}

void append_text(const Report& report, std::string_view path, bool color,
                 std::string& output) {
  const auto in = [color](std::string_view sequence) {
    return color ? sequence : std::string_view();
  };
  fmt::format_to(
      std::back_inserter(output),
      "{}{}{}:{}{}:{}{}: {}{}{}{} key_id={} fingerprint={}{}{}\n",
      in(kPathColor), path, in(kNoColor), in(kPlaceColor), report.line,
      report.column, in(kNoColor), in(kFormColor), forms::name(report.form),
      suffix_of(report.verdict), in(kNoColor), text_of(report.key_id),
      text_of(report.fingerprint),
      report.owner.empty() ? "" : " owner=", base::safe_text(report.owner));
}

boost::json::value or_null(const std::optional<std::string>& text) {
  return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

std::string to_json(const Report& report, std::string_view path) {
  return boost::json::serialize(boost::json::object{
             {"path", path},
             {"line", report.line},
             {"column", report.column},
             {"offset", report.offset},
             {"form", forms::name(report.form)},
             {"proof", proof_of(report.verdict)},
             {"truncated", secret::is_cut_short(report.verdict)},
             {"rejected", report.verdict == Verdict::kRejected},
             {"key_id", or_null(report.key_id)},
             {"fingerprint", or_null(report.fingerprint)},
             {"owner", report.owner.empty()
                           ? boost::json::value(nullptr)
                           : boost::json::value(base::safe_text(report.owner))},
         }) +
         "\n";
}

}  // namespace

ReportWriter::ReportWriter(ReportFormat format, std::string_view path)
    : format_(format), path_(base::safe_text(path)) {}

void ReportWriter::append(const Report& report, std::string& output) const {
  if (format_ == ReportFormat::kSarif) {
    output += to_sarif(report, path_);
  } else if (format_ == ReportFormat::kJson) {
    output += to_json(report, path_);
  } else {
    append_text(report, path_, format_ == ReportFormat::kColorText, output);
  }
}

}  // namespace cflt::find
