// Monthly evaluations in the database: their snapshots, signatures, overrides, factors, actions and
// comments. A month is its first day. It knows tables, not rules.
#ifndef OKR_SERVER_MONTH_EVALUATION_ROWS_H
#define OKR_SERVER_MONTH_EVALUATION_ROWS_H

#include "server/call/call.h"

// A month as it is kept, without what it is computed from.
struct evaluation_asked {
    struct asked evaluation, overrides, actions, earlier, comments, quarter;
};
struct evaluation_asked evaluation_ask(struct call *call, int32_t month);
// The quarter that the month lies in; NULL: there is none.
Okr__Quarter *evaluation_quarter(struct call *call, const struct evaluation_asked *asked);
struct kept_evaluation {
    bool prepared;
    int64_t version; // 0: not prepared
    int32_t number;  // of the snapshot
    bool is_signed;
    char *input, *verdicts; // JSON
    uint8_t hash[32];       // as it is kept beside them
};
// `ret_message` gets all but quarter, KRs and factors, which are in the snapshot; overrides go to
// evaluation_overrides().
struct kept_evaluation evaluation_rows(struct call *call, const struct evaluation_asked *asked,
                                       int32_t month, Okr__Evaluation **ret_message);
// Puts what overrides a verdict onto its KR.
void evaluation_overrides(struct call *call, const struct evaluation_asked *asked,
                          Okr__Evaluation *message);

// What the audit log has as the snapshot's hash (hex), from the month's last preparation or
// signature. NULL: nothing.
struct asked evaluation_recorded_ask(struct call *call, int32_t month);
char *evaluation_recorded(struct call *call, struct asked asked);

struct new_snapshot {
    int32_t month, number;
    const char *quarter;
    int64_t revision;
    const char *input, *verdicts;
    const uint8_t *hash; // 32 bytes
};
// The snapshot, and the evaluation that it counts for.
void evaluation_prepare(struct call *call, const struct new_snapshot *snapshot);
void evaluation_sign(struct call *call, int32_t month);
void evaluation_override(struct call *call, int32_t month, int64_t kr_id, Okr__Verdict verdict,
                         const char *reason);

// Each is answered with the thing as it is then.
struct asked factor_insert(struct call *call, int64_t kr_id, int32_t day, const char *text);
Okr__ExternalFactor *factor_read(struct call *call, struct asked asked);
struct asked action_insert(struct call *call, int32_t month, const char *text, int32_t due,
                           const char *owner_role);
struct asked action_ask(struct call *call, int64_t id);
struct asked action_close(struct call *call, int64_t id, const char *outcome, bool done);
Okr__EvaluationAction *action_read(struct call *call, struct asked asked); // NULL: there is none
struct asked evaluation_comment_insert(struct call *call, int32_t month, const char *text);
size_t evaluation_comments(struct call *call, struct asked asked, Okr__EvaluationComment ***ret);

#endif
