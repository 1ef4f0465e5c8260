// Reading in chunks, finding out the encoding, converting.
//
// What counts, in this order: a byte order mark, the look of the first four bytes, the declaration,
// UTF-8. A declaration that contradicts a byte order mark is common after conversions, and wrong.
#include "client/plan_sync/mspdi/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "client/plan_sync/mspdi/charset.h"
#include "client/plan_sync/mspdi/error.h"

enum {
    DECLARATION_BYTES = 800, // of the file, in which the declaration's encoding is looked for
};

static const struct mark {
    const char *bytes;
    size_t len;
    const char *name;
    const char *charset;
} marks[] = {
    // The longer ones first: UTF-32LE begins as UTF-16LE does.
    {"\xff\xfe\0\0", 4, "utf-32le", "UTF-32LE"}, {"\0\0\xfe\xff", 4, "utf-32be", "UTF-32BE"},
    {"\xef\xbb\xbf", 3, "utf-8", "UTF-8"},       {"\xff\xfe", 2, "utf-16le", "UTF-16LE"},
    {"\xfe\xff", 2, "utf-16be", "UTF-16BE"},
};

static size_t raw_left(const struct mspdi_input *in)
{
    return in->raw_end - in->raw_start;
}

// Fills the buffer as far as the file goes; what is left in it stays, in front.
static bool refill(struct mspdi_input *in, struct mspdi_error *error)
{
    memmove(in->raw, in->raw + in->raw_start, raw_left(in));
    in->raw_end -= in->raw_start;
    in->raw_start = 0;
    while (!in->at_end && in->raw_end < sizeof in->raw) {
        ssize_t n = read(in->fd, in->raw + in->raw_end, sizeof in->raw - in->raw_end);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            mspdi_fail(error, MSPDI_UNREADABLE, N_("the file cannot be read"), NULL);
            error->os_error = errno;
            return false;
        }
        in->at_end = n == 0;
        in->raw_end += (size_t)n;
        in->bytes += (uint64_t)n;
        if (in->bytes > in->max_bytes)
            return mspdi_fail(error, MSPDI_LIMIT, N_("the file is larger than allowed"), NULL);
    }
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t skip_space(const char *s, size_t len, size_t at)
{
    while (at < len && is_space(s[at]))
        at++;
    return at;
}

// Also what no encoding's name has in it: such a name is known to be unknown.
static bool is_name_char(char c)
{
    return c > ' ' && c < 0x7F && c != '"' && c != '\'' && c != '<' && c != '>';
}

// `="name"` at `at`, either quote, blanks around the sign. A name that is too long is cut.
static bool quoted_name(const char *s, size_t len, size_t at, char *to, size_t size)
{
    at = skip_space(s, len, at);
    if (at >= len || s[at] != '=')
        return false;
    at = skip_space(s, len, at + 1);
    if (at >= len || (s[at] != '"' && s[at] != '\''))
        return false;
    size_t from = ++at;
    while (at < len && is_name_char(s[at]))
        at++;
    size_t n = at - from;
    if (n == 0 || at >= len || (s[at] != '"' && s[at] != '\''))
        return false;
    n = n < size ? n : size - 1;
    memcpy(to, s + from, n);
    to[n] = '\0';
    return true;
}

// The declared encoding, whatever the width of a unit: NULs are left out.
static void find_declared(struct mspdi_input *in)
{
    char text[DECLARATION_BYTES];
    size_t len = 0;
    for (size_t i = in->raw_start; i < in->raw_end && i < DECLARATION_BYTES; i++) {
        if (in->raw[i])
            text[len++] = in->raw[i];
    }
    size_t at = skip_space(text, len, 0);
    if (len - at < 5 || memcmp(text + at, "<?xml", 5) != 0)
        return;
    static const char word[] = "encoding";
    for (at += 5; at + sizeof word - 1 <= len && text[at] != '>'; at++) {
        size_t after = at + sizeof word - 1;
        if (memcmp(text + at, word, sizeof word - 1) == 0 &&
            quoted_name(text, len, after, in->encoding, sizeof in->encoding))
            return;
    }
}

static const char *find_mark(struct mspdi_input *in)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct mark *m = &marks[i];
        if (in->raw_end < m->len || memcmp(in->raw, m->bytes, m->len) != 0)
            continue;
        in->bom = m->name;
        in->raw_start = m->len;
        return m->charset;
    }
    return NULL;
}

// The first four bytes of "<?" or "<P" in units of two or four bytes.
static const char *guess_units(const struct mspdi_input *in)
{
    const char *b = in->raw;
    if (in->raw_end < 4)
        return NULL;
    if (b[0] == '<' && !b[1])
        return b[2] && !b[3] ? "UTF-16LE" : !b[2] && !b[3] ? "UTF-32LE" : NULL;
    if (!b[0] && b[1] == '<' && !b[2] && b[3])
        return "UTF-16BE";
    return !b[0] && !b[1] && !b[2] && b[3] == '<' ? "UTF-32BE" : NULL;
}

static bool bad_encoding(const struct mspdi_input *in, struct mspdi_error *error)
{
    const char *name = in->bom ? in->bom : in->encoding;
    return mspdi_fail(error, MSPDI_NOT_WELL_FORMED,
                      N_("the bytes are not text in the encoding that the file says it has"), name);
}

static bool open_converters(struct mspdi_input *in, const struct mspdi_charset *cs,
                            struct mspdi_error *error)
{
    if (!*cs->iconv)
        return true;
    in->converter = iconv_open("UTF-8", cs->iconv);
    if (in->converter == (iconv_t)-1)
        return mspdi_fail(error, MSPDI_NOT_WELL_FORMED,
                          N_("this system has no converter for the file's encoding"), cs->iconv);
    in->convert = true;
    in->jis_ascii = cs->jis_ascii;
    if (cs->wider)
        in->wider = iconv_open("UTF-8", cs->wider);
    return true;
}

