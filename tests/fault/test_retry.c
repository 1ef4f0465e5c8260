// A retry of a change that was carried out gets the first try's answer, whatever has come in
// between: the role was taken away, the disk is full, okrd was started again on the full disk. Only
// who has no login any more is told so. And what is there can be read on a full disk.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sodium.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/fault/fault.h"

enum { SOON_MS = 20000, DISK_MB = 420, TAIL = 4096 };

static struct daemon *okrd;
static struct world world;
static char fill[160];

struct answer {
    Okr__Code code;
    Okr__Reason reason;
    size_t len;
    uint8_t body[1024];
    int64_t revision;
};

static struct answer create(const char *quarter, const uint8_t id[16])
{
    Okr__CreateQuarterRequest request = OKR__CREATE_QUARTER_REQUEST__INIT;
    request.name = (char *)(uintptr_t)quarter;
    struct packed body = pack_message(&request);
    struct envelope e = {.id = RPC_QUARTER_CREATE_QUARTER,
                         .token = world.token,
                         .request_id = id,
                         .deadline_ms = 10000,
                         .body = body};
    Okr__Reply *reply = wire_call(okrd, true, &e, SOON_MS);
    free(body.data);
    if (!reply || reply->body.len > sizeof(((struct answer *)0)->body))
        fail_msg("no reply came");
    struct answer a = {.code = reply->status->code,
                       .reason = reply->status->reason,
                       .len = reply->body.len,
                       .revision = reply->revision};
    if (a.len)
        memcpy(a.body, reply->body.data, a.len);
    okr__reply__free_unpacked(reply, NULL);
    return a;
}

static void assert_same(const struct answer *a, const struct answer *b)
{
    assert_int_equal(b->code, OKR__CODE__CODE_OK);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->body, b->body, a->len);
}

static int64_t changes(void)
{
    return daemon_ask(okrd, "SELECT revision FROM head");
}

static void change_role(enum rpc_id id, const char *role)
{
    Okr__RevokeRoleRequest revoke = OKR__REVOKE_ROLE_REQUEST__INIT;
    Okr__GrantRoleRequest grant = OKR__GRANT_ROLE_REQUEST__INIT;
    revoke.handle = grant.handle = (char *)(uintptr_t) "ada";
    revoke.role = grant.role = (char *)(uintptr_t)role;
    const void *request = id == RPC_MEMBER_GRANT_ROLE ? (const void *)&grant : &revoke;
    assert_int_equal(call_code(okrd->ipc, world.admin, SOON_MS, id, request), OKR__CODE__CODE_OK);
}

// ---- Who lost a role ----------------------------------------------------------------------------

static void a_role_that_is_gone_does_not_undo_what_was_done(void **state)
{
    (void)state;
    uint8_t id[16], other[16];
    randombytes_buf(id, sizeof id);
    randombytes_buf(other, sizeof other);
    struct answer first = create("2031-Q1", id);
    assert_int_equal(first.code, OKR__CODE__CODE_OK);
    change_role(RPC_MEMBER_REVOKE_ROLE, "pdm");
    int64_t before = changes();
    struct answer again = create("2031-Q1", id), refused = create("2031-Q2", other);
    assert_same(&first, &again);
    assert_int_equal(refused.code, OKR__CODE__CODE_PERMISSION_DENIED);
    assert_int_equal(changes(), before);
    change_role(RPC_MEMBER_GRANT_ROLE, "pdm");
    char kept = world.token[0];
    world.token[0] = kept == 'a' ? 'b' : 'a'; // a login that is none
    assert_int_equal(create("2031-Q1", id).code, OKR__CODE__CODE_UNAUTHENTICATED);
    world.token[0] = kept;
}

// ---- A full disk --------------------------------------------------------------------------------

static void fill_disk(void)
{
    int fd = open(fill, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    char block[TAIL] = {1};
    struct statvfs disk;
    assert_true(fd >= 0 && fstatvfs(fd, &disk) == 0);
    off_t most = (off_t)(disk.f_bfree * disk.f_frsize);
    assert_int_equal(posix_fallocate(fd, 0, most > 64 * TAIL ? most - 64 * TAIL : 1), 0);
    lseek(fd, 0, SEEK_END);
    while (write(fd, block, sizeof block) > 0) // to the last block
        ;
    close(fd);
}

static void read_all_the_same(void)
{
    Okr__ListQuartersRequest list = OKR__LIST_QUARTERS_REQUEST__INIT;
    assert_int_equal(call_code(okrd->ipc, world.token, SOON_MS, RPC_QUARTER_LIST_QUARTERS, &list),
                     OKR__CODE__CODE_OK);
}

static void a_full_disk_is_read_from(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); // a disk of its own takes root
    uint8_t id[16], other[16];
    randombytes_buf(id, sizeof id);
    randombytes_buf(other, sizeof other);
    struct answer first = create("2031-Q3", id);
    assert_int_equal(first.code, OKR__CODE__CODE_OK);
    fill_disk();
    pause_ms(2500); // okrd looks now and then
    for (int start = 0; start < 2; start++) {
        struct answer again = create("2031-Q3", id), refused = create("2031-Q4", other);
        assert_same(&first, &again);
        assert_int_equal(refused.code, OKR__CODE__CODE_RESOURCE_EXHAUSTED);
        assert_int_equal(refused.reason, OKR__REASON__REASON_DISK_FULL);
        read_all_the_same();
        if (start)
            break;
        kill(okrd->pid, SIGTERM);
        assert_int_not_equal(daemon_await(okrd, 60000), -1);
        daemon_start(okrd);
        pause_ms(2500);
    }
    unlink(fill);
    pause_ms(2500);
    assert_int_equal(create("2031-Q4", other).code, OKR__CODE__CODE_OK);
}

// ---- Beginning and end --------------------------------------------------------------------------

static void give_disk(void)
{
    char size[32];
    snprintf(size, sizeof size, "size=%dm", DISK_MB);
    if (mount("none", okrd->base, "tmpfs", 0, size) != 0 || chmod(okrd->base, 0755) != 0)
        fail_msg("no disk of its own is to be had");
    snprintf(fill, sizeof fill, "%s/fill", okrd->base);
}

static int start(void **state)
{
    (void)state;
    okrd = daemon_new();
    if (geteuid() == 0)
        give_disk();
    daemon_start(okrd);
    world_make(okrd, &world);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    char base[sizeof okrd->base];
    strcpy(base, okrd->base);
    if (*fill)
        unlink(fill);
    okrd = daemon_free(okrd);
    umount2(base, MNT_DETACH);
    rmdir(base);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_that_is_gone_does_not_undo_what_was_done),
        cmocka_unit_test(a_full_disk_is_read_from),
    };
    if (geteuid() == 0 &&
        (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0))
        return 1;
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start, stop);
}
