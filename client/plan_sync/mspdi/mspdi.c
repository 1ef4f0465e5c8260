// Drives the reader: bytes through the input into expat, chunk by chunk, and a second attempt where
// only forbidden characters stand in the way.
#include "client/plan_sync/mspdi/mspdi.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "client/plan_sync/mspdi/budget.h"
#include "client/plan_sync/mspdi/document.h"
#include "client/plan_sync/mspdi/error.h"
#include "client/plan_sync/mspdi/input.h"

// Later versions of expat have names of their own for places in big files.
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
#define BYTE_INDEX XML_GetCurrentByteIndex64
#define LINE_NUMBER XML_GetCurrentLineNumber64
#define COLUMN_NUMBER XML_GetCurrentColumnNumber64
#else
#define BYTE_INDEX XML_GetCurrentByteIndex
#define LINE_NUMBER XML_GetCurrentLineNumber
#define COLUMN_NUMBER XML_GetCurrentColumnNumber
#endif

struct mspdi_limits mspdi_limits_default(void)
{
    return (struct mspdi_limits){.bytes = (uint64_t)4 << 30,
                                 .rows = 4000000,
                                 .value = (size_t)1 << 20,
                                 .row_memory = (size_t)16 << 20,
                                 .token = (size_t)1 << 20,
                                 .depth = 64,
                                 .outline_depth = 65536,
                                 .parser_memory = (size_t)64 << 20};
}

const char *mspdi_warning_name(enum mspdi_warning kind)
{
    static const char *const names[MSPDI_WARNINGS] = {
        [MSPDI_BAD_BOOL] = "bad_bool",           [MSPDI_BAD_DATETIME] = "bad_datetime",
        [MSPDI_BAD_DURATION] = "bad_duration",   [MSPDI_BAD_INT] = "bad_int",
        [MSPDI_BAD_LINK_TYPE] = "bad_link_type", [MSPDI_BAD_NUMBER] = "bad_number",
    };
    return names[kind];
}

uint64_t mspdi_warnings_sum(const struct mspdi_warnings *w, enum mspdi_warning kind,
                            enum mspdi_section from, enum mspdi_section to,
                            const char *first[MSPDI_EXAMPLES])
{
    uint64_t count = 0;
    size_t shown = 0;
    for (size_t section = from; section <= to; section++) {
        const struct mspdi_warning_count *c = &w->by[section][kind];
        count += c->count;
        for (size_t i = 0; i < c->count && i < MSPDI_EXAMPLES && shown < MSPDI_EXAMPLES; i++)
            first[shown++] = c->first[i];
    }
    while (shown < MSPDI_EXAMPLES)
        first[shown++] = NULL;
    return count;
}

void mspdi_plan_clear(struct mspdi_plan *plan)
{
    plan->arena = arena_free(plan->arena);
}

// One pass over the file.
struct attempt {
    struct mspdi_input input;
    struct mspdi_document doc;
    struct mspdi_budget budget;
    uint64_t fed;
    uint64_t done; // of `fed`, parsed
    const struct mspdi_options *options;
    bool curable; // the error may be due to forbidden characters alone
};

static const char *xml_message(enum XML_Error code)
{
    switch (code) {
    case XML_ERROR_NO_ELEMENTS:
        return N_("the file ends before its content does (or is empty)");
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
        return N_("the file ends in the middle of a tag, a character or a section");
    case XML_ERROR_INVALID_TOKEN:
        return N_("this is no well-formed XML: a character or byte that must not stand here");
    case XML_ERROR_BAD_CHAR_REF:
        return N_("this is no well-formed XML: a reference to a character that XML forbids");
    case XML_ERROR_TAG_MISMATCH:
        return N_("this is no well-formed XML: an end tag without its start tag");
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
        return N_("this is no well-formed XML: an attribute stands twice");
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return N_("this is no well-formed XML: something follows after the end");
    case XML_ERROR_UNDEFINED_ENTITY:
        return N_("this is no well-formed XML: an entity that is not defined");
    case XML_ERROR_UNBOUND_PREFIX:
        return N_("this is no well-formed XML: a namespace prefix that is not declared");
    default:
        return N_("this is no well-formed XML");
    }
}

