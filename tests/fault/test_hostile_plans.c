// Files that somebody made to hurt: each is read or refused within a bounded time and memory, and
// nothing that it names is opened. Every file is read by a process of its own, under limits of the
// system, from a pipe that another process writes: none is ever stored. HOSTILE_BYTES sets how many
// spaces the longest runs have.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "client/plan_sync/mspdi/mspdi.h"

#define PLANS SOURCE_DIR "/tests/data/plans/"

enum {
    SECONDS_MOST = 10,    // of processor time, for each file but the longest runs of spaces
    MEBIBYTES_MOST = 128, // of memory: a value, a row, a tag, what expat may hold, and the overhead
    ADDRESS_SPACE_MOST = 512,
    READ = -1, // instead of an error's kind
    PART = 64 * 1024,
};
static const unsigned long long SPACES = 256ULL << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true; // shadow memory is not the reader's
#else
static const bool sanitized = false;
#endif

typedef void (*writer)(FILE *out, unsigned long long n);

struct verdict {
    int kind; // READ, or an enum mspdi_error_kind
    char message[160];
    double seconds;
    long mebibytes;
};

// ---- processes ---------------------------------------------------------------------------------

static void limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit l = {most, most};
    setrlimit(what, &l);
}

static void read_as_child(int from, int to, unsigned seconds)
{
    struct verdict v = {.kind = READ};
    struct mspdi_plan plan;
    struct mspdi_error error = {0};
    if (!sanitized)
        limit(RLIMIT_AS, (rlim_t)ADDRESS_SPACE_MOST << 20);
    limit(RLIMIT_CPU, seconds + 1);
    limit(RLIMIT_CORE, 0);
    if (mspdi_read(from, NULL, NULL, &plan, &error)) {
        mspdi_plan_clear(&plan);
    } else {
        v.kind = (int)error.kind;
        snprintf(v.message, sizeof v.message, "%s", error.message);
    }
    _exit(write(to, &v, sizeof v) == sizeof v ? 0 : 1);
}

static pid_t start_writer(writer write_file, unsigned long long n, int from, int to)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    close(from);
    signal(SIGPIPE, SIG_DFL);
    FILE *out = fdopen(to, "w");
    write_file(out, n);
    fclose(out);
    _exit(0);
}

static void wait_for(pid_t pid, struct verdict *v, const char *name)
{
    struct rusage used;
    int status;
    assert_int_equal(wait4(pid, &status, 0, &used), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("%s: the reader ended with status %x", name, (unsigned)status);
    v->seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    v->mebibytes = used.ru_maxrss / 1024;
}

static struct verdict read_within(const char *name, writer write_file, unsigned long long n,
                                  unsigned seconds)
{
    struct verdict v;
    int file[2], answer[2];
    assert_int_equal(pipe2(file, O_CLOEXEC), 0);
    assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
    pid_t source = start_writer(write_file, n, file[0], file[1]);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0) {
        close(file[1]);
        read_as_child(file[0], answer[1], seconds);
    }
    close(file[0]);
    close(file[1]);
    close(answer[1]);
    ssize_t got = read(answer[0], &v, sizeof v);
    close(answer[0]);
    wait_for(reader, &v, name);
    waitpid(source, NULL, 0);
    assert_int_equal(got, sizeof v);
    return v;
}

static void check(const char *name, writer write_file, unsigned long long n, int kind)
{
    unsigned seconds = SECONDS_MOST + (unsigned)(n >> 26); // 64 MiB a second at the very least
    seconds *= sanitized ? 8 : 1;
    struct verdict v = read_within(name, write_file, n, seconds);
    printf("%-34s %8.2f s %6ld MiB  %s\n", name, v.seconds, v.mebibytes,
           v.kind == READ ? "read" : v.message);
    if (v.kind != kind)
        fail_msg("%s: %d, expected %d", name, v.kind, kind);
    assert_true(v.seconds < seconds);
    assert_true(sanitized || v.mebibytes < MEBIBYTES_MOST);
}

// ---- pieces ------------------------------------------------------------------------------------

static void repeat(FILE *out, const char *text, unsigned long long n)
{
    while (n-- > 0 && !ferror(out))
        fputs(text, out);
}

