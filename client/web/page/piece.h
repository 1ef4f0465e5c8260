// What several pages show alike.
#ifndef OKR_CLIENT_WEB_PIECE_H
#define OKR_CLIENT_WEB_PIECE_H

#include "client/web/site/visit.h"

// The goals of the project, each with its mark and result; 0: of all projects.
void put_goals(struct visit *v, Okr__Goal *const *goals, size_t count, int64_t project_id);
// Links to the week before and after; `path` is the page's own, without a query.
void put_weeks(struct visit *v, const char *path, const char *week);
void put_months(struct visit *v, const char *path, const char *month);
// A form of one text: a comment.
void put_comment_form(struct visit *v, const char *path, const char *label);
// A choice of a word among an enum's values, but the unspecified one.
void put_choice(struct visit *v, const char *name, const char *label,
                const ProtobufCEnumDescriptor *type, int chosen);
// The form's text of an enum's value; 0: none.
int choice_of(const struct visit *v, const char *name, const ProtobufCEnumDescriptor *type);
// A copy for a message's field; NULL for NULL.
char *text_field(struct visit *v, const char *name);

#endif