// All other errors come before any forbidden character, so dropping those would not help.
static bool is_curable(enum XML_Error code)
{
    return code == XML_ERROR_INVALID_TOKEN || code == XML_ERROR_BAD_CHAR_REF ||
           code == XML_ERROR_SYNTAX || code == XML_ERROR_JUNK_AFTER_DOC_ELEMENT;
}

static void explain_xml_error(struct attempt *a)
{
    enum XML_Error code = XML_GetErrorCode(a->doc.parser);
    if (a->doc.error.kind != MSPDI_OK)
        return; // a handler stopped the parser, and has said why
    if (a->budget.exceeded) {
        mspdi_fail(&a->doc.error, MSPDI_LIMIT,
                   N_("the XML needs more memory than allowed (names, attributes or depth)"), NULL);
    } else if (code == XML_ERROR_NO_MEMORY) {
        mspdi_fail(&a->doc.error, MSPDI_LIMIT, N_("out of memory"), NULL);
    } else {
        mspdi_fail(&a->doc.error, MSPDI_NOT_WELL_FORMED, xml_message(code), NULL);
        a->curable = is_curable(code);
    }
}

// How far expat has read without having reached the end of a tag or the like.
static bool is_stuck(struct attempt *a)
{
    int64_t at = BYTE_INDEX(a->doc.parser); // -1: expat put parsing off
    if (at > 0)
        a->done = (uint64_t)at;
    return a->fed - a->done > a->doc.limits.token;
}

// Reads one chunk and parses it; *more is false after the end.
static bool feed_chunk(struct attempt *a, bool *more)
{
    XML_Parser parser = a->doc.parser;
    char *buffer = XML_GetBuffer(parser, MSPDI_CHUNK);
    if (!buffer) {
        explain_xml_error(a);
        return false;
    }
    ssize_t n = mspdi_input_read(&a->input, buffer, MSPDI_CHUNK, &a->doc.error);
    if (n < 0)
        return false;
    a->fed += (uint64_t)n;
    if (a->options->on_read)
        a->options->on_read(a->options->on_read_ctx, a->input.bytes);
    *more = n > 0;
    if (XML_ParseBuffer(parser, (int)n, n == 0) == XML_STATUS_ERROR) {
        explain_xml_error(a);
        return false;
    }
    if (is_stuck(a))
        return mspdi_fail(&a->doc.error, MSPDI_LIMIT,
                          N_("a tag or a comment is longer than allowed"), NULL);
    return true;
}

static void locate(struct attempt *a)
{
    struct mspdi_error *e = &a->doc.error;
    if (e->kind == MSPDI_UNREADABLE)
        return;
    e->line = e->column = 1;
    if (!a->doc.parser)
        return;
    e->line = LINE_NUMBER(a->doc.parser);
    e->column = COLUMN_NUMBER(a->doc.parser) + 1;
}

static bool parse_all(struct attempt *a)
{
    a->doc.parser = XML_ParserCreate_MM("UTF-8", &mspdi_budget_suite, "\x01");
    if (!a->doc.parser)
        return mspdi_fail(&a->doc.error, MSPDI_LIMIT, N_("out of memory"), NULL);
    mspdi_document_attach(&a->doc);
    bool more = true;
    bool ok = true;
    while (ok && more)
        ok = feed_chunk(a, &more);
    if (!ok)
        locate(a);
    XML_ParserFree(a->doc.parser);
    a->doc.parser = NULL;
    return ok;
}

static void note_dropped(struct attempt *a)
{
    const struct mspdi_shape *path[] = {&mspdi_project_shape};
    mspdi_loss_note(&a->doc.losses, OKR__LOSS_KIND__LOSS_KIND_CUT, path, 1, "character()")->count =
        a->input.filter.dropped;
}