static void fill(FILE *out, int c, unsigned long long n)
{
    static char part[PART];
    memset(part, c, sizeof part);
    for (; n > 0 && !ferror(out); n -= n < PART ? n : PART)
        fwrite(part, 1, n < PART ? (size_t)n : PART, out);
}

#define PLAN_START                                                                                 \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Project><SaveVersion>14</SaveVersion>"
#define TASK "<Tasks><Task><UID>1</UID><Name>a</Name></Task></Tasks>"
#define PLAN_END "</Project>"

// ---- entities, files and addresses -------------------------------------------------------------

static char secret[64];      // a file that must not be opened
static unsigned secret_port; // an address that nobody must call

static void billion_laughs(FILE *out, unsigned long long n)
{
    fputs("<?xml version=\"1.0\"?><!DOCTYPE Project [<!ENTITY a0 \"ha\">", out);
    for (unsigned long long i = 1; i < n; i++)
        fprintf(out, "<!ENTITY a%llu \"&a%llu;&a%llu;&a%llu;&a%llu;\">", i, i - 1, i - 1, i - 1,
                i - 1);
    fprintf(out, "]><Project><Title>&a%llu;</Title>" TASK PLAN_END, n - 1);
}

static void quadratic_blowup(FILE *out, unsigned long long n)
{
    fputs("<!DOCTYPE Project [<!ENTITY a \"", out);
    fill(out, 'x', 100000);
    fputs("\">]><Project><Title>", out);
    repeat(out, "&a;", n);
    fputs("</Title>" TASK PLAN_END, out);
}

static void parameter_entities(FILE *out, unsigned long long n)
{
    (void)n;
    fprintf(out,
            "<!DOCTYPE Project [<!ENTITY %% f SYSTEM \"file://%s\">%%f;]><Project>" TASK PLAN_END,
            secret);
}

static void external_entity(FILE *out, unsigned long long n)
{
    fprintf(
        out,
        "<!DOCTYPE Project [<!ENTITY f SYSTEM \"%s%s\">]><Project><Title>&f;</Title>" TASK PLAN_END,
        n ? "file://" : "", secret);
}

static void external_subset(FILE *out, unsigned long long n)
{
    (void)n;
    fprintf(out, "<!DOCTYPE Project SYSTEM \"http://127.0.0.1:%u/p.dtd\"><Project>" TASK PLAN_END,
            secret_port);
}

// No DOCTYPE, so it is read; but other ways to name a file or an address are there.
static void other_references(FILE *out, unsigned long long n)
{
    (void)n;
    fprintf(out,
            "<?xml version=\"1.0\"?><?xml-stylesheet href=\"http://127.0.0.1:%u/s.xsl\"?>"
            "<Project xmlns:xi=\"http://www.w3.org/2001/XInclude\" "
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
            "xsi:schemaLocation=\"http://127.0.0.1:%u/ %s\"><xi:include href=\"file://%s\"/>"
            "<Tasks><xi:include href=\"%s\"/><Task><IsSubproject>1</IsSubproject><SubprojectName>%s"
            "</SubprojectName></Task></Tasks>" PLAN_END,
            secret_port, secret_port, secret, secret, secret, secret);
}

static void undefined_entity(FILE *out, unsigned long long n)
{
    (void)n;
    fputs("<Project><Title>&secret;</Title>" TASK PLAN_END, out);
}

static int listen_at(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    secret_port = ntohs(address.sin_port);
    return fd;
}

static int watch_secret(void)
{
    snprintf(secret, sizeof secret, "/tmp/okr-hostile-XXXXXX");
    int fd = mkstemp(secret);
    assert_int_equal(write(fd, "secret", 6), 6);
    close(fd);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    assert_true(inotify_add_watch(watch, secret, IN_OPEN | IN_ACCESS) >= 0);
    return watch;
}

