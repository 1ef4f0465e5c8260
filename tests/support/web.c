#include "tests/support/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void become(const struct web *web, const struct okrd *okrd)
{
    int log = open(web->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(log, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char listen[80] = "127.0.0.1:0";
    if (web->socket[0])
        snprintf(listen, sizeof listen, "unix:%s", web->socket);
    execl(BIN_DIR "/okr-web", "okr-web", "--server", okrd_address(okrd), "--listen", listen,
          web->socket[0] ? "--trust-proxy" : (char *)NULL, "X-Test-Address", (char *)NULL);
    _exit(127);
}

static uint16_t port_of(const struct web *web)
{
    char text[1024] = "";
    FILE *file = fopen(web->log, "r");
    size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[size] = '\0';
    const char *at = strstr(text, "http://127.0.0.1:");
    return at && strchr(at, '\n') ? (uint16_t)atoi(at + 17) : 0;
}

static void run(struct web *web, const struct okrd *okrd)
{
    snprintf(web->log, sizeof web->log, "/tmp/okr-web-test-%ld%s.log", (long)getpid(),
             web->socket[0] ? "-behind" : "");
    unlink(web->log);
    web->pid = fork();
    if (web->pid == 0)
        become(web, okrd);
}

void web_start_behind(struct web *web, const struct okrd *okrd)
{
    snprintf(web->socket, sizeof web->socket, "/tmp/okr-web-test-%ld.sock", (long)getpid());
    run(web, okrd);
    for (int i = 0; i < 200 && access(web->socket, F_OK) != 0; i++)
        usleep(50000);
    assert_int_equal(access(web->socket, F_OK), 0);
}

void web_start(struct web *web, const struct okrd *okrd)
{
    web->socket[0] = '\0';
    run(web, okrd);
    for (int i = 0; i < 200 && !(web->port = port_of(web)); i++)
        usleep(50000);
    assert_true(web->port > 0);
}

void web_stop(struct web *web)
{
    int status = 0;
    kill(web->pid, SIGTERM);
    for (int i = 0; i < 200; i++) {
        if (waitpid(web->pid, &status, WNOHANG) == web->pid) {
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                fail_msg("okr-web ended with %d; see %s", status, web->log);
            unlink(web->log);
            return;
        }
        usleep(50000);
    }
    kill(web->pid, SIGKILL);
    fail_msg("okr-web did not end; see %s", web->log);
}

static int connect_behind(const struct web *web)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strcpy(to.sun_path, web->socket);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

int web_connect(const struct web *web)
{
    if (web->socket[0])
        return connect_behind(web);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(web->port)};
    struct timeval wait = {.tv_sec = 20};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

// A server that has ended the connection is no failure here: its answer says why.
void web_send(int fd, const char *text, size_t size)
{
    while (size) {
        ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text += sent;
        size -= (size_t)sent;
    }
}

static void read_answer(int fd, struct answer *ret)
{
    size_t capacity = 1 << 16, used = 0;
    char *text = malloc(capacity);
    for (ssize_t got = 1; got > 0;) {
        if (used + 4096 > capacity)
            text = realloc(text, capacity *= 2);
        assert_non_null(text);
        got = recv(fd, text + used, 4095, 0);
        used += got > 0 ? (size_t)got : 0;
    }
    text[used] = '\0';
    char *end = strstr(text, "\r\n\r\n");
    ret->whole = text;
    ret->status = strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
    ret->body = end ? end + 4 : text + used;
    ret->size = used - (size_t)(ret->body - text);
}

void web_ask(const struct web *web, const char *method, const char *target, const char *headers,
             const char *body, size_t size, struct answer *ret)
{
    char head[8192];
    int length = snprintf(head, sizeof head,
                          "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s", method,
                          target, web->port, headers);
    if (body)
        length +=
            snprintf(head + length, sizeof head - (size_t)length, "Content-Length: %zu\r\n", size);
    length += snprintf(head + length, sizeof head - (size_t)length, "\r\n");
    int fd = web_connect(web);
    web_send(fd, head, (size_t)length);
    web_send(fd, body ? body : "", size);
    read_answer(fd, ret);
    close(fd);
}

void web_get(const struct web *web, const char *token, const char *target, struct answer *ret)
{
    char headers[256] = "";
    if (token)
        snprintf(headers, sizeof headers, "Cookie: okr=%s\r\n", token);
    web_ask(web, "GET", target, headers, NULL, 0, ret);
}

void web_call(const struct web *web, const char *token, const char *method, const char *json,
              struct answer *ret)
{
    char headers[256], target[128];
    snprintf(target, sizeof target, "/okr.v1.%s", method);
    snprintf(headers, sizeof headers, "Content-Type: application/json\r\n%s%s%s",
             token ? "Authorization: Bearer " : "", token ? token : "", token ? "\r\n" : "");
    web_ask(web, "POST", target, headers, json, strlen(json), ret);
}

void answer_clear(struct answer *answer)
{
    free(answer->whole);
    *answer = (struct answer){0};
}

const char *answer_header(const struct answer *answer, const char *name)
{
    static char value[1024];
    size_t length = strlen(name);
    value[0] = '\0';
    for (const char *line = answer->whole; line && line < answer->body; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            line += length + 1 + strspn(line + length + 1, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r"), line);
            return value;
        }
    }
    return value;
}

void answer_expect(const struct answer *answer, int status, const char *in_body)
{
    if (answer->status != status || !strstr(answer->body, in_body))
        fail_msg("wanted %d and \"%s\", got:\n%.3000s", status, in_body, answer->whole);
}
