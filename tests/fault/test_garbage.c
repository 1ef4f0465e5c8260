// What must not hurt: random bytes, cut and bent messages, lies about lengths, deep nesting, text
// that is none. Everything gets a status or a closed pipe, and okrd serves on as the same process.
//
// FUZZ_SEED and FUZZ_ROUNDS (200, some 15 s) say what is tried and how long; a run can be repeated.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/fault/fault.h"

enum { ROOM = 6 << 20, ANSWER_MS = 20000, DEEP = 10000 };

static struct daemon *okrd;
static struct world world;
static struct wire wires[2];
static int internal; // replies that blame okrd itself

// ---- Chance -------------------------------------------------------------------------------------

static uint64_t seed;

static uint32_t chance(uint32_t below) // xorshift64* (Vigna 2016)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return below ? (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 33) % below : 0;
}

// ---- Building bytes -----------------------------------------------------------------------------

static uint8_t *out;
static size_t out_len;

static void byte(unsigned value)
{
    if (out_len < ROOM)
        out[out_len++] = (uint8_t)value;
}

static void varint(uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        byte((unsigned)(value & 0x7f) | 0x80);
    byte((unsigned)value);
}

static void span(const void *data, size_t n)
{
    for (size_t i = 0; i < n; i++)
        byte(((const uint8_t *)data)[i]);
}

static void field(uint32_t number, unsigned wire)
{
    varint((uint64_t)number << 3 | wire);
}

static void text_field(uint32_t number, const void *data, size_t n)
{
    field(number, 2);
    varint(n);
    span(data, n);
}

// Messages within messages, each of one field: their lengths first.
static void nest(uint32_t number, int depth)
{
    size_t *sizes = calloc((size_t)depth + 1, sizeof *sizes);
    for (int i = 1; i <= depth; i++)
        sizes[i] = sizes[i - 1] + 1 + (sizes[i - 1] < 0x80 ? 1 : sizes[i - 1] < 0x4000 ? 2 : 3);
    for (int i = depth; i > 0; i--) {
        field(number, 2);
        varint(sizes[i - 1]);
    }
    free(sizes);
}

static const char *some_text(size_t *ret_len)
{
    static const struct {
        const char *text;
        size_t len;
    } texts[] = {{"text", 4},
                 {"", 0},
                 {"adm\0in", 6},
                 {"\xff\xfe", 2},
                 {"\xc0\x80", 2},
                 {"\xed\xa0\x80", 3},
                 {"\xe6\x97\xa5", 3},
                 {"2021Q1", 6},
                 {"2021-W06", 8},
                 {"2021-02-08", 10},
                 {"\x1b[31m", 5},
                 {"ada", 3},
                 {"'; DROP TABLE x", 15},
                 {"9999-99-99", 10},
                 {"\xf4\x90\x80\x80", 4},
                 {"%s%n%x", 6}};
    size_t i = chance(sizeof texts / sizeof *texts);
    *ret_len = texts[i].len;
    return texts[i].text;
}

static uint64_t some_number(void)
{
    static const uint64_t numbers[] = {0,   1,         2,          3,         7,
                                       100, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX};
    return chance(3) ? numbers[chance(10)] : (uint64_t)chance(1000);
}

static void some_message(const ProtobufCMessageDescriptor *type);

// Its length in three bytes, whatever it is: filled in when it is known.
static void some_message_field(const ProtobufCFieldDescriptor *f)
{
    field(f->id, 2);
    size_t at = out_len;
    span("\0\0\0", 3);
    some_message(f->descriptor);
    size_t n = out_len - at - 3;
    out[at] = (uint8_t)(n | 0x80);
    out[at + 1] = (uint8_t)(n >> 7 | 0x80);
    out[at + 2] = (uint8_t)(n >> 14 & 0x7f);
}

static void some_field(const ProtobufCFieldDescriptor *f)
{
    size_t n;
    const char *text;
    double value = chance(4) ? (double)chance(1000) : __builtin_nan("");
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        some_message_field(f);
        break;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
        text = some_text(&n);
        text_field(f->id, text, n);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        field(f->id, 1);
        span(&value, 8);
        break;
    default:
        field(f->id, 0);
        varint(some_number());
    }
}

