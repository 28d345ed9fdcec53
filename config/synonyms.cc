// What people write who come from another program, and what it is called here.
#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

#include "config/complaint.h"
#include "config/keys.h"
#include "config/suggest.h"
#include "config/words.h"

namespace cflt::config {
namespace {

/// In snake case. The first row whose key is known in a map counts there.
constexpr std::array kKeySynonyms = {
    Synonyms{"address",
             "adress addr listen bind host port url uri endpoint endpoints "
             "target server remote ip socket socket_path listen_address "
             "bind_address listen_on destination localip protocol transport"},
    Synonyms{"max_length",
             "max_record max_record_size max_record_length max_line max_size "
             "max_line_bytes max_line_length max_message_size max_msg_size "
             "log_msg_size maxmessagesize maxlen line_max buffer_chunk_size "
             "buffer_max_size max_bytes max_length_bytes"},
    Synonyms{"too_long",
             "on_too_long oversize oversized truncate "
             "skip_long_lines trim_large_messages"},
    Synonyms{"connection_limit",
             "max_connections maxconn max_conn max_clients connections "
             "max_sessions maxsessions connections_limit limit_conn"},
    Synonyms{"permit_origin",
             "allow allowed allow_from allowlist whitelist acl permit "
             "allowed_origins allowedsender allowed_networks permit_origins "
             "permitted_peers"},
    Synonyms{"idle_timeout",
             "timeout idle keepalive_timeout timeout_client "
             "connection_timeout read_timeout client_timeout"},
    Synonyms{"record_timeout", "flush_timeout multiline_timeout frame_timeout"},
    Synonyms{"drain_timeout",
             "shutdown_timeout grace_period graceful_timeout stop_timeout "
             "graceful_shutdown_limit_secs grace hard_stop_after"},
    Synonyms{"mode",
             "perm permissions socket_mode socket_file_mode file_mode "
             "filecreatemode unix_perm"},
    Synonyms{"user", "owner uid fileowner"},
    Synonyms{"group", "gid filegroup"},
    Synonyms{"framing",
             "delimiter separator codec decoding encoding format "
             "flags octet_counted tcp_framing frame_delimiter"},
    Synonyms{"embedded_newline", "newline newlines escape_newline multiline"},
    Synonyms{"inputs", "input source sources from match"},
    Synonyms{"path", "file filename filepath file_path output dest logfile"},
    Synonyms{"buffer.max_size",
             "queue_size buffer_size max_size queue.size mem_buf_limit "
             "log_fifo_size total_limit_size storage.total_limit_size"},
    Synonyms{"buffer.when_full",
             "when_full on_full overflow overflow_action on_overflow "
             "flow_control"},
    Synonyms{"buffer", "buffers queue disk_buffer storage"},
    Synonyms{"reconnect.initial",
             "time_reopen retry_initial_backoff_secs "
             "retry_interval resumeinterval"},
    Synonyms{"reconnect.max", "max_backoff retry_max_duration_secs"},
    Synonyms{"reconnect", "retry retries backoff retry_limit"},
    Synonyms{"max_size",
             "size max_bytes max limit limit_bytes max_length "
             "capacity"},
    Synonyms{"when_full", "on_full overflow overflow_action action policy"},
    Synonyms{"initial",
             "min start base initial_backoff initial_interval "
             "delay interval"},
    Synonyms{"max", "maximum max_backoff max_interval cap limit"},
    Synonyms{"app_name",
             "tag program programname ident appname process "
             "identifier"},
    Synonyms{"hostname", "host_name"},
    Synonyms{"severity", "level priority pri"},
    Synonyms{"facility", "priority pri syslogfacility"},
    Synonyms{"workers",
             "threads nbthread worker_threads worker nproc "
             "num_threads concurrency"},
    Synonyms{"memory_limit",
             "memory mem_limit max_memory memory_max "
             "max_mem memlimit"},
    Synonyms{"admin",
             "metrics stats prometheus http http_server http_port api "
             "health monitoring"},
    Synonyms{"log.level", "log_level loglevel verbosity level"},
    Synonyms{"log.format", "log_format format"},
    Synonyms{"log", "logging logs logger"},
    Synonyms{"level", "verbosity loglevel log_level severity"},
    Synonyms{"mask", "mask_length replacement replace_with placeholder"},
    Synonyms{"mismatch", "checksum invalid rejected on_mismatch"},
    Synonyms{"truncated", "truncate cut partial"},
    Synonyms{"sources", "source input inputs frontend frontends receivers"},
    Synonyms{"sinks",
             "sink output outputs destination destinations backend "
             "backends exporters"},
    Synonyms{"service", "global server daemon general settings"},
    Synonyms{"redact",
             "rules redaction redactor filter filters transforms "
             "processors"},
    Synonyms{"tls", "ssl secure"},
};

constexpr std::array kValueSynonyms = {
    Synonyms{"newline",
             "newline_delimited lf line lines non_transparent "
             "nontransparent character_delimited traditional "
             "octet_stuffing"},
    Synonyms{"octet_counting",
             "octet_counted octetcounted counted length "
             "syslog rfc6587 octet-counted"},
    Synonyms{"nul", "null zero 0 z nul_delimited"},
    Synonyms{"drop_newest", "drop drop_new discard discard_new dropnew reject"},
    Synonyms{"block", "wait stall backpressure"},
    Synonyms{"stdout", "console print"},
    Synonyms{"blackhole", "null devnull discard none"},
    Synonyms{"lines", "tcp udp unix socket raw text line plain forward"},
    Synonyms{"syslog", "rsyslog rfc5424 rfc3164"},
    Synonyms{"stdin", "console pipe"},
    Synonyms{"escape", "escaped"},
    Synonyms{"truncate", "cut trim drop"},
    Synonyms{"warn", "warning notice"},
    Synonyms{"error", "err crit critical fatal"},
    Synonyms{"debug", "trace"},
    Synonyms{"emerg", "emergency panic"},
    Synonyms{"crit", "critical fatal"},
    Synonyms{"err", "error"},
    Synonyms{"warning", "warn"},
    Synonyms{"info", "informational"},
    Synonyms{"kern", "kernel"},
    Synonyms{"authpriv", "security"},
};

bool holds(std::string_view words, std::string_view word) {
  std::istringstream stream{std::string(words)};
  for (std::string each; stream >> each;) {
    if (each == word) return true;
  }
  return false;
}

/// "maxLength" and "max-length" as "max_length".
std::string snake_case(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !result.empty() && result.back() != '_') result += '_';
    result += c == '-' || c == ' ' ? '_'
              : upper              ? static_cast<char>(c - 'A' + 'a')
                                   : c;
  }
  return result;
}

