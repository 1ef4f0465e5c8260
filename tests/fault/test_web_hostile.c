// okr-web and those who mean it no good: bytes that are no HTTP, requests cut anywhere, bodies that
// never come, two thousand open event streams. Afterwards it serves as before.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/support/web.h"

enum { ROUNDS = 400, SLOW = 200, STREAMS = 2000 };

static struct okrd *okrd;
static struct web web;

static int start(void **state)
{
    (void)state;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    okrd = okrd_start("2021-02-08T10:00:00+09:00");
    okrd_member(okrd, "subject", "pdm", NULL);
    web_start(&web, okrd);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    web_stop(&web);
    okrd = okrd_stop(okrd);
    return 0;
}

static void expect_service(void)
{
    struct answer answer;
    web_call(&web, okrd_token(okrd, "subject"), "ServerService/WhoAmI", "{}", &answer);
    answer_expect(&answer, 200, "\"handle\":\"subject\"");
    answer_clear(&answer);
}

// Open descriptors of okr-web.
static int descriptors(void)
{
    char command[64], text[32] = "";
    snprintf(command, sizeof command, "ls /proc/%ld/fd | wc -l", (long)web.pid);
    FILE *pipe = popen(command, "r");
    assert_non_null(fgets(text, sizeof text, pipe));
    pclose(pipe);
    return atoi(text);
}

static void settle_below(int most)
{
    int now = 0;
    for (int i = 0; i < 400 && (now = descriptors()) > most; i++)
        usleep(100000);
    if (now > most)
        fail_msg("%d descriptors are open, and not at most %d", now, most);
}

static void send_and_go(const char *bytes, size_t size)
{
    int fd = web_connect(&web);
    web_send(fd, bytes, size);
    close(fd);
}

// Printable by the seed alone: the same each time.
static uint32_t chance(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static const char *const seeds[] = {
    "GET / HTTP/1.1\r\nHost: x\r\nCookie: okr=abc; lang=ja\r\n\r\n",
    "POST /okr.v1.BoardService/GetBoard HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    "Content-Length: 20\r\n\r\n{\"week\": \"2021-W06\"}",
    "POST /login HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "b\r\nhandle=a&co\r\n5\r\nde=%4\r\n0\r\n\r\n",
    "GET /okr.v1.ServerService/GetServerInfo?base64=1&encoding=proto&message=%7B HTTP/1.1\r\n"
    "Host: x\r\nAccept: text/csv\r\n\r\n",
    "GET /live?after=9223372036854775807 HTTP/1.1\r\nHost: x\r\nLast-Event-ID: -1\r\n\r\n",
};

// Bytes changed, cut out, doubled.
static void requests_are_garbled(void **state)
{
    (void)state;
    uint32_t seed = 20210208;
    for (int i = 0; i < ROUNDS; i++) {
        char bytes[1024];
        const char *text = seeds[(size_t)i % (sizeof seeds / sizeof *seeds)];
        size_t size = strlen(text);
        memcpy(bytes, text, size);
        for (uint32_t n = chance(&seed) % 6; n > 0; n--)
            bytes[chance(&seed) % size] = (char)chance(&seed);
        if (chance(&seed) % 3 == 0)
            size = chance(&seed) % size;
        send_and_go(bytes, size);
    }
    expect_service();
}

static void a_body_past_the_limit_is_refused_before_it_is_read(void **state)
{
    (void)state;
    char text[256];
    int fd = web_connect(&web);
    int size = snprintf(text, sizeof text,
                        "POST /okr.v1.ServerService/GetServerInfo HTTP/1.1\r\nHost: x\r\n"
                        "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n");
    web_send(fd, text, (size_t)size);
    char reply[64] = "";
    assert_true(recv(fd, reply, sizeof reply - 1, 0) > 12);
    assert_memory_equal(reply, "HTTP/1.1 413", 12);
    close(fd);
    char *headers = malloc(40000); // a head past the limit
    memset(headers, 'a', 39999);
    headers[39999] = '\0';
    memcpy(headers, "X: ", 3);
    fd = web_connect(&web);
    web_send(fd, "GET / HTTP/1.1\r\nHost: x\r\n", 25);
    web_send(fd, headers, 39999);
    web_send(fd, "\r\n\r\n", 4);
    close(fd);
    free(headers);
    expect_service();
}

// Connections that say nothing, or half of a request: others are served, and they are ended.
static void the_slow_keep_nobody_waiting(void **state)
{
    (void)state;
    int fds[SLOW], before = descriptors();
    for (int i = 0; i < SLOW; i++) {
        fds[i] = web_connect(&web);
        if (i % 2)
            web_send(fds[i], seeds[1], 150);
    }
    expect_service();
    settle_below(before + 4); // after the idle time-out
    for (int i = 0; i < SLOW; i++)
        close(fds[i]);
    expect_service();
}

static void rename_subject(const char *name)
{
    Okr__ListMembersRequest list = OKR__LIST_MEMBERS_REQUEST__INIT;
    Okr__UpdateMemberRequest request = OKR__UPDATE_MEMBER_REQUEST__INIT;
    Okr__MemberList *members = okrd_must(okrd, "admin", RPC_MEMBER_LIST_MEMBERS, &list);
    request.handle = (char *)(uintptr_t) "subject";
    request.name = (char *)(uintptr_t)name;
    request.has_version = 1;
    for (size_t i = 0; i < members->n_members; i++) {
        if (strcmp(members->members[i]->handle, "subject") == 0)
            request.version = members->members[i]->version;
    }
    okr__member_list__free_unpacked(members, NULL);
    okr__member__free_unpacked(okrd_must(okrd, "admin", RPC_MEMBER_UPDATE_MEMBER, &request), NULL);
}

static void wait_for_event(int fd)
{
    char text[2048] = "";
    size_t used = 0;
    while (!strstr(text, "event: change")) {
        ssize_t got = recv(fd, text + used, sizeof text - 1 - used, 0);
        assert_true(got > 0);
        used += (size_t)got;
        text[used] = '\0';
    }
}

// Each hears of the change; pages go on; those that went are noticed.
static void two_thousand_listen(void **state)
{
    (void)state;
    static int fds[STREAMS];
    static const char request[] = "GET /live HTTP/1.1\r\nHost: x\r\n\r\n";
    int before = descriptors();
    for (int i = 0; i < STREAMS; i++) {
        char greeting[512];
        fds[i] = web_connect(&web);
        web_send(fds[i], request, sizeof request - 1);
        assert_true(recv(fds[i], greeting, sizeof greeting, 0) > 0);
    }
    rename_subject("heard of");
    for (int i = 0; i < STREAMS; i++)
        wait_for_event(fds[i]);
    expect_service();
    for (int i = 0; i < STREAMS; i++)
        close(fds[i]);
    settle_below(before + 4); // by the heartbeat
    expect_service();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_garbled),
        cmocka_unit_test(a_body_past_the_limit_is_refused_before_it_is_read),
        cmocka_unit_test(the_slow_keep_nobody_waiting),
        cmocka_unit_test(two_thousand_listen),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