static void some_message(const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; i < type->n_fields; i++)
        for (uint32_t k = chance(type->fields[i].label == PROTOBUF_C_LABEL_REPEATED ? 4 : 3); k > 0;
             k--)
            some_field(&type->fields[i]);
    if (chance(20) == 0) { // one that it does not have
        field(1000 + chance(1000), 0);
        varint(some_number());
    }
}

// An envelope around what is in `out` now.
// Such a call is answered when something changes, or at its deadline.
static bool waits(enum rpc_id id)
{
    return id == RPC_WATCH_WATCH || id == RPC_WATCH_WAIT_FOR_CHANGE;
}

static void wrap(enum rpc_id id, bool with_token)
{
    uint8_t request_id[16];
    struct packed body = {malloc(out_len + 1), out_len};
    if (!body.data)
        abort();
    if (out_len)
        memcpy(body.data, out, out_len);
    randombytes_buf(request_id, sizeof request_id);
    struct envelope e = {.id = id,
                         .token = with_token ? world.token : NULL,
                         .request_id = request_id,
                         .deadline_ms = waits(id) ? 310 : 10000,
                         .body = body};
    struct packed whole = pack_envelope(&e);
    out_len = 0;
    span(whole.data, whole.len);
    free(whole.data);
    free(body.data);
}

// ---- Sending ------------------------------------------------------------------------------------

static bool okrd_lives(void)
{
    return waitpid(okrd->pid, NULL, WNOHANG) == 0;
}

// The status that came, or -1 when the pipe was closed instead. Anything else fails the test.
static int send_bytes(bool ipc, Okr__Reason *ret_reason)
{
    struct wire *w = &wires[ipc];
    uint32_t number;
    size_t n;
    if (w->fd < 0 && !wire_open(okrd, ipc, w))
        fail_msg("okrd accepts no connection");
    uint8_t *data = wire_send(w, 1, out, out_len) ? wire_receive(w, ANSWER_MS, &number, &n) : NULL;
    if (!data) {
        struct pollfd ended = {.fd = w->fd, .events = POLLIN};
        char c;
        if (poll(&ended, 1, 0) != 1 || recv(w->fd, &c, 1, 0) > 0)
            fail_msg("neither a reply nor a closed pipe");
        wire_close(w);
        assert_true(okrd_lives());
        return -1;
    }
    Okr__Reply *reply = okr__reply__unpack(NULL, n, data);
    assert_non_null(reply);
    assert_non_null(reply->status);
    assert_true(reply->status->has_code);
    int code = (int)reply->status->code;
    if (ret_reason)
        *ret_reason =
            reply->status->has_reason ? reply->status->reason : OKR__REASON__REASON_UNSPECIFIED;
    okr__reply__free_unpacked(reply, NULL);
    free(data);
    return code;
}

static void expect(bool ipc, Okr__Code code, Okr__Reason reason)
{
    Okr__Reason why = OKR__REASON__REASON_UNSPECIFIED;
    assert_int_equal(send_bytes(ipc, &why), code);
    if (code != OKR__CODE__CODE_OK)
        assert_int_equal(why, reason);
}

// ---- Single lies --------------------------------------------------------------------------------

// An entry with this text; the fields of WriteEntryRequest.
static void entry_body(const void *text, size_t n)
{
    out_len = 0;
    field(1, 0);
    varint((uint64_t)world.project_id);
    text_field(4, text, n);
}

static void text_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } bad[] = {{"adm\0xyz", 7},     {"\xff", 1},     {"\xc0\x80", 2},
               {"\xed\xa0\x80", 3}, {"\xe6\x97", 2}, {"\x1b[2J", 4}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int ipc = 0; ipc < 2; ipc++) {
            entry_body(bad[i].text, bad[i].len);
            wrap(RPC_WEEK_WRITE_ENTRY, true);
            expect(ipc, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_TEXT);
        }
    assert_int_equal(daemon_ask(okrd, "SELECT count(*) FROM entry"), 0);
}

static void fields_and_values_that_nobody_knows_are_refused_in_changes(void **state)
{
    (void)state;
    entry_body("text", 4);
    field(99, 0);
    varint(1);
    wrap(RPC_WEEK_WRITE_ENTRY, true);
    expect(true, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_UNKNOWN_FIELD);
    out_len = 0;
    field(99, 0);
    varint(1);
    wrap(RPC_WEEK_LIST_WEEKS, true);
    expect(true, OKR__CODE__CODE_OK, OKR__REASON__REASON_UNSPECIFIED); // a newer client's question
    out_len = 0;
    field(3, 0); // DecideRequest.decision
    varint(77);
    wrap(RPC_PROJECT_DECIDE, true);
    expect(false, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_ENUM);
}