// Broken when a file that is read makes the reader open another one, or call somebody.
static void nothing_that_a_file_names_is_opened(void **state)
{
    (void)state;
    char event[512];
    int server = listen_at();
    int watch = watch_secret();
    check("entities in entities, 40 levels", billion_laughs, 40, MSPDI_REFUSED_DTD);
    check("one long entity, 100,000 times", quadratic_blowup, 100000, MSPDI_REFUSED_DTD);
    check("a parameter entity", parameter_entities, 0, MSPDI_REFUSED_DTD);
    check("an external entity", external_entity, 0, MSPDI_REFUSED_DTD);
    check("an external entity, file://", external_entity, 1, MSPDI_REFUSED_DTD);
    check("an external subset, http://", external_subset, 0, MSPDI_REFUSED_DTD);
    check("an entity that is not defined", undefined_entity, 0, MSPDI_NOT_WELL_FORMED);
    check("XInclude, schema, style sheet", other_references, 0, READ);
    assert_true(read(watch, event, sizeof event) < 0 && errno == EAGAIN);
    assert_true(accept(server, NULL, NULL) < 0 && errno == EAGAIN);
    // The watch works.
    close(open(secret, O_RDONLY | O_CLOEXEC));
    assert_true(read(watch, event, sizeof event) > 0);
    unlink(secret);
    close(watch);
    close(server);
}

// ---- much of a thing ---------------------------------------------------------------------------

static void attributes_of_one(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks", out);
    for (unsigned long long i = 0; i < n && !ferror(out); i++)
        fprintf(out, " a%llu=\"\"", i);
    fputs("/>" TASK PLAN_END, out);
}

static void attributes_of_many(FILE *out, unsigned long long n)
{
    fputs(PLAN_START, out);
    for (unsigned long long i = 0; i < n && !ferror(out); i++)
        fprintf(out, "<x a=\"%llu\" b=\"\" c=\"\" d=\"\"/>", i);
    fputs(TASK PLAN_END, out);
}

static void levels(FILE *out, unsigned long long n)
{
    fputs(PLAN_START, out);
    repeat(out, "<x>", n);
    repeat(out, "</x>", n);
    fputs(TASK PLAN_END, out);
}

static void levels_of_tasks(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks>", out);
    repeat(out, "<Task><Project><Tasks>", n);
    repeat(out, "</Tasks></Project></Task>", n);
    fputs("</Tasks>" PLAN_END, out);
}

static void names(FILE *out, unsigned long long n)
{
    fputs(PLAN_START, out);
    for (unsigned long long i = 0; i < n && !ferror(out); i++)
        fprintf(out, "<name-that-is-long-and-of-no-use-to-anybody-%llu/>", i);
    fputs(TASK PLAN_END, out);
}

static void namespaces(FILE *out, unsigned long long n)
{
    fputs(PLAN_START, out);
    for (unsigned long long i = 0; i < n && !ferror(out); i++)
        fprintf(out, "<p%llu:x xmlns:p%llu=\"urn:%llu\"/>", i, i, i);
    fputs(TASK PLAN_END, out);
}

static void baselines(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks><Task><UID>1</UID>", out);
    repeat(out, "<Baseline><Number>0</Number><Work>PT8H0M0S</Work></Baseline>", n);
    fputs("</Task></Tasks>" PLAN_END, out);
}

static void rows(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Resources>", out);
    repeat(out, "<Resource/>", n);
    fputs("</Resources>" PLAN_END, out);
}

static void outline(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks>", out);
    for (unsigned long long i = 0; i < n && !ferror(out); i++)
        fprintf(out, "<Task><OutlineLevel>%llu</OutlineLevel></Task>", i);
    fputs("</Tasks>" PLAN_END, out);
}

static void comments(FILE *out, unsigned long long n)
{
    fputs(PLAN_START, out);
    repeat(out, "<!-- x --><?p q?>", n);
    fputs(TASK PLAN_END, out);
}

static void digits(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks><Task><UID>", out);
    fill(out, '9', n);
    fputs("</UID><Work>PT", out);
    fill(out, '9', n);
    fputs("H0M0S</Work><Cost>1e", out);
    fill(out, '9', n);
    fputs("</Cost><OutlineNumber>", out);
    repeat(out, "1.", n / 2);
    fputs("</OutlineNumber></Task></Tasks>" PLAN_END, out);
}

