// Reads MS Project XML (MSPDI) as a stream: each finished row goes to a callback as a message of
// the contract, header and totals follow at the end. It reads values as written and never
// schedules.
//
// It knows files and rows; it must not know the server, the connection or what is done with a row.
// Format: MicrosoftDocs/office-developer-msproject-xml-docs, and what the programs really write.
#ifndef OKR_CLIENT_MSPDI_H
#define OKR_CLIENT_MSPDI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "okr/v1/plan.pb-c.h"

enum mspdi_error_kind {
    MSPDI_OK,
    MSPDI_NOT_MSPDI,       // XML, but no plan (another root; an MSBuild file)
    MSPDI_NOT_WELL_FORMED, // or cut short, or in bytes that are not of its encoding
    MSPDI_REFUSED_DTD,     // any DOCTYPE
    MSPDI_LIMIT,           // one of struct mspdi_limits, or no memory
    MSPDI_UNREADABLE,      // open, read or seek failed; see os_error
    MSPDI_CANCELLED,       // a callback said so
};

// `line` and `column` count from 1; 0 where there is no place. `message` is an English sentence
// that is also the key for gettext (static, never NULL when kind is not MSPDI_OK). `detail` is what
// it is about (an element's or an encoding's name), UTF-8, maybe empty.
struct mspdi_error {
    enum mspdi_error_kind kind;
    uint64_t line;
    uint64_t column;
    const char *message;
    char detail[96];
    int os_error; // errno of MSPDI_UNREADABLE
};

// What a reader bears before it refuses. Memory stays under value + row_memory + token +
// parser_memory and some constants, plus 32 to 96 bytes a task and 16 to 48 a resource, for the
// totals and to notice UIDs that are taken.
struct mspdi_limits {
    uint64_t bytes;       // of the file
    uint64_t rows;        // tasks, resources, assignments and calendars together
    size_t value;         // bytes of one kept value, as UTF-8
    size_t row_memory;    // bytes of one row with its baselines, links, exceptions
    size_t token;         // bytes that the parser may read without reaching the end of a tag,
                          // comment or the like
    size_t depth;         // of elements, skipped ones included (rows stand at 3, their values at 8)
    size_t outline_depth; // open outline levels
    size_t parser_memory; // bytes that expat may hold
};

// Generous for real plans: 4 GiB, 4 million rows, 1 MiB a value, 16 MiB a row, 1 MiB a token, depth
// 64, 65,536 outline levels, 64 MiB for expat.
struct mspdi_limits mspdi_limits_default(void);

enum mspdi_warning {
    MSPDI_BAD_BOOL,
    MSPDI_BAD_DATETIME,
    MSPDI_BAD_DURATION,
    MSPDI_BAD_INT,
    MSPDI_BAD_LINK_TYPE,
    MSPDI_BAD_NUMBER,
    MSPDI_WARNINGS,
};

// Where a warning arose. EXTRA: calendars, and baselines other than the first with number 0.
enum mspdi_section {
    MSPDI_TASKS,
    MSPDI_RESOURCES,
    MSPDI_ASSIGNMENTS,
    MSPDI_HEADER,
    MSPDI_EXTRA,
    MSPDI_SECTIONS,
};

enum {
    MSPDI_EXAMPLES = 3,
    MSPDI_EXAMPLE_BYTES = 208,
    MSPDI_HASH_BYTES = 65, // 64 hex digits and the NUL
    MSPDI_ENCODING_BYTES = 64,
};

// A malformed value costs that value, not the file: the row has it missing, and it is counted here.
// Examples read "Element=value" (the value's first 40 characters); for a link type the bare number.
struct mspdi_warnings {
    struct mspdi_warning_count {
        uint64_t count;
        char first[MSPDI_EXAMPLES][MSPDI_EXAMPLE_BYTES];
    } by[MSPDI_SECTIONS][MSPDI_WARNINGS];
};

// "bad_int" and so on: for machines, not translated.
const char *mspdi_warning_name(enum mspdi_warning kind);

