// Server-sent events: that something changed, and of what kind. One watch of the whole process
// feeds all of them; what has changed each page asks for with its own visitor's login.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
#ifndef OKR_CLIENT_WEB_LIVE_H
#define OKR_CLIENT_WEB_LIVE_H

#include "client/web/http/http.h"
#include "client/web/link/link.h"

struct live;

struct live *live_new(struct link *link);
struct live *live_free(struct live *live); // after its streams have ended
// Events after ?after=REVISION, or after the Last-Event-ID that a browser sends when it comes back.
void live_serve(struct live *live, struct exchange *x);
void live_run(struct live *live);
int live_wait_ms(const struct live *live);

#endif
