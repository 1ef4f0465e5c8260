// The log. Formats on the stack, allocates nothing, and may be called from any thread.
#include "common/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#include "common/calendar.h"

enum {
    MESSAGE_SIZE = 1000,
    ESCAPED = 4,                             // bytes that one byte may become
    LINE_SIZE = MESSAGE_SIZE * ESCAPED + 64, // a NUL included
};

// What POSIX promises to write to a pipe in one piece.
_Static_assert(LINE_SIZE <= PIPE_BUF, "lines of several writers would mix");

static atomic_int shown_level = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&shown_level, (int)level, memory_order_relaxed);
}

static char *put_text(char *p, const char *text)
{
    size_t len = strlen(text);
    memcpy(p, text, len);
    return p + len;
}

static char *put_escaped(char *p, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    *p++ = '\\';
    if (byte == '\n' || byte == '\t') {
        *p++ = byte == '\n' ? 'n' : 't';
        return p;
    }
    *p++ = 'x';
    *p++ = hex[byte >> 4];
    *p++ = hex[byte & 15];
    return p;
}

// Copies `message` to `p`, whose room is ESCAPED times as much.
static char *put_message(char *p, const char *message)
{
    size_t len = strlen(message);
    for (size_t i = 0; i < len;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)message + i,
                                              (utf8proc_ssize_t)(len - i), &point);
        size_t bytes = n > 0 ? (size_t)n : 1;
        if (n <= 0 || point < 0x20 || (point >= 0x7f && point <= 0x9f)) {
            for (size_t k = 0; k < bytes; k++)
                p = put_escaped(p, (unsigned char)message[i + k]);
        } else {
            memcpy(p, message + i, bytes);
            p += bytes;
        }
        i += bytes;
    }
    return p;
}

// Whether a write of a whole line would not wait: a reader that is slow, or gone to sleep, must not
// hold the program up.
static bool has_room(void)
{
    struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&p, 1, 0) != 0; // what is no pipe, or has no reader, does not wait either
}

// A socket takes part of a line where it has room for part; a pipe the whole (PIPE_BUF) or nothing.
static bool write_whole(const char *line, size_t len)
{
    if (!has_room())
        return false;
    ssize_t n = send(STDERR_FILENO, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == ENOTSOCK)
        n = write(STDERR_FILENO, line, len);
    return n >= 0 || errno != EAGAIN;
}

static void write_or_drop(const char *line, size_t len)
{
    static atomic_ulong dropped;
    char told[128];
    unsigned long lost = atomic_exchange(&dropped, 0);
    if (lost) {
        size_t stamp = strcspn(line, " ");
        int n = snprintf(told, sizeof told,
                         "%.*s warn %lu lines of the log were dropped: nobody reads it\n",
                         (int)stamp, line, lost);
        if (!write_whole(told, (size_t)n)) {
            atomic_fetch_add(&dropped, lost + 1);
            return;
        }
    }
    if (!write_whole(line, len))
        atomic_fetch_add(&dropped, 1);
}

static void write_line(const char *level, const char *message)
{
    char line[LINE_SIZE];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    timestamp_format((int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, line);
    char *p = line + strlen(line);
    *p++ = ' ';
    p = put_text(p, level);
    *p++ = ' ';
    p = put_message(p, message);
    *p++ = '\n';
    *p = '\0';
    write_or_drop(line, (size_t)(p - line));
}

__attribute__((format(printf, 3, 0))) static void log_at(enum log_level level, const char *name,
                                                         const char *fmt, va_list args)
{
    char message[MESSAGE_SIZE];
    int saved = errno;
    if ((int)level > atomic_load_explicit(&shown_level, memory_order_relaxed))
        return;
    int len = vsnprintf(message, sizeof message, fmt, args);
    if (len >= (int)sizeof message)
        memcpy(message + sizeof message - 4, "...", 4);
    write_line(name, len >= 0 ? message : fmt);
    errno = saved;
}

void log_error(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    log_at(LOG_LEVEL_ERROR, "error", fmt, args);
    va_end(args);
}

void log_warn(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    log_at(LOG_LEVEL_WARN, "warn", fmt, args);
    va_end(args);
}

void log_info(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    log_at(LOG_LEVEL_INFO, "info", fmt, args);
    va_end(args);
}

void log_debug(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    log_at(LOG_LEVEL_DEBUG, "debug", fmt, args);
    va_end(args);
}
