// The log. Formats on the stack, allocates nothing, and may be called from any thread.
#include "common/log.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#include "common/calendar.h"

enum {
    MESSAGE_SIZE = 1000,
    ESCAPED = 4, // bytes that one byte may become
    LINE_SIZE = MESSAGE_SIZE * ESCAPED + 64,
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
    // A log that cannot be written has nobody to be told to.
    ssize_t written = write(STDERR_FILENO, line, (size_t)(p - line));
    (void)written;
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
