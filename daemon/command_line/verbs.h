// The verbs: for each a parser, whose `arguments` are those behind it, and its
// options, from which help, completions and the man page's test are made.
#pragma once

#include <array>
#include <functional>

#include "daemon/command_line/parser.h"

namespace cflt::command_line {

Command parse_filter(Arguments arguments, bool stdin_is_terminal);
Command parse_canary(Arguments arguments);
Command parse_exec(Arguments arguments);
Command parse_scan(Arguments arguments, bool stdin_is_terminal);
Command parse_fingerprint(Arguments arguments, bool stdin_is_terminal);
Command parse_serve(Arguments arguments);
Command parse_validate(Arguments arguments);
Command parse_health(Arguments arguments);
Command parse_completion(Arguments arguments);

/// Takes a verb's options; they live during the call.
using OptionsVisitor = std::function<void(const CLI::App&)>;

void visit_filter(const OptionsVisitor& visit);
void visit_exec(const OptionsVisitor& visit);
void visit_scan(const OptionsVisitor& visit);
void visit_fingerprint(const OptionsVisitor& visit);
void visit_canary(const OptionsVisitor& visit);
void visit_serve(const OptionsVisitor& visit);
void visit_validate(const OptionsVisitor& visit);
void visit_health(const OptionsVisitor& visit);
void visit_completion(const OptionsVisitor& visit);

struct Verb {
  const char* name;
  const char* summary;
  void (*visit)(const OptionsVisitor&);
};

/// All of them, the default first. A new verb is a line here.
inline constexpr std::array kVerbs = {
    Verb{"filter", "Redact stdin, or files, to stdout", visit_filter},
    Verb{"exec", "Run a command, redact what it prints", visit_exec},
    Verb{"scan", "Report where secrets are", visit_scan},
    Verb{"fingerprint", "Name secrets without showing them", visit_fingerprint},
    Verb{"serve", "Run the daemon, in the foreground", visit_serve},
    Verb{"validate", "Check a configuration", visit_validate},
    Verb{"health", "Ask a running daemon how it is", visit_health},
    Verb{"canary", "Make fake secrets, and see where they arrive",
         visit_canary},
    Verb{"completion", "Print the completions of a shell", visit_completion},
};

}  // namespace cflt::command_line
