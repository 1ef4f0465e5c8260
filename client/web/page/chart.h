// A line of values over days as SVG: its points, levels across, and marks of days. Drawn for eyes;
// the page shows the same figures in a table.
#ifndef OKR_CLIENT_WEB_CHART_H
#define OKR_CLIENT_WEB_CHART_H

#include "client/web/site/visit.h"

struct chart_point {
    int32_t day;
    double value;
    const char *text; // shown where the pointer is
};
struct chart_level {
    double value;
    const char *name;
    const char *look; // a class: "target", "start", "limit"
};
struct chart {
    const char *title;
    int32_t first, last; // days
    const struct chart_point *points;
    size_t n_points;
    const struct chart_level *levels;
    size_t n_levels;
    bool has_band; // values between these two are no news
    double band_low, band_high;
};
void put_chart(struct visit *v, const struct chart *chart);

#endif
