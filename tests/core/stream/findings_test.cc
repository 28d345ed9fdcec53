// What a stream reports: the findings of the reference, for any chunking.
#include "core/stream/findings.h"

#include <ostream>

#include "core/secret/secret.h"
#include "tests/support/fragments.h"
#include "tests/support/harness.h"

namespace cflt::stream {
namespace {

using test::compose;
using test::options_from;

struct Found {
  std::uint64_t begin;
  std::uint64_t end;
  std::string form;
  std::string verdict;

  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << found.begin << ".." << found.end << ' ' << found.form << ' '
             << found.verdict;
}

std::string word_for(secret::Verdict verdict) {
  return verdict == secret::Verdict::kFound       ? "found"
         : verdict == secret::Verdict::kTruncated ? "truncated"
         : verdict == secret::Verdict::kSuspected ? "suspected"
                                                  : "rejected";
}

class Reporting {
 public:
  explicit Reporting(const Options& options)
      : rules_(options),
        scanner_(scan::Scanner::make(forms::families(options.forms), nullptr)
                     .value()),
        stream_(rules_, scanner_),
        window_(kChunkBytes, kKeptBytes) {
    stream_.report_to(findings_);
  }

  std::vector<Found> report(const std::string& input, std::size_t size) {
    for (std::size_t at = 0; at < input.size(); at += size) {
      const std::size_t count = std::min(size, input.size() - at);
      std::copy_n(&input[at], count, window_.room().begin());
      const Bytes view = window_.filled(count);
      const auto pieces = stream_.feed(view, window_.fresh_at());
      take();
      window_.keep(std::min(view.size(), kKeptBytes), pieces);
    }
    stream_.finish(window_.filled(0));
    take();
    return found_;
  }

 private:
  static constexpr std::size_t kChunkBytes = 4096;
  static constexpr std::size_t kKeptBytes = 3000;

  void take() {
    for (const Finding& finding : findings_.all()) {
      found_.push_back({finding.begin, finding.end,
                        std::string(forms::name(finding.form)),
                        word_for(finding.verdict)});
      if (finding.verdict != secret::Verdict::kFound) continue;
      const char* body = finding.symbols.data();
      const auto check = secret::check_of(body);
      RC_ASSERT(
          std::equal(check.begin(), check.end(), body + secret::kBodyCount));
    }
  }

  Rules rules_;
  scan::Scanner scanner_;
  Stream stream_;
  Window window_;
  Findings findings_;
  std::vector<Found> found_;
};

std::vector<Found> report_by_reference(const std::string& input,
                                       const Options& options) {
  std::vector<Found> found;
  const auto result = reference::redact(input, test::reference_rules(options));
  for (const auto& hit : result.hits) {
    found.push_back({hit.anchor_begin, hit.span_end, hit.form, hit.verdict});
  }
  return found;
}

RC_GTEST_PROP(Findings, AreThoseOfTheReferenceForAnyChunking,
              (const std::vector<std::uint8_t>& recipe, std::uint32_t bits,
               std::uint8_t size)) {
  const std::string input = compose(recipe);
  const auto options = options_from(bits);
  RC_ASSERT(Reporting(options).report(input, 1U + size) ==
            report_by_reference(input, options));
}

TEST(Findings, AreForgottenAtTheNextCall) {
  Options options;
  Rules rules(options);
  auto scanner =
      scan::Scanner::make(forms::families(options.forms), nullptr).value();
  Stream stream(rules, scanner);
  Window window(4096);
  Findings findings;
  stream.report_to(findings);
  std::string text = test::overlapping_chain(1, 2);
  std::copy(text.begin(), text.end(), window.room().begin());
  const auto pieces = stream.feed(window.filled(text.size()), 0);
  EXPECT_EQ(findings.all().size(), 2U);
  window.keep(stream.keep(), pieces);
  stream.finish(window.filled(0));
  EXPECT_EQ(findings.all().size(), 0U);
}

}  // namespace
}  // namespace cflt::stream
