// One attempt at a document: what expat reports, turned into kept values, rows and facts.
//
// It knows elements and rows; reading bytes, feeding expat and trying again are mspdi.c's.
#ifndef OKR_CLIENT_MSPDI_DOCUMENT_H
#define OKR_CLIENT_MSPDI_DOCUMENT_H

#include <expat.h>
#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/mspdi/loss.h"
#include "client/plan_sync/mspdi/outline.h"
#include "client/plan_sync/mspdi/scalars.h"
#include "client/plan_sync/mspdi/totals.h"
#include "client/plan_sync/mspdi/tree.h"

enum {
    // Project, Calendars, Calendar, Exceptions, Exception, WorkingTimes, WorkingTime, FromTime
    MSPDI_KEPT_DEPTH = 8,
};

struct mspdi_document {
    struct mspdi_limits limits;
    const struct mspdi_sink *sink;
    XML_Parser parser; // set by the caller; stopped on failure
    struct mspdi_error error;

    // The open elements: all of them counted, the kept ones (a prefix) with their nodes.
    size_t depth;
    size_t kept;
    struct mspdi_frame {
        const struct mspdi_shape *shape;
        struct mspdi_node *node; // of a scalar: its parent's; of a box: none
        bool stray;              // text was found in it that is no value
    } frames[MSPDI_KEPT_DEPTH];
    struct mspdi_loss *lost; // the open element that is not kept, the outermost one
    size_t uninteresting;    // depth within an element whose content is only counted

    char *text; // of the open scalar
    size_t text_len;
    size_t text_size;

    struct arena *kept_arena; // header values
    struct arena *row_arena;
    struct mspdi_node *root;
    bool has_plan_child;
    uint64_t rows;
    locale_t c_locale;
    struct mspdi_outline outline;
    struct mspdi_totals totals;
    size_t prefix_len; // of the root's namespace and the separator; 0: none
    struct mspdi_file_facts facts;
    struct mspdi_warnings warnings;
    struct mspdi_losses losses;
    struct mspdi_uids seen[2]; // of tasks, of resources
};

// False with doc->error set; mspdi_document_clear() follows in any case. `sink` may be NULL.
bool mspdi_document_init(struct mspdi_document *doc, const struct mspdi_limits *limits,
                         const struct mspdi_sink *sink);
void mspdi_document_clear(struct mspdi_document *doc);

// Sets the handlers on doc->parser.
void mspdi_document_attach(struct mspdi_document *doc);

// After the end of the document: checks that it was a plan and fills *ret. Gives the header's
// memory away to it.
bool mspdi_document_finish(struct mspdi_document *doc, struct mspdi_plan *ret);

#endif