static void lengths_that_lie_are_refused(void **state)
{
    (void)state;
    for (int ipc = 0; ipc < 2; ipc++) {
        out_len = 0;
        field(4, 2);
        varint(UINT64_C(3) << 30);
        span("text", 4);
        wrap(RPC_WEEK_WRITE_ENTRY, true);
        expect(ipc, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED);
        out_len = 0;
        field(6, 2); // Request.body
        varint(UINT64_C(3) << 30);
        expect(ipc, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED);
        out_len = 0;
        expect(ipc, OKR__CODE__CODE_UNIMPLEMENTED, OKR__REASON__REASON_METHOD_UNKNOWN);
    }
}

static void depth_is_refused(void **state)
{
    (void)state;
    for (int ipc = 0; ipc < 2; ipc++) {
        entry_body("text", 4); // unknown fields within unknown fields
        nest(50, DEEP);
        wrap(RPC_WEEK_WRITE_ENTRY, true);
        expect(ipc, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_UNKNOWN_FIELD);
        entry_body("text", 4); // groups
        for (int i = 0; i < DEEP; i++)
            field(50, 3);
        for (int i = 0; i < DEEP; i++)
            field(50, 4);
        wrap(RPC_WEEK_WRITE_ENTRY, true);
        expect(ipc, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED);
        out_len = 0; // in a field that is a message: AddKeyResultRequest.kr, and its `latest`
        nest(1, DEEP);
        wrap(RPC_QUARTER_ADD_KEY_RESULT, true);
        assert_in_range(send_bytes(ipc, NULL), 1, 16);
        out_len = 0; // in the envelope itself
        nest(7, DEEP);
        assert_in_range(send_bytes(ipc, NULL), 1, 16);
        out_len = 0;
        for (int i = 0; i < DEEP; i++)
            field(7, 3);
        expect(ipc, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED);
    }
}

// ---- Below the envelope -------------------------------------------------------------------------

static bool is_closed(int fd, int ms)
{
    char c[256];
    for (int64_t until = now_ms() + ms; now_ms() < until;) {
        struct pollfd ended = {.fd = fd, .events = POLLIN};
        if (poll(&ended, 1, 100) == 1 && recv(fd, c, sizeof c, 0) <= 0)
            return true;
    }
    return false;
}

static void frames_beyond_the_limit_close_the_pipe(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {UINT64_C(3) << 30, UINT64_C(5) << 20, UINT64_MAX, INT64_MAX};
    long before = daemon_resident_kb(okrd);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        struct wire w;
        uint8_t head[9] = {1};
        for (int k = 0; k < 8; k++)
            head[1 + k] = (uint8_t)(sizes[i / 2] >> (56 - 8 * k));
        assert_true(wire_open(okrd, i % 2, &w));
        assert_true(send(w.fd, i % 2 ? head : head + 1, i % 2 ? 9 : 8, MSG_NOSIGNAL) > 0);
        assert_true(is_closed(w.fd, 5000));
        wire_close(&w);
    }
    assert_true(daemon_resident_kb(okrd) - before < 64 * 1024);
}

static void other_handshakes_close_the_pipe(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        uint8_t noise[64];
        int fd = wire_connect(okrd, i % 2);
        assert_true(fd >= 0);
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (uint8_t)chance(256);
        if (i % 4 < 2)
            memcpy(noise, "\0SP\0\0\x10\0\0", 8); // a PAIR peer
        send(fd, noise, sizeof noise, MSG_NOSIGNAL);
        if (i % 10 == 0)
            assert_true(is_closed(fd, 15000));
        close(fd);
    }
    assert_true(is_served(okrd, true, 5000));
    assert_true(is_served(okrd, false, 5000));
}

// ---- Everything at once -------------------------------------------------------------------------

static enum rpc_id some_method(void)
{
    enum rpc_id id;
    do
        id = (enum rpc_id)chance(RPC_COUNT);
    while (id == RPC_SERVER_LOGOUT); // or nothing would come through any more
    return id;
}