/// Whether a word may be suggested where `known` are known.
bool is_known(std::string_view word, const std::vector<std::string>& known) {
  return std::ranges::find(known, word.substr(0, word.find('.'))) !=
         known.end();
}

std::optional<std::string> synonym(std::string_view word,
                                   std::span<const Synonyms> rows,
                                   const std::vector<std::string>& known) {
  for (const Synonyms& row : rows) {
    if (is_known(row.here, known) && holds(row.written, word)) {
      return std::string(row.here);
    }
  }
  return std::nullopt;
}

/// No word is that long; a distance to it would take long.
constexpr std::size_t kLongestWord = 64;

std::string suggest(std::string_view text, std::span<const Synonyms> rows,
                    const std::vector<std::string>& known) {
  if (text.size() > kLongestWord) return {};
  const std::string word = snake_case(text);
  if (is_known(word, known)) return "; did you mean " + word + "?";
  const auto found = synonym(word, rows, known);
  return found ? "; did you mean " + *found + "?" : suggestion(word, known);
}

}  // namespace

std::span<const Synonyms> key_synonyms() { return kKeySynonyms; }

std::string key_suggestion(std::string_view key, const KeyTable& table) {
  std::vector<std::string> known;
  for (const Key& each : table.keys) {
    if (each.removed.empty()) known.emplace_back(each.name);
  }
  return suggest(key, kKeySynonyms, known);
}

Problem unknown_word(std::string_view text,
                     const std::vector<std::string>& known) {
  std::string all;
  for (const std::string& word : known) all += (all.empty() ? "" : ", ") + word;
  return {shown(text) + " is not one of " + all +
          suggest(text, kValueSynonyms, known)};
}

}  // namespace cflt::config
