// Messages that the proxy itself sends in the kernel's name: signed with its key, under its
// session. JupyterLab drops what still waits of one session when a message of another one comes
// (@jupyterlab/services, default.ts, _assertCurrentMessage).
#pragma once

#include "jupyter/json_text.h"
#include "jupyter/message.h"
#include "proxy/frames.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::proxy {

class Voice {
 public:
  explicit Voice(const jupyter::Signer& signer) : signer_(signer) {}

  // A header of the kernel: session, user name and protocol version are taken from it.
  void imitate(const jupyter::Json& header);

  // `parent`: the header of the request, as received; "{}" for none.
  Frames publish(std::string_view type, std::string_view parent, jupyter::Json content) const;
  Frames reply(const std::vector<std::string>& identities, std::string_view type,
               std::string_view parent, jupyter::Json content) const;
  // iopub_welcome (JEP 65): the topic of the subscription in front, where it has one.
  Frames welcome(std::string_view subscription) const;
  // A request of our own to the kernel; its id goes to `id`.
  Frames ask(std::string_view type, jupyter::Json content, std::string& id) const;

 private:
  Frames compose(std::vector<std::string> front, std::string_view type, std::string_view parent,
                 jupyter::Json content, std::string* id = nullptr) const;

  const jupyter::Signer& signer_;
  std::string session_ = jupyter::new_id();
  std::string user_;
  std::string version_;
};

}  // namespace km::proxy