static bool attempt_run(struct attempt *a, int fd, const struct mspdi_options *options,
                        bool sanitize, const struct mspdi_sink *sink, struct mspdi_plan *ret)
{
    a->fed = a->done = 0;
    a->options = options;
    a->curable = false;
    a->budget = (struct mspdi_budget){.cap = options->limits.parser_memory};
    a->input.converter = a->input.wider = (iconv_t)-1;
    if (!mspdi_document_init(&a->doc, &options->limits, sink))
        return false;
    if (!mspdi_input_open(&a->input, fd, options->limits.bytes, sanitize, &a->doc.error)) {
        locate(a);
        return false;
    }
    struct mspdi_budget *before = mspdi_budget_enter(&a->budget);
    bool ok = parse_all(a);
    mspdi_budget_leave(before);
    if (ok && a->input.filter.dropped > 0)
        note_dropped(a);
    if (!ok || !mspdi_document_finish(&a->doc, ret))
        return false;
    ret->file.bom = a->input.bom;
    memcpy(ret->file.encoding, a->input.encoding, sizeof ret->file.encoding);
    ret->file.bytes = a->input.bytes;
    ret->file.sanitized = a->input.filter.dropped > 0;
    return true;
}

static bool may_restart(const struct mspdi_sink *sink)
{
    return !sink || sink->restart ||
           (!sink->task && !sink->resource && !sink->assignment && !sink->calendar);
}

// The first attempt, and the second where that may help.
static bool read_attempts(struct attempt *a, int fd, const struct mspdi_options *options,
                          const struct mspdi_sink *sink, struct mspdi_plan *ret)
{
    bool ok = attempt_run(a, fd, options, options->sanitize, sink, ret);
    mspdi_input_close(&a->input);
    if (ok || options->sanitize || !a->curable || !may_restart(sink) || lseek(fd, 0, SEEK_SET) < 0)
        return ok;
    mspdi_document_clear(&a->doc);
    if (sink && sink->restart)
        sink->restart(sink->ctx);
    ok = attempt_run(a, fd, options, true, sink, ret);
    mspdi_input_close(&a->input);
    return ok;
}

bool mspdi_read(int fd, const struct mspdi_options *options, const struct mspdi_sink *sink,
                struct mspdi_plan *ret_plan, struct mspdi_error *error)
{
    struct mspdi_options defaults = {.limits = mspdi_limits_default()};
    struct mspdi_plan plan;
    *error = (struct mspdi_error){0};
    if (lseek(fd, 0, SEEK_SET) < 0 && errno != ESPIPE) {
        mspdi_fail(error, MSPDI_UNREADABLE, N_("the file cannot be read"), NULL);
        error->os_error = errno;
        return false;
    }
    struct attempt *a = malloc(sizeof *a); // too large for the stack
    if (!a)
        return mspdi_fail(error, MSPDI_LIMIT, N_("out of memory"), NULL);
    bool ok = read_attempts(a, fd, options ? options : &defaults, sink, &plan);
    if (ok)
        *ret_plan = plan;
    else
        *error = a->doc.error;
    mspdi_document_clear(&a->doc);
    free(a);
    return ok;
}

static bool unreadable(struct mspdi_error *error, const char *message, int os_error)
{
    mspdi_fail(error, MSPDI_UNREADABLE, message, NULL);
    error->os_error = os_error;
    return false;
}

bool mspdi_read_path(const char *path, const struct mspdi_options *options,
                     const struct mspdi_sink *sink, struct mspdi_plan *ret_plan,
                     struct mspdi_error *error)
{
    struct stat st;
    *error = (struct mspdi_error){0};
    // O_NONBLOCK: a FIFO by this name must not hold us up.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return unreadable(error, N_("the file cannot be opened"), errno);
    bool ok;
    if (fstat(fd, &st) < 0)
        ok = unreadable(error, N_("the file cannot be read"), errno);
    else if (!S_ISREG(st.st_mode))
        ok = unreadable(error, N_("this is no regular file"), S_ISDIR(st.st_mode) ? EISDIR : 0);
    else
        ok = mspdi_read(fd, options, sink, ret_plan, error);
    close(fd);
    return ok;
}