static void much_of_a_thing_is_borne_or_refused(void **state)
{
    (void)state;
    check("1,000,000 attributes of one element", attributes_of_one, 1000000, MSPDI_LIMIT);
    check("4,000,000 attributes", attributes_of_many, 1000000, READ);
    check("1,000,000 levels", levels, 1000000, MSPDI_LIMIT);
    check("1,000,000 levels of plans in tasks", levels_of_tasks, 333333, MSPDI_LIMIT);
    check("1,000,000 different names", names, 1000000, MSPDI_LIMIT);
    check("1,000,000 namespaces", namespaces, 1000000, MSPDI_LIMIT);
    check("1,000,000 baselines of a task", baselines, 1000000, MSPDI_LIMIT);
    check("5,000,000 rows", rows, 5000000, MSPDI_LIMIT);
    check("1,000,000 outline levels", outline, 1000000, MSPDI_LIMIT);
    check("1,000,000 comments", comments, 1000000, READ);
    check("numbers of 1,000,000 digits", digits, 1000000, READ);
}

// ---- spaces ------------------------------------------------------------------------------------

static void spaces_between(FILE *out, unsigned long long n)
{
    fputs(PLAN_START, out);
    fill(out, ' ', n);
    fputs(TASK PLAN_END, out);
}

static void spaces_in_value(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks><Task><Start>", out);
    fill(out, ' ', n);
    fputs("</Start></Task></Tasks>" PLAN_END, out);
}

static void spaces_in_skipped(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Views>", out);
    fill(out, ' ', n);
    fputs("</Views>" TASK PLAN_END, out);
}

static void spaces_in_tag(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Tasks", out);
    fill(out, ' ', n);
    fputs("/>" TASK PLAN_END, out);
}

static void spaces_in_attribute(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<x a='", out);
    fill(out, ' ', n);
    fputs("'/>" TASK PLAN_END, out);
}

static void spaces_in_comment(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<!--", out);
    fill(out, ' ', n);
    fputs("-->" TASK PLAN_END, out);
}

