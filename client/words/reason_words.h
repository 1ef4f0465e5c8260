// The wording of what the server only names, for both programs: one text for each reason of the
// contract, to be translated and filled by whoever shows it.
#ifndef OKR_CLIENT_WORDS_REASON_WORDS_H
#define OKR_CLIENT_WORDS_REASON_WORDS_H

#include "okr/v1/envelope.pb-c.h"

struct reason_words {
    Okr__Reason reason;
    const char *text;  // {0}, {1}: an argument; {*}: all of them
    const char *plain; // without its arguments; NULL: the text has none
};

// NULL for REASON_UNSPECIFIED and unknown ones.
const struct reason_words *reason_words_of(Okr__Reason reason);

#endif
