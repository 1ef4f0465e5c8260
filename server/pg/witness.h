// Silent is not slow: a big statement may take a minute, but a server that has gone, or that froze
// while another took its place, never answers. When an answer has been owed for a while, a fresh
// connection asks whether the server at that address still knows the session, and works for it.
// One that it does not know is given up at once, and comes back where the fresh one was answered.
#ifndef OKR_SERVER_PG_WITNESS_H
#define OKR_SERVER_PG_WITNESS_H

#include "server/pg/link.h"

struct witness;
struct witness *witness_new(struct endpoint *endpoint, struct loop *loop);
struct witness *witness_free(struct witness *witness);
// A link to watch over; at most 8. It must live as long.
void witness_add(struct witness *witness, struct link *link);
void witness_tick(struct witness *witness);

#endif