static void bend(void)
{
    for (uint32_t n = 1 + chance(8); n > 0 && out_len > 0; n--)
        out[chance((uint32_t)out_len)] ^= (uint8_t)(1u << chance(8));
}

static enum rpc_id make_request(void)
{
    enum rpc_id id = some_method();
    out_len = 0;
    some_message(rpc_methods[id].request);
    if (chance(4) == 0)
        bend();
    if (chance(6) == 0)
        out_len = chance((uint32_t)out_len + 1);
    wrap(id, chance(10) != 0);
    bool whole = waits(id); // it must not lose its deadline
    if (!whole && chance(8) == 0)
        bend();
    if (!whole && chance(8) == 0)
        out_len = chance((uint32_t)out_len + 1);
    return id;
}

static void random_requests_get_a_status(void **state)
{
    (void)state;
    int rounds = setting("FUZZ_ROUNDS", 200), codes[17] = {0}, closed = 0;
    int64_t start = now_ms();
    for (int i = 0; i < rounds * 200; i++) {
        enum rpc_id id = make_request();
        if (i % 20 == 0) {
            out_len = chance(3000);
            for (size_t k = 0; k < out_len; k++)
                out[k] = (uint8_t)chance(256);
        }
        int code = send_bytes(i % 2, NULL);
        if (code == OKR__CODE__CODE_INTERNAL && internal++ < 20)
            print_error("INTERNAL: %s\n", rpc_methods[id].name);
        assert_in_range(code + 1, 0, 17);
        if (code < 0)
            closed++;
        else
            codes[code]++;
    }
    print_message("          %d requests in %d ms:", rounds * 200, (int)(now_ms() - start));
    for (int i = 0; i < 17; i++)
        if (codes[i])
            print_message(" %s %d", okr__code__descriptor.values[i].name + 5, codes[i]);
    print_message(" closed %d\n", closed);
    assert_true(codes[OKR__CODE__CODE_OK] > 0);
    assert_true(codes[OKR__CODE__CODE_INVALID_ARGUMENT] > 0);
}

// Each method's request, cut at each byte.
static void cut_requests_get_a_status(void **state)
{
    (void)state;
    for (int id = 0; id < RPC_COUNT; id++) {
        if (id == RPC_SERVER_LOGOUT)
            continue;
        out_len = 0;
        some_message(rpc_methods[id].request);
        size_t whole = out_len < 60 ? out_len : 60;
        uint8_t body[64];
        memcpy(body, out, whole);
        for (size_t cut = 0; cut <= whole; cut++) {
            out_len = 0;
            span(body, cut);
            wrap((enum rpc_id)id, true);
            if (send_bytes(cut % 2, NULL) == OKR__CODE__CODE_INTERNAL && internal++ < 20)
                print_error("INTERNAL: %s\n", rpc_methods[id].name);
        }
    }
}

static void okrd_serves_on_and_blames_nothing_on_itself(void **state)
{
    (void)state;
    assert_true(okrd_lives());
    assert_true(is_served(okrd, true, 5000));
    assert_true(is_served(okrd, false, 5000));
    assert_int_equal(daemon_log_count(okrd, "warn beginning anew"), 0);
    assert_int_equal(internal, 0);
}

static int start_okrd(void **state)
{
    (void)state;
    seed = (uint64_t)setting("FUZZ_SEED", 20210208);
    out = malloc(ROOM);
    okrd = daemon_new();
    daemon_start(okrd);
    world_make(okrd, &world);
    wires[0].fd = wires[1].fd = -1;
    return out ? 0 : -1;
}

static int stop_okrd(void **state)
{
    (void)state;
    wire_close(&wires[0]);
    wire_close(&wires[1]);
    free(out);
    if (getenv("SHOW"))
        daemon_log_show(okrd);
    okrd = daemon_free(okrd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_none_is_refused),
        cmocka_unit_test(fields_and_values_that_nobody_knows_are_refused_in_changes),
        cmocka_unit_test(lengths_that_lie_are_refused),
        cmocka_unit_test(depth_is_refused),
        cmocka_unit_test(frames_beyond_the_limit_close_the_pipe),
        cmocka_unit_test(other_handshakes_close_the_pipe),
        cmocka_unit_test(cut_requests_get_a_status),
        cmocka_unit_test(random_requests_get_a_status),
        cmocka_unit_test(okrd_serves_on_and_blames_nothing_on_itself),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start_okrd, stop_okrd);
}
