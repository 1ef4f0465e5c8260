// The files that are in the program: nothing else is ever read for an answer.
#ifndef OKR_CLIENT_WEB_ASSET_H
#define OKR_CLIENT_WEB_ASSET_H

#include "client/web/http/http.h"

// False: the path names none, and nothing was answered.
bool asset_serve(struct exchange *x);
// "/style.css?v=…": an address that changes when the file does.
const char *asset_url(struct arena *arena, const char *name);

#endif
