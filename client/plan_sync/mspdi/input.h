// From a file's bytes to UTF-8 that expat can be fed with: byte order mark, declared encoding,
// conversion, and on demand the dropping of characters that XML 1.0 forbids.
//
// It knows no elements. The XML declaration is overwritten with blanks, so that what it says about
// the encoding (no longer true) is not looked at again while lines and columns stay.
#ifndef OKR_CLIENT_MSPDI_INPUT_H
#define OKR_CLIENT_MSPDI_INPUT_H

#include <iconv.h>
#include <sys/types.h>
#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/mspdi/filter.h"

enum {
    MSPDI_CHUNK = 64 * 1024,
};

struct mspdi_input {
    int fd;
    uint64_t bytes; // read so far, from the file
    uint64_t max_bytes;
    const char *bom; // static, NULL: none
    char encoding[MSPDI_ENCODING_BYTES];
    bool convert;
    bool jis_ascii;    // 0x5C and 0x7E are backslash and tilde, whatever iconv thinks
    iconv_t converter; // when convert
    iconv_t wider;     // for bytes that the declared encoding lacks but its common extension has
    bool filtering;
    struct mspdi_filter filter;
    bool first; // nothing has been given out
    bool at_end;
    size_t raw_start;
    size_t raw_end;
    char raw[MSPDI_CHUNK];
};

// Reads the first bytes and finds out the encoding. Does not own fd. On false *error is set; in any
// case mspdi_input_close() may follow.
bool mspdi_input_open(struct mspdi_input *in, int fd, uint64_t max_bytes, bool filtering,
                      struct mspdi_error *error);

// Up to `size` (at least 1 kB) bytes of UTF-8 (not checked where the file says it is UTF-8 already:
// expat does that); may be no whole number of characters then. 0 at the end, -1 with *error set.
ssize_t mspdi_input_read(struct mspdi_input *in, char *to, size_t size, struct mspdi_error *error);

void mspdi_input_close(struct mspdi_input *in);

#endif
