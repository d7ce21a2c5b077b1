#include "daemon/http/patients.h"

#include <boost/asio/ip/address.hpp>
#include <utility>

#include "daemon/config/listen_address.h"

namespace coagwatch::daemon {
namespace {

bool is_loopback(const std::string& listen) {
  const std::optional<ListenAddress> address = parse_listen_address(listen);
  if (!address) return false;
  if (address->host == "localhost") return true;
  boost::system::error_code error;
  const auto host = boost::asio::ip::make_address(address->host, error);
  return !error && host.is_loopback();
}

}  // namespace

std::vector<HttpRoute> patient_routes(const std::string& listen, PatientAnswer answer) {
  const std::string path = "/api/v1/patients/";
  if (!is_loopback(listen)) {
    return {{"GET", path, [](const HttpRequest&) {
               return http_problem(403, "patients are shown where http.listen is a loopback address only");
             }}};
  }
  return {{"GET", path,
           [answer = std::move(answer), begin = path.size()](const HttpRequest& request) {
             return answer(request.path.substr(begin));
           },
           true}};
}

}  // namespace coagwatch::daemon
