// Who asks the admin endpoint, in a test.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <string>

namespace cflt::serve::admin {

/// A blocking client.
class Client {
 public:
  explicit Client(std::uint16_t port, const char* host = "127.0.0.1") {
    socket_.connect({boost::asio::ip::make_address(host), port});
  }

  /// Whether the server may still take them.
  bool send(const std::string& bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes), error);
    return !error;
  }

  /// Until the server closes, in peace.
  std::string receive_all() {
    std::string all;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(all), error);
    EXPECT_EQ(error, boost::asio::error::eof);
    return all;
  }

  boost::beast::http::response<boost::beast::http::string_body> receive(
      bool head = false) {
    boost::beast::http::response_parser<boost::beast::http::string_body> parser;
    parser.skip(head);
    boost::beast::http::read(socket_, buffer_, parser);
    return parser.release();
  }

  std::string exchange(const std::string& bytes) {
    send(bytes);
    return receive_all();
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace cflt::serve::admin
