// Curves on paper: an SVG in an XHTML page, self-contained like the page. Markdown has none: the
// table beside it says the same. It knows no message.
#ifndef OKR_CLIENT_CLI_CORE_CHART_H
#define OKR_CLIENT_CLI_CORE_CHART_H

#include "client/cli/core/paper.h"

struct chart_curve {
    const char *name;     // translated
    const double *values; // one a label; NaN: none there, and the line goes on to the next
};
enum { CHART_CURVES_MOST = 4 };

// From zero up. `unit` stands at the axis. Curves differ by their dashes and marks, too, not by
// colour alone.
void chart(const struct paper *paper, const char *const *labels, size_t n_labels, const char *unit,
           const struct chart_curve *curves, size_t n_curves);

#endif
