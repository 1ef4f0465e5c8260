#include "client/cli/core/thing.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"

static const struct {
    const char *prefix;
    Okr__TraceKind kind;
} prefixes[] = {
    {"R", OKR__TRACE_KIND__TRACE_KIND_ROADMAP}, {"O", OKR__TRACE_KIND__TRACE_KIND_OBJECTIVE},
    {"KR", OKR__TRACE_KIND__TRACE_KIND_KR},     {"P", OKR__TRACE_KIND__TRACE_KIND_PROJECT},
    {"G", OKR__TRACE_KIND__TRACE_KIND_GOAL},
};

enum { PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]) };

// "program#5" or "program#5@2"; the plan's name stands before the last "#".
static bool read_task(struct cli *cli, const char *word, Okr__TraceRequest *request)
{
    const char *hash = strrchr(word, '#');
    const char *at = hash ? strchr(hash, '@') : NULL;
    if (!hash || hash == word)
        return false;
    const char *uid = cli_copy(cli, hash + 1, at ? (size_t)(at - hash - 1) : strlen(hash + 1));
    if (!value_integer(uid, &request->id) || (at && !value_integer(at + 1, &request->resource_uid)))
        return false;
    request->has_id = request->has_kind = 1;
    request->has_resource_uid = at != NULL;
    request->kind = at ? OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT : OKR__TRACE_KIND__TRACE_KIND_TASK;
    request->source = cli_copy(cli, word, (size_t)(hash - word));
    return true;
}

bool thing_read(struct cli *cli, const char *word, Okr__TraceRequest *request)
{
    char folded[256];
    if (!value_fold(word, folded, sizeof(folded)))
        return false;
    if (strchr(folded, '#'))
        return read_task(cli, folded, request);
    // A number alone is the id of anything.
    for (size_t i = 0; i < PREFIXES && (folded[0] < '0' || folded[0] > '9'); i++) {
        if (!value_id(folded, prefixes[i].prefix, &request->id))
            continue;
        request->has_id = request->has_kind = 1;
        request->kind = prefixes[i].kind;
        return true;
    }
    return false;
}

const char *thing_id(struct cli *cli, const Okr__TraceNode *node)
{
    for (size_t i = 0; i < PREFIXES; i++) {
        if (prefixes[i].kind == node->kind)
            return show_id(cli, prefixes[i].prefix, node->id);
    }
    const char *task = cli_text(cli, "%s#%lld", show_text(node->source), (long long)node->id);
    if (node->kind != OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT)
        return task;
    return cli_text(cli, "%s@%lld", task, (long long)node->resource_uid);
}
