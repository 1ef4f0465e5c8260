// Setting a struct mspdi_error, for the reader's own files. The first error wins.
#ifndef OKR_CLIENT_MSPDI_ERROR_H
#define OKR_CLIENT_MSPDI_ERROR_H

#include "client/plan_sync/mspdi/mspdi.h"

// Marks a message for xgettext; it is translated where it is printed.
#define N_(s) (s)

// Keeps an earlier error. `message` is static; `detail` is copied, NULL for none, cut at a
// character where it is long. Always false, to end a ladder with.
bool mspdi_fail(struct mspdi_error *error, enum mspdi_error_kind kind, const char *message,
                const char *detail);

// Copies whole UTF-8 characters: at most `chars` of them and at most size - 1 bytes; ends with NUL.
void mspdi_copy_chars(char *to, size_t size, const char *from, size_t len, size_t chars);

#endif