static void spaces_in_section(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Views><![CDATA[", out);
    fill(out, ' ', n);
    fputs("]]></Views>" TASK PLAN_END, out);
}

static void spaces_before(FILE *out, unsigned long long n)
{
    fill(out, ' ', n);
    fputs("<Project>" TASK PLAN_END, out);
}

static void spaces_behind(FILE *out, unsigned long long n)
{
    fputs(PLAN_START TASK PLAN_END, out);
    fill(out, ' ', n);
}

static void spaces_in_utf16(FILE *out, unsigned long long n)
{
    static const char text[] = "<Project><Tasks/>";
    for (const char *c = text; *c; c++)
        fprintf(out, "%c%c", *c, 0);
    for (n /= 2; n-- > 0 && !ferror(out);)
        fwrite(" ", 1, 2, out);
    for (const char *c = "</Project>"; *c; c++)
        fprintf(out, "%c%c", *c, 0);
}

static unsigned long long how_many_spaces(void)
{
    const char *text = getenv("HOSTILE_BYTES");
    unsigned long long n = text ? strtoull(text, NULL, 10) : 0;
    return n ? n : SPACES;
}

static void spaces_take_time_but_no_memory(void **state)
{
    (void)state;
    unsigned long long n = how_many_spaces();
    check("spaces between elements", spaces_between, n, READ);
    check("spaces in an element that is skipped", spaces_in_skipped, n, READ);
    check("spaces in a CDATA section", spaces_in_section, n, READ);
    check("spaces behind the plan", spaces_behind, n, READ);
    check("spaces in UTF-16", spaces_in_utf16, n, READ);
    check("spaces in a value", spaces_in_value, n, MSPDI_LIMIT);
    check("spaces in a tag", spaces_in_tag, n, MSPDI_LIMIT);
    check("spaces in an attribute", spaces_in_attribute, n, MSPDI_LIMIT);
    check("spaces in a comment", spaces_in_comment, n, MSPDI_LIMIT);
    check("spaces before the plan", spaces_before, n, READ);
}

// ---- bytes -------------------------------------------------------------------------------------

static void declared(FILE *out, const char *encoding)
{
    fprintf(
        out,
        "<?xml version=\"1.0\" encoding=\"%s\"?><Project><Title>\xE8\xA8\x88</Title>" TASK PLAN_END,
        encoding);
}

static const char *const encodings[] = {
    "UTF-16",        "UTF-32",        "ISO-10646-UCS-4", "UTF-7",    "EBCDIC-CP-US",
    "no-such-thing", "UTF-8//IGNORE", "../../tmp/x",     "x\" y=\"", "US-ASCII",
};

static void wrong_declaration(FILE *out, unsigned long long n)
{
    declared(out, encodings[n]);
}

static void nuls(FILE *out, unsigned long long n)
{
    fill(out, 0, n);
}

static void nuls_behind(FILE *out, unsigned long long n)
{
    fputs(PLAN_START TASK PLAN_END, out);
    fill(out, 0, n);
}

static void nul_in_a_name(FILE *out, unsigned long long n)
{
    (void)n;
    fputs(PLAN_START "<Tasks><Task><UID>1</UID><Name>adm", out);
    fputc(0, out);
    fputs("in</Name></Task></Tasks>" PLAN_END, out);
}

static void bytes_of_no_character(FILE *out, unsigned long long n)
{
    fputs(PLAN_START "<Title>", out);
    fill(out, 0xFF, n);
    fputs("</Title>" TASK PLAN_END, out);
}

static void overlong(FILE *out, unsigned long long n)
{
    (void)n;
    fputs(PLAN_START "<Title>\xC0\xBCscript\xED\xA0\x80</Title>" TASK PLAN_END, out);
}

static void noise(FILE *out, unsigned long long n)
{
    uint64_t x = 88172645463325252ULL;
    for (; n-- > 0 && !ferror(out); x ^= x << 13, x ^= x >> 7, x ^= x << 17)
        fputc((int)(x & 0xFF), out);
}

static void bytes_of_no_plan_are_refused(void **state)
{
    (void)state;
    for (unsigned long long i = 0; i < sizeof encodings / sizeof *encodings; i++)
        check(encodings[i], wrong_declaration, i, MSPDI_NOT_WELL_FORMED);
    check("100 MiB of NULs", nuls, 100ULL << 20, MSPDI_NOT_WELL_FORMED);
    check("NULs behind the plan", nuls_behind, 100000, MSPDI_NOT_WELL_FORMED);
    check("a NUL in a name", nul_in_a_name, 0, MSPDI_NOT_WELL_FORMED);
    check("bytes of no character", bytes_of_no_character, 1000, MSPDI_NOT_WELL_FORMED);
    check("overlong and half characters", overlong, 0, MSPDI_NOT_WELL_FORMED);
    check("noise", noise, 1000000, MSPDI_NOT_WELL_FORMED);
}

// ---- cut short ---------------------------------------------------------------------------------

static const char *cut_path;

static void cut(FILE *out, unsigned long long n)
{
    FILE *in = fopen(cut_path, "r");
    for (int c; n-- > 0 && (c = fgetc(in)) != EOF;)
        fputc(c, out);
    fclose(in);
}

static unsigned long long size_of(const char *path)
{
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    long size = ftell(in);
    fclose(in);
    return (unsigned long long)size;
}

// Broken when a file that is cut short is taken for a whole one.
static void a_file_that_is_cut_is_refused(void **state)
{
    static const char *const files[] = {PLANS "forms.xml", PLANS "basic-utf16.xml",
                                        PLANS "shift-jis.xml",
                                        SOURCE_DIR "/tests/demo/program-2026q4.xml"};
    unsigned n = 0;
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cut_path = files[i];
        unsigned long long size = size_of(cut_path);
        for (unsigned long long at = 0; at + 100 < size; at += 100, n++) {
            struct verdict v = read_within(cut_path, cut, at, SECONDS_MOST);
            if (v.kind != MSPDI_NOT_WELL_FORMED)
                fail_msg("%s, cut at %llu: %d", cut_path, at, v.kind);
            assert_true(v.seconds < 1);
        }
        assert_int_equal(read_within(cut_path, cut, size, SECONDS_MOST).kind, READ);
    }
    printf("%u files that were cut\n", n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_a_file_names_is_opened),
        cmocka_unit_test(much_of_a_thing_is_borne_or_refused),
        cmocka_unit_test(spaces_take_time_but_no_memory),
        cmocka_unit_test(bytes_of_no_plan_are_refused),
        cmocka_unit_test(a_file_that_is_cut_is_refused),
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
