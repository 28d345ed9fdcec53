#include "daemon/compression/formats.h"

#include <utility>

#include "daemon/compression/gzip_reader.h"
#include "daemon/compression/gzip_writer.h"
#include "daemon/compression/zstd_reader.h"
#include "daemon/compression/zstd_writer.h"

namespace cflt::compression {

std::unique_ptr<Decoder> make_decoder(Compression compression) {
  if (compression == Compression::kZstd) return std::make_unique<ZstdReader>();
  return std::make_unique<GzipReader>();
}

std::unique_ptr<Encoder> make_encoder(Compression compression,
                                      Encoder::Write write) {
  if (compression == Compression::kZstd) {
    return std::make_unique<ZstdWriter>(std::move(write));
  }
  return std::make_unique<GzipWriter>(std::move(write));
}

}  // namespace cflt::compression
