// A small fit: scikit-learn brings an OpenMP runtime and SciPy's BLAS of its own.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import numpy
from sklearn.cluster import KMeans

points = numpy.array([[0.0, 0.0], [0.0, 1.0], [9.0, 9.0], [9.0, 8.0]])
labels = KMeans(n_clusters=2, n_init=1, random_state=0).fit(points).labels_
if labels[0] == labels[1] != labels[2] == labels[3]:
    tell(says="two clusters of four points are found")
else:
    tell(failed="four points in two clusters were told apart as " + str(list(labels)))
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe cpu_sklearn() {
  return {.name = "cpu-sklearn",
          .question = "Does scikit-learn fit a small model?",
          .needs = "import-sklearn",
          .limit = std::chrono::seconds(90),
          .applies = has_sklearn,
          .ask = ask};
}

}  // namespace km::probe
