// Writing HTML: every text that is not a literal of ours is escaped on its way.
#ifndef OKR_CLIENT_WEB_HTML_H
#define OKR_CLIENT_WEB_HTML_H

#include <stdio.h>

struct visit;

// Like fprintf(), of %s, %d and %lld alone; each %s is escaped: markup, quotes, controls of the
// terminal and of the writing direction.
void put(struct visit *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_put(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A bar of so many percent (cut to 0–100), for eyes alone: the figure stands beside it.
void put_bar(struct visit *v, double percent);
// The fields that each form carries, and its end.
void put_form_begin(struct visit *v, const char *name, const char *action);
void put_form_end(struct visit *v);
// A field with its label; `value` is replaced by what was typed, when that came back.
void put_input(struct visit *v, const char *name, const char *label, const char *value,
               const char *more);
void put_area(struct visit *v, const char *name, const char *label, const char *value, int rows);
// What is wrong with the field, if anything is.
void put_problem_of(struct visit *v, const char *name);
// The text with the ids in it as links.
void put_linked(struct visit *v, const char *text);
// A link to a thing by its id: "P-12".
void put_id(struct visit *v, const char *prefix, long long id);

#endif
