#include "daemon/compression/formats.h"

#include <utility>

#include "core/bytes.h"
#include "daemon/compression/gzip_reader.h"
#include "daemon/compression/gzip_writer.h"
#include "daemon/compression/zstd_reader.h"
#include "daemon/compression/zstd_writer.h"

namespace cflt::compression {

std::unique_ptr<Decoder> make_decoder(Compression compression) {
  switch (compression) {
    case Compression::kZstd:
      return std::make_unique<ZstdReader>();
    case Compression::kGzip:
      return std::make_unique<GzipReader>();
    case Compression::kNone:
      break;
  }
  CFLT_CHECK(false);
}

std::unique_ptr<Encoder> make_encoder(Compression compression,
                                      Encoder::Write write) {
  switch (compression) {
    case Compression::kZstd:
      return std::make_unique<ZstdWriter>(std::move(write));
    case Compression::kGzip:
      return std::make_unique<GzipWriter>(std::move(write));
    case Compression::kNone:
      break;
  }
  CFLT_CHECK(false);
}

}  // namespace cflt::compression
