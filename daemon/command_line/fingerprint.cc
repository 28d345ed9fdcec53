#include "daemon/command_line/verbs.h"

namespace cflt::command_line {
namespace {

constexpr const char* kFingerprintHelp =
    R"(Reads secrets, one a line, and prints their fingerprints: lines that tell whose a
secret is and hold no secret.

Examples:
  cflt-redact fingerprint secrets.txt >keys.txt
  cflt-redact scan --names keys.txt /var/log
  pass show kafka/payments | cflt-redact fingerprint

A line is `SECRET [KEYID [OWNER]]`; `-` is a key that is not known, and the owner is
the rest of the line. Printed is `FINGERPRINT KEYID OWNER`. Empty lines and those
that begin with `#` mean nothing. What is no secret is refused by the number of its
line, which is never shown.
Exit codes: 0 printed, 2 usage, input/output, or a line was refused.
)";

constexpr const char* kShortFingerprintHelp =
    R"(Usage: cflt-redact fingerprint [FILE]
Prints the fingerprints of secrets, which it reads one a line:
  cflt-redact fingerprint secrets.txt
Try --help; `-` as FILE reads from the terminal.
)";

struct FingerprintVerb {
  CLI::App app{kFingerprintHelp, "cflt-redact fingerprint"};
  std::string path;

  FingerprintVerb() {
    add_common(app);
    app.add_option("FILE", path, "What to read; `-`, or none, is stdin");
  }
};

}  // namespace

void visit_fingerprint(const OptionsVisitor& visit) {
  visit(FingerprintVerb().app);
}

Command parse_fingerprint(Arguments arguments, bool stdin_is_terminal) {
  FingerprintVerb verb;
  if (auto end = parse(verb.app, arguments)) return *end;
  if (verb.path.empty() && stdin_is_terminal) {
    return ShortHelp{kShortFingerprintHelp};
  }
  return fingerprints::FingerprintOptions{verb.path.empty() ? "-" : verb.path};
}

}  // namespace cflt::command_line
