// What is around every page: head, navigation, the problem at its top, the foot.
#ifndef OKR_CLIENT_WEB_LAYOUT_H
#define OKR_CLIENT_WEB_LAYOUT_H

#include "client/web/site/visit.h"

FILE *layout_open(struct visit *v); // the body, written before its frame; NULL: out of memory
void layout_problem(struct visit *v, const Okr__Status *status);
// Ends the body, frames it, and answers.
void layout_answer(struct visit *v, unsigned status);

#endif
