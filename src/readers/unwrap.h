// Takes the log line out of what other programs put around it.
#pragma once

#include "intake/excerpt.h"

namespace km::readers {

// Lines that are JSON objects of a logging program (Colab's jupyter.log, Docker's and Kubernetes'
// json-file, structured loggers) become the message in them; quoted texts ("> " of a mail or a
// forum) and pytest's "E " before every line lose that. Numbers stay; one line may become several
// of one number.
intake::Excerpt unwrapped(intake::Excerpt excerpt);

}  // namespace km::readers
