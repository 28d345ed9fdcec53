// Starts the program of a bundle with the bundle's own loader and libraries,
// whatever the system has: no libraries, another libc, an empty chroot. With
// the arguments `copy-bundle FOLDER` it copies the bundle there, which an init
// container without a shell could not do otherwise.
//
// The loader is told by arguments, not by LD_LIBRARY_PATH, which the children
// of `exec` would inherit. It is linked statically; see scripts/package.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace {

constexpr int kExitError = 2;       // as the program says it
constexpr int kExitNotFound = 127;  // as a shell says it

/// The folder of the file at `path`, with all links followed; or empty.
std::string folder_of(const char* path) {
  char resolved[PATH_MAX];
  if (path == nullptr || ::realpath(path, resolved) == nullptr) return {};
  const std::string whole = resolved;
  return whole.substr(0, whole.rfind('/'));
}

/// The bundle's folder, or empty. The kernel tells the file that was started,
/// also where there is no /proc; /proc also tells it of one that was started by
/// its descriptor (fexecve(3)).
std::string find_bundle(const std::string& loader) {
  const auto* started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  for (const char* path : {started, "/proc/self/exe"}) {
    const std::string folder = folder_of(path);
    if (!folder.empty() && ::access((folder + loader).c_str(), X_OK) == 0) {
      return folder;
    }
  }
  return {};
}

/// Puts aside what the environment tells a loader: it is meant for the
/// libraries of the command under `exec`, and may not fit those of the bundle.
/// The program gives it back (daemon/exec/inherited.h).
void put_loader_variables_aside() {
  for (const char* name : {"LD_PRELOAD", "LD_AUDIT", "GLIBC_TUNABLES"}) {
    const char* value = ::getenv(name);
    if (value == nullptr) continue;
    ::setenv((std::string("CFLT_BUNDLE_") + name).c_str(), value, 1);
    ::unsetenv(name);
  }
}

/// What stands at `to` is replaced file by file. Returns the exit code.
int copy_bundle(const std::string& from, const char* to) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string inside = fs::weakly_canonical(to, error).string() + '/';
  if (inside.starts_with(from + '/')) {
    error = std::make_error_code(std::errc::invalid_argument);
  }
  if (!error) fs::create_directories(to, error);
  if (!error) {
    fs::copy(from, to,
             fs::copy_options::recursive | fs::copy_options::copy_symlinks |
                 fs::copy_options::overwrite_existing,
             error);
  }
  if (!error) return 0;
  ::fprintf(stderr, "cflt-redact: copy-bundle: %s: %s\n", to,
            error.message().c_str());
  return kExitError;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string loader = "/lib/" CFLT_LOADER;
  const std::string bundle = find_bundle(loader);
  if (bundle.empty()) {
    ::fputs(
        "cflt-redact: the bundle's folder lib is not beside the program: move "
        "the folder as a whole, or make a link to the program in it\n",
        stderr);
    return kExitNotFound;
  }
  if (argc > 1 && std::string(argv[1]) == "copy-bundle") {
    if (argc == 3 && argv[2][0] != '-') return copy_bundle(bundle, argv[2]);
    ::fputs("usage: cflt-redact copy-bundle FOLDER\n", stderr);
    return kExitError;
  }
  put_loader_variables_aside();
  const std::string file = bundle + loader;
  const std::string library_path = bundle + "/lib";
  const std::string program = bundle + "/lib/cflt-redact";
  std::vector<const char*> words = {
      file.c_str(),     "--inhibit-cache",
      "--library-path", library_path.c_str(),
      "--argv0",        argc > 0 ? argv[0] : "cflt-redact",
      program.c_str()};
  for (int i = 1; i < argc; ++i) words.push_back(argv[i]);
  words.push_back(nullptr);
  ::execv(file.c_str(), const_cast<char* const*>(words.data()));
  ::perror(file.c_str());
  return kExitNotFound;
}
