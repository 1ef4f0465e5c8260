// What the files of a visit share.
#ifndef OKR_CLIENT_WEB_VISIT_PRIVATE_H
#define OKR_CLIENT_WEB_VISIT_PRIVATE_H

#include "client/web/site/visit.h"

void visit_after_reading(struct visit *v); // the last of the replies is there
void visit_after_change(struct visit *v);

#endif