bool mspdi_input_open(struct mspdi_input *in, int fd, uint64_t max_bytes, bool filtering,
                      struct mspdi_error *error)
{
    *in = (struct mspdi_input){.fd = fd,
                               .max_bytes = max_bytes,
                               .filtering = filtering,
                               .first = true,
                               .converter = (iconv_t)-1,
                               .wider = (iconv_t)-1};
    if (!refill(in, error))
        return false;
    const char *charset = find_mark(in);
    find_declared(in);
    if (!charset)
        charset = guess_units(in);
    bool sure = charset != NULL;
    struct mspdi_charset cs = mspdi_charset_find(charset ? charset : in->encoding);
    if (!sure && !cs.known)
        return mspdi_fail(error, MSPDI_NOT_WELL_FORMED,
                          N_("the file's encoding is not known; save it as UTF-8"), in->encoding);
    if (!sure && cs.wide_units && !memchr(in->raw, 0, in->raw_end < 4 ? in->raw_end : 4))
        return bad_encoding(in, error);
    return open_converters(in, &cs, error);
}

void mspdi_input_close(struct mspdi_input *in)
{
    if (in->converter != (iconv_t)-1)
        iconv_close(in->converter);
    if (in->wider != (iconv_t)-1)
        iconv_close(in->wider);
    in->converter = in->wider = (iconv_t)-1;
}

// glibc's Shift_JIS has the yen sign and the overline at 0x5C and 0x7E, as the standard of 1969
// had; every program means backslash and tilde. No two-byte code gives those two characters.
static size_t restore_jis_ascii(char *s, size_t len)
{
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        if (i + 1 < len && memcmp(s + i, "\xc2\xa5", 2) == 0) {
            s[out++] = '\\';
            i++;
        } else if (i + 2 < len && memcmp(s + i, "\xe2\x80\xbe", 3) == 0) {
            s[out++] = '~';
            i += 2;
        } else {
            s[out++] = s[i];
        }
    }
    return out;
}

// One character that the declared encoding lacks. Returns bytes written, 0: the extension has it
// neither.
static size_t convert_wider(struct mspdi_input *in, char *to, size_t size)
{
    if (in->wider == (iconv_t)-1)
        return 0;
    for (size_t n = 1; n <= 4 && n <= raw_left(in); n++) {
        char *from = in->raw + in->raw_start;
        char *out = to;
        size_t left = n;
        size_t room = size;
        iconv(in->wider, NULL, NULL, NULL, NULL);
        if (iconv(in->wider, &from, &left, &out, &room) != (size_t)-1 && left == 0 && out > to) {
            in->raw_start += n;
            return (size_t)(out - to);
        }
    }
    return 0;
}

// One run of iconv over what the buffer holds; *ret_errno as iconv's, 0 when it took all.
static size_t convert_run(struct mspdi_input *in, char *to, size_t size, int *ret_errno)
{
    char *from = in->raw + in->raw_start;
    char *out = to;
    size_t left = raw_left(in);
    size_t room = size;
    size_t rc = iconv(in->converter, &from, &left, &out, &room);
    *ret_errno = rc == (size_t)-1 ? errno : 0;
    in->raw_start = in->raw_end - left;
    size_t n = (size_t)(out - to);
    return in->jis_ascii ? restore_jis_ascii(to, n) : n;
}

static ssize_t read_converted(struct mspdi_input *in, char *to, size_t size,
                              struct mspdi_error *error)
{
    for (;;) {
        if (raw_left(in) == 0 && !refill(in, error))
            return -1;
        if (raw_left(in) == 0)
            return 0;
        int why;
        size_t n = convert_run(in, to, size, &why);
        if (n > 0)
            return (ssize_t)n;
        if (why == EILSEQ || (why == EINVAL && in->at_end)) {
            n = convert_wider(in, to, size);
            if (n > 0)
                return (ssize_t)n;
            bad_encoding(in, error);
            return -1;
        }
        if (why == EINVAL && !refill(in, error))
            return -1;
    }
}

static ssize_t read_plain(struct mspdi_input *in, char *to, size_t size, struct mspdi_error *error)
{
    if (raw_left(in) == 0 && !refill(in, error))
        return -1;
    size_t n = raw_left(in) < size ? raw_left(in) : size;
    memcpy(to, in->raw + in->raw_start, n);
    in->raw_start += n;
    return (ssize_t)n;
}

// Blanks for the declaration, and for what white space stands before it: not allowed, but seen.
static void blank_declaration(char *s, size_t len)
{
    size_t at = skip_space(s, len, 0);
    if (len - at < 6 || memcmp(s + at, "<?xml", 5) != 0 || !is_space(s[at + 5]))
        return;
    char *end = memmem(s + at, len - at, "?>", 2);
    if (!end)
        return;
    for (char *p = s; p < end + 2; p++) {
        if (*p != '\n' && *p != '\r')
            *p = ' ';
    }
}

ssize_t mspdi_input_read(struct mspdi_input *in, char *to, size_t size, struct mspdi_error *error)
{
    size_t room = size - MSPDI_FILTER_HOLD;
    ssize_t n;
    do {
        n = in->convert ? read_converted(in, to, room, error) : read_plain(in, to, room, error);
        if (n <= 0)
            break;
        if (in->filtering)
            n = (ssize_t)mspdi_filter_run(&in->filter, to, (size_t)n);
    } while (n == 0);
    if (n == 0 && in->filtering)
        return (ssize_t)mspdi_filter_end(&in->filter, to);
    if (n > 0 && in->first) {
        blank_declaration(to, (size_t)n);
        in->first = false;
    }
    return n;
}
