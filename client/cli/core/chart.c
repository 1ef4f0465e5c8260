// Places are in the units of the drawing, 800 by 340; the page scales it.
#include "client/cli/core/chart.h"

#include <math.h>

enum { WIDTH = 800, HEIGHT = 340, LEFT = 56, RIGHT = 788, TOP = 34, BOTTOM = 300, LABELS_MOST = 9 };

struct drawing {
    FILE *out;
    const struct paper *paper;
    size_t n;
    double most; // value at the top
};

static const struct {
    const char *colour, *dash;
    int side; // of the square that marks a value
} looks[CHART_CURVES_MOST] = {
    {"#8b96a3", "2 3", 0}, {"#24507a", "none", 5}, {"#17693a", "8 3", 5}, {"#a3201b", "3 3", 5}};

static double x_of(const struct drawing *d, size_t i)
{
    return d->n < 2 ? LEFT : LEFT + (double)(RIGHT - LEFT) * (double)i / (double)(d->n - 1);
}

static double y_of(const struct drawing *d, double value)
{
    return BOTTOM - (BOTTOM - TOP) * value / d->most;
}

// 1, 2 or 5 times a power of ten, at least the value.
static double rounded_up(double value)
{
    double power = pow(10, floor(log10(value)));
    double part = value / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static double most_of(const struct chart_curve *curves, size_t n_curves, size_t n)
{
    double most = 0;
    for (size_t c = 0; c < n_curves; c++)
        for (size_t i = 0; i < n; i++)
            most = curves[c].values[i] > most ? curves[c].values[i] : most; // not for NaN
    return most > 0 ? rounded_up(most) : 1;
}

static void text(const struct drawing *d, double x, double y, const char *anchor, const char *words)
{
    fprintf(d->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"12\">%s</text>\n",
            x, y, anchor, paper_escape(d->paper, words));
}

static void draw_axes(const struct drawing *d, const char *const *labels, const char *unit)
{
    enum { LINES = 4 };
    struct cli *cli = d->paper->cli;
    size_t step = (d->n + LABELS_MOST - 1) / LABELS_MOST;
    for (int i = 0; i <= LINES; i++) {
        double value = d->most * i / LINES, y = y_of(d, value);
        fprintf(d->out, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dde2e8\"/>\n",
                LEFT, y, RIGHT, y);
        text(d, LEFT - 6, y + 4, "end", cli_text(cli, "%g", value));
    }
    text(d, LEFT - 6, TOP - 16, "end", unit);
    for (size_t i = 0; i < d->n; i += step)
        text(d, x_of(d, i), BOTTOM + 18,
             i == 0          ? "start"
             : i + 1 == d->n ? "end"
                             : "middle",
             labels[i]);
}

static void draw_curve(const struct drawing *d, const struct chart_curve *curve, size_t look)
{
    int side = looks[look].side;
    fprintf(d->out,
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" "
            "points=\"",
            looks[look].colour, looks[look].dash);
    for (size_t i = 0; i < d->n; i++)
        if (!isnan(curve->values[i]))
            fprintf(d->out, "%.1f,%.1f ", x_of(d, i), y_of(d, curve->values[i]));
    fputs("\"/>\n", d->out);
    for (size_t i = 0; side && i < d->n; i++)
        if (!isnan(curve->values[i]))
            fprintf(d->out,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
                    x_of(d, i) - side / 2.0, y_of(d, curve->values[i]) - side / 2.0, side, side,
                    looks[look].colour);
}

static void draw_legend(const struct drawing *d, const struct chart_curve *curves, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        double x = LEFT + 40 + (double)c * (RIGHT - LEFT - 40) / CHART_CURVES_MOST;
        fprintf(d->out,
                "<line x1=\"%.1f\" y1=\"14\" x2=\"%.1f\" y2=\"14\" stroke=\"%s\" "
                "stroke-width=\"2\" stroke-dasharray=\"%s\"/>\n",
                x, x + 28, looks[c].colour, looks[c].dash);
        text(d, x + 34, 18, "start", curves[c].name);
    }
}

void chart(const struct paper *paper, const char *const *labels, size_t n_labels, const char *unit,
           const struct chart_curve *curves, size_t n_curves)
{
    struct drawing d = {paper->cli->out, paper, n_labels, most_of(curves, n_curves, n_labels)};
    if (!paper->html || n_labels == 0 || n_curves > CHART_CURVES_MOST)
        return;
    fprintf(d.out, "<svg viewBox=\"0 0 %d %d\" width=\"100%%\" role=\"img\">\n", WIDTH, HEIGHT);
    draw_axes(&d, labels, unit);
    for (size_t c = 0; c < n_curves; c++)
        draw_curve(&d, &curves[c], c);
    draw_legend(&d, curves, n_curves);
    fputs("</svg>\n", d.out);
}
