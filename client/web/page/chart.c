#include "client/web/page/chart.h"

#include <math.h>
#include <stdlib.h>
#include "common/calendar.h"

enum { WIDTH = 720, HEIGHT = 240, LEFT = 8, RIGHT = 96, TOP = 14, BOTTOM = 24 };

struct scale {
    double low, high;
    int32_t first, last;
};

static void widen(struct scale *scale, double value)
{
    scale->low = value < scale->low ? value : scale->low;
    scale->high = value > scale->high ? value : scale->high;
}

static struct scale scale_of(const struct chart *chart)
{
    struct scale scale = {INFINITY, -INFINITY, chart->first, chart->last};
    for (size_t i = 0; i < chart->n_points; i++) {
        widen(&scale, chart->points[i].value);
        scale.first = chart->points[i].day < scale.first ? chart->points[i].day : scale.first;
        scale.last = chart->points[i].day > scale.last ? chart->points[i].day : scale.last;
    }
    for (size_t i = 0; i < chart->n_levels; i++)
        widen(&scale, chart->levels[i].value);
    if (chart->has_band) {
        widen(&scale, chart->band_low);
        widen(&scale, chart->band_high);
    }
    double margin = scale.high > scale.low ? (scale.high - scale.low) / 12 : 1;
    scale.low -= margin;
    scale.high += margin;
    scale.last += scale.last == scale.first;
    return scale;
}

static int x_of(const struct scale *scale, int32_t day)
{
    double part = (double)(day - scale->first) / (scale->last - scale->first);
    return LEFT + (int)(part * (double)(WIDTH - LEFT - RIGHT));
}

static int y_of(const struct scale *scale, double value)
{
    double part = (value - scale->low) / (scale->high - scale->low);
    return (int)(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM));
}

static void put_levels(struct visit *v, const struct chart *chart, const struct scale *scale)
{
    for (size_t i = 0; i < chart->n_levels; i++) {
        const struct chart_level *level = &chart->levels[i];
        int y = y_of(scale, level->value);
        put(v,
            "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
            "<text x=\"%d\" y=\"%d\">%s %s</text>",
            level->look, LEFT, WIDTH - RIGHT, y, y, WIDTH - RIGHT + 4, y + 4, level->name,
            show_number(&v->cli, level->value));
    }
}

// The first day of each month.
static void put_months_below(struct visit *v, const struct scale *scale)
{
    for (int32_t day = month_of(scale->first, 1); day <= scale->last; day = month_of(day, 1)) {
        char text[DATE_SIZE];
        int x = x_of(scale, day);
        date_format(day, text);
        put(v,
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
            "<text x=\"%d\" y=\"%d\">%s</text>",
            x, x, TOP, HEIGHT - BOTTOM, x + 3, HEIGHT - 8, show_day(&v->cli, text));
    }
}

static void put_points(struct visit *v, const struct chart *chart, const struct scale *scale)
{
    put(v, "<polyline class=\"line\" points=\"%s", "");
    for (size_t i = 0; i < chart->n_points; i++)
        put(v, "%d,%d ", x_of(scale, chart->points[i].day), y_of(scale, chart->points[i].value));
    put(v, "\"/>");
    for (size_t i = 0; i < chart->n_points; i++)
        put(v, "<circle class=\"point\" r=\"4\" cx=\"%d\" cy=\"%d\"><title>%s</title></circle>",
            x_of(scale, chart->points[i].day), y_of(scale, chart->points[i].value),
            chart->points[i].text);
}

void put_chart(struct visit *v, const struct chart *chart)
{
    struct scale scale = scale_of(chart);
    put(v, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH,
        HEIGHT, chart->title);
    if (chart->has_band)
        put(v, "<rect class=\"band\" x=\"%d\" width=\"%d\" y=\"%d\" height=\"%d\"/>", LEFT,
            WIDTH - LEFT - RIGHT, y_of(&scale, chart->band_high),
            abs(y_of(&scale, chart->band_low) - y_of(&scale, chart->band_high)));
    put_months_below(v, &scale);
    put_levels(v, chart, &scale);
    put_points(v, chart, &scale);
    put(v, "</svg>");
}
