// Values as MSPDI writes them: what is missing, what is malformed, what it comes to.
//
// Each function takes the first child `tag` of a node. Empty and blank count as missing, except for
// text. A malformed value is missing and counted as a warning. Numbers do not depend on the locale.
#ifndef OKR_CLIENT_MSPDI_SCALARS_H
#define OKR_CLIENT_MSPDI_SCALARS_H

#include <locale.h>
#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/mspdi/loss.h"
#include "client/plan_sync/mspdi/tree.h"

// What a conversion works with. The arena holds what the results point to; its exhaustion is found
// by the caller at the row's end.
struct mspdi_context {
    struct arena *arena;
    struct mspdi_warnings *warnings;
    enum mspdi_section section;
    locale_t c_locale;
    struct mspdi_losses *losses; // may be NULL
};

enum {
    MSPDI_TEXT_BYTES = 16 * 1024, // of one text: what the server takes
};

// White space and all; NULL: missing or empty. Points into the node. Control characters other than
// newline and tab become spaces, and what is longer than MSPDI_TEXT_BYTES is cut at a character.
char *mspdi_text(struct mspdi_context *c, const struct mspdi_node *node, const char *tag);

// True where there is a value, stored in *ret; *ret is untouched otherwise.
// int: sign, digits, maybe ".0". bool: 1, 0, true, false. number: a decimal, rounded to 4 places.
// duration: PnYnMnDTnHnMnS in minutes, rounded to 4 places, a sign in front or before any number
// (years of 365 days, months of 30, days of 24 hours), or "0".
bool mspdi_int(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
               int64_t *ret);
bool mspdi_bool(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                protobuf_c_boolean *ret);
bool mspdi_number(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                  double *ret);
bool mspdi_duration(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                    double *ret);

// "YYYY-MM-DDTHH:MM:SS" in the arena; fractions and zones are cut off, a date alone is midnight.
char *mspdi_datetime(struct mspdi_context *c, const struct mspdi_node *node, const char *tag);

// GUID or Guid without braces, in capitals.
char *mspdi_guid(struct mspdi_context *c, const struct mspdi_node *node);

// Minutes since midnight of "HH:MM[:SS]" or the time of a date-time; 24:00 is 0.
bool mspdi_time(struct mspdi_context *c, const struct mspdi_node *node, const char *tag,
                int32_t *ret);

// Counts one, as a warning with "tag=value" and as a loss. Of a link type the value alone is shown.
void mspdi_warn(struct mspdi_context *c, enum mspdi_warning kind, const struct mspdi_node *node,
                const char *tag, const char *value, size_t len);

// To four decimals, halves of the exact binary value to even; never -0.
double mspdi_round4(const struct mspdi_context *c, double value);

#endif
