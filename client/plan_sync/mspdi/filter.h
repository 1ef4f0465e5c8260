// Drops what XML 1.0 forbids from a stream of UTF-8: characters (C0 controls other than tab,
// newline and return, U+FFFE, U+FFFF), and numeric references to such. Knows no XML beyond that.
// https://www.w3.org/TR/xml/#charsets
#ifndef OKR_CLIENT_MSPDI_FILTER_H
#define OKR_CLIENT_MSPDI_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MSPDI_FILTER_HOLD = 64, // longest "&#...;" that is looked at; a longer one passes
};

struct mspdi_filter {
    size_t held;
    char hold[MSPDI_FILTER_HOLD];
    uint64_t dropped;
};

// Filters `len` bytes in place; what may be the beginning of something forbidden is held back for
// the next call. The buffer must have room for MSPDI_FILTER_HOLD more bytes. Returns the new
// length.
size_t mspdi_filter_run(struct mspdi_filter *f, char *buf, size_t len);

// At the end of the stream: moves what is held back to `to` (MSPDI_FILTER_HOLD bytes of room).
size_t mspdi_filter_end(struct mspdi_filter *f, char *to);

#endif
