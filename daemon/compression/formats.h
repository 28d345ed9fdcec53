// The one place that knows all compressed formats. A new one is a reader and a
// writer beside the others, a line in compression.cc, and cases in formats.cc.
#pragma once

#include <memory>

#include "daemon/compression/compression.h"
#include "daemon/compression/decoder.h"
#include "daemon/compression/encoder.h"

namespace cflt::compression {

/// For any format but kNone.
std::unique_ptr<Decoder> make_decoder(Compression compression);

/// For any format but kNone.
std::unique_ptr<Encoder> make_encoder(Compression compression,
                                      Encoder::Write write);

}  // namespace cflt::compression
