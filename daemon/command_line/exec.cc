#include <fmt/format.h>

#include "daemon/command_line/verbs.h"
#include "daemon/exec/exec_command.h"

namespace cflt::command_line {
namespace {

constexpr const char* kExecHelp =
    R"(Runs CMD, redacts its stdout and its stderr, and ends with its exit status:
  cflt-redact exec [OPTIONS] -- CMD [ARG...]

Examples:
  cflt-redact exec -- java -jar app.jar      as the ENTRYPOINT of an image
  cflt-redact exec -o app.log -- app --port 80  stdout to a file
  cflt-redact exec --tty -- psql             with a terminal: prompts, colours

Signals are passed on to CMD (SIGUSR1 too). Options behind CMD are CMD's.
Exit codes: that of CMD, 128 + signal, 127 no such command, 126 it cannot be
run, 2 usage or input/output, 70 internal failure.
)";

struct ExecWords {
  std::string stats;
  std::string on_failure = "discard";
  bool line_buffered = false;
};

void add_exec_options(CLI::App& app, exec::ExecOptions& options,
                      ExecWords& words) {
  app.add_option("-o,--output", options.output,
                 "Write what CMD prints on stdout to this file")
      ->type_name("FILE");
  app.add_flag("-a,--append", options.append,
               "With -o, write to the end of the file, and keep what it holds");
  app.add_flag("--tty", options.terminal,
               "Give CMD a terminal: prompts, colours and line buffering stay; "
               "stdout and stderr are one");
  app.add_option("--on-failure", words.on_failure,
                 "What if writing or scanning fails: go on and discard what "
                 "CMD prints, or end it with SIGTERM")
      ->type_name("discard|kill")
      ->check(CLI::IsMember({"discard", "kill"}))
      ->capture_default_str();
  add_stats(app, words.stats);
  add_metrics_file(app, options.metrics_file);
  app.add_flag("--ignore-interrupts", options.ignore_interrupts,
               "Do not pass SIGINT on");
  app.add_flag("--line-buffered", words.line_buffered,
               "Accepted for habit: output never waits for more input");
}

struct ExecVerb {
  CLI::App app{kExecHelp, "cflt-redact exec"};
  exec::ExecOptions options;
  ExecWords words;
  RuleWords rules;

  ExecVerb() {
    add_common(app);
    add_exec_options(app, options, words);
    add_mask(app, rules);
    add_rule_options(app, rules);
  }
};

}  // namespace

void visit_exec(const OptionsVisitor& visit) {
  ExecVerb verb;
  // The parser stops in front of it; completions go on.
  std::string command;
  verb.app.add_option("CMD", command, "What to run")->type_name("CMD");
  visit(verb.app);
}

Command parse_exec(Arguments arguments) {
  ExecVerb verb;
  auto& [app, options, words, rules] = verb;
  if (auto end = parse_before_command(app, arguments, options.command)) {
    return *end;
  }
  set_rules(rules, options.rules);
  if (auto error = set_stats(words.stats, options.stats)) return *error;
  options.on_failure = words.on_failure == "kill" ? exec::OnFailure::kKill
                                                  : exec::OnFailure::kDiscard;
  if (options.append && !options.output) return UsageError{"-a goes with -o"};
  if (options.command.empty()) {
    return UsageError{"exec takes a command: exec [OPTIONS] -- CMD [ARG...]"};
  }
  return options;
}

}  // namespace cflt::command_line
