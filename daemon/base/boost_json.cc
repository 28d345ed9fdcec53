// Boost.JSON, compiled once, so that no library has to be installed for it.
#include <boost/json/src.hpp>
