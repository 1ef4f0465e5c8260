// One line to standard error for each thing worth knowing: time, level, message.
//
// A function logs or returns an error, never both. Never log a token, a code or a message's text.
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

// Lines above this level are dropped; LOG_LEVEL_INFO until it is called.
void log_set_level(enum log_level level);

// Write "2021-02-08T01:02:03.456789Z warn message\n" with one write(2), so that lines of several
// threads or processes do not mix. Control characters and bytes that are no UTF-8 are written as
// \n, \t or \x1b: a line is always one line. Long messages are cut. A line for which a pipe or
// socket has no room is dropped, never waited for; the next one that fits tells how many were.
// errno is kept, and "%m" works.
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
