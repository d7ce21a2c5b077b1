#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <set>

#include "daemon/http/route_table.h"
#include "daemon/http/server.h"

namespace coagwatch::daemon {

class HttpSession;

/// What all sessions of one server share. One thread touches it: the server's.
struct HttpSessions {
  const HttpOptions& options;
  const RouteTable& routes;
  Metrics* metrics = nullptr;        ///< may be null
  std::set<HttpSession*> open;       ///< those alive
  boost::asio::thread_pool& beside;  ///< where handlers run that may wait
  std::size_t waiting = 0;           ///< how many are there
  bool stopping = false;
};

/// Serves one accepted connection until either side closes it. The session keeps itself alive.
void serve_connection(boost::asio::ip::tcp::socket socket, HttpSessions& sessions);

/// Answers 503 to a connection beyond the limit and closes it.
void refuse_connection(boost::asio::ip::tcp::socket socket, HttpSessions& sessions);

/// Closes sessions that wait for a request; those that answer one end when they have.
void stop_sessions(HttpSessions& sessions);

}  // namespace coagwatch::daemon