// One kind over the sections `from` to `to` inclusive: the count, and up to MSPDI_EXAMPLES pointers
// into `w` (the rest NULL).
uint64_t mspdi_warnings_sum(const struct mspdi_warnings *w, enum mspdi_warning kind,
                            enum mspdi_section from, enum mspdi_section to,
                            const char *first[MSPDI_EXAMPLES]);

struct mspdi_file_facts {
    const char *bom;                     // "utf-8", "utf-16le", ... or NULL; static
    char encoding[MSPDI_ENCODING_BYTES]; // as declared, "" where it is not
    bool sanitized;                      // read in a second attempt, forbidden characters dropped
    uint64_t bytes;
    const char *namespace_uri; // of the root, NULL: none
    uint64_t timephased;       // elements seen
    uint64_t extended_attributes;
    uint64_t outline_codes;
    uint64_t calendars;
};

struct arena;

// What a whole file comes to. Freed with mspdi_plan_clear(), which also takes a zeroed one.
struct mspdi_plan {
    Okr__PlanHeader header; // strings live as long as the plan
    // Sums in minutes. leaf_task_work: work of rows that are not blank, have no children and whose
    // UID no assignment names (a row without UID counts).
    Okr__PlanTotals totals;
    // Hex SHA-256 over what is kept. For each kind (calendars, tasks, resources, assignments) the
    // SHA-256 over its rows in file order: the length of the packed message as 4 bytes, big end
    // first, and the message as the callback got it; the same for the header without created,
    // last_saved, current_date and revision, which change on every save; then SHA-256 over these
    // five. So the order of the kinds in the file says nothing. The same kept content gives the
    // same hash, whatever the file's encoding, formatting and skipped elements.
    char content_hash[MSPDI_HASH_BYTES];
    struct mspdi_file_facts file;
    struct mspdi_warnings warnings;
    // What the file holds and the rows do not, sorted by path: mspdi_loss.h. Not in the hash.
    Okr__PlanLoss **losses;
    size_t n_losses;
    struct arena *arena;
};

void mspdi_plan_clear(struct mspdi_plan *plan);

// Callbacks get one row each, in file order; the message and all it points to die when the callback
// returns. False cancels the reading. Any may be NULL.
//
// Rows are provisional until mspdi_read() returned true: a file that is cut short delivers rows,
// too. `restart` says that the rows so far are void and the file is read again from its start,
// forbidden characters dropped; where there are row callbacks but no restart there is no second
// attempt.
//
// parent_uid is set, has_children is not (it is known only later; derive it from the rows). A
// task's or assignment's baselines stand in file order with the numbers the file has: a number may
// be missing, repeated or beyond 0 to 10; of repeated ones the first counts.
struct mspdi_sink {
    void *ctx;
    bool (*task)(void *ctx, const Okr__PlanTask *task);
    bool (*resource)(void *ctx, const Okr__PlanResource *resource);
    bool (*assignment)(void *ctx, const Okr__PlanAssignment *assignment);
    bool (*calendar)(void *ctx, const Okr__PlanCalendar *calendar);
    void (*restart)(void *ctx);
};

struct mspdi_options {
    struct mspdi_limits limits;
    bool sanitize; // drop forbidden characters from the start: for the second pass over a file that
                   // needed it in the first
    void (*on_read)(void *ctx, uint64_t bytes); // so many so far; NULL: nobody wants to know
    void *on_read_ctx;
};

// Reads the file behind `fd` from its start to its end (a pipe from where it stands, without second
// attempt); leaves fd open, its position anywhere. `options` and `sink` may be NULL: the defaults,
// and nobody listens. True: *ret_plan is filled and the caller clears it. False: *error says why,
// *ret_plan is untouched. Opens nothing that the content names. Whether the file changed between
// two passes is for the caller to find out (fstat, content_hash).
bool mspdi_read(int fd, const struct mspdi_options *options, const struct mspdi_sink *sink,
                struct mspdi_plan *ret_plan, struct mspdi_error *error);

// As mspdi_read() for a regular file by name; refuses anything else (MSPDI_UNREADABLE).
bool mspdi_read_path(const char *path, const struct mspdi_options *options,
                     const struct mspdi_sink *sink, struct mspdi_plan *ret_plan,
                     struct mspdi_error *error);

#endif
