// okr-web: okrd's pages and methods for browsers and programs. One loop: HTTP on one side, calls
// to okrd on the other. It holds no rights and no truth of its own.
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "client/web/page/page.h"
#include "client/web/site/site.h"
#include "common/exit_code.h"
#include "common/log.h"
#include "common/login.h"

static const char usage[] =
    "okr-web: okrd's pages for browsers, and its methods for programs (Connect protocol)\n"
    "\n"
    "  okr-web [--server ADDRESS] [--listen ADDRESS] [--cert FILE --key FILE] [--public URL]\n"
    "\n"
    "  --server   okrd: a socket's path, host:port or an address of nng (default: as okr finds "
    "it)\n"
    "  --listen   127.0.0.1:8440 (default), [::1]:8440, unix:/run/okr-web/web.sock; beyond\n"
    "             loopback only with --cert and --key, else behind a front that has TLS\n"
    "  --trust-proxy HEADER   sign in as the member whose address an auth proxy puts into this\n"
    "             header of every request; only with --listen unix:…, which the proxy alone opens\n"
    "  --public   how browsers see it (https://okr.example.org): for a front before it\n";

struct options {
    const char *server, *listen, *cert, *key, *public_url, *trust;
};

static int read_options(int argc, char **argv, struct options *ret)
{
    static const struct option known[] = {
        {"server", required_argument, NULL, 's'},
        {"listen", required_argument, NULL, 'l'},
        {"cert", required_argument, NULL, 'c'},
        {"key", required_argument, NULL, 'k'},
        {"public", required_argument, NULL, 'p'},
        {"trust-proxy", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    *ret = (struct options){.listen = "127.0.0.1:8440"};
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
        switch (option) {
        case 's':
            ret->server = optarg;
            break;
        case 'l':
            ret->listen = optarg;
            break;
        case 'c':
            ret->cert = optarg;
            break;
        case 'k':
            ret->key = optarg;
            break;
        case 'p':
            ret->public_url = optarg;
            break;
        case 't':
            ret->trust = optarg;
            break;
        case 'v':
            printf("okr-web %s\n", OKR_VERSION);
            return -1;
        case 'h':
            fputs(usage, stdout);
            return -1;
        default:
            fputs(usage, stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc || !ret->cert != !ret->key ||
        (ret->trust && strncmp(ret->listen, "unix:", 5) != 0)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    return 0;
}

// Before nng's threads are there, so that they inherit it.
static int block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int sooner(int a, int b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

static bool watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static int loop(struct http *http, struct link *link, struct site *site, int signals)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!watch(epoll, http_fd(http)) || !watch(epoll, link_fd(link)) || !watch(epoll, signals))
        return EXIT_OTHER;
    for (;;) {
        struct epoll_event events[4];
        int wait = sooner(sooner(http_wait_ms(http), link_wait_ms(link)), site_wait_ms(site));
        int count = epoll_wait(epoll, events, 4, wait);
        if (count < 0 && errno != EINTR)
            return EXIT_OTHER;
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == signals)
                return EXIT_DONE;
        }
        link_run(link);
        site_run(site);
        http_run(http);
    }
}

static int serve(const struct options *options, int signals, struct arena *arena)
{
    const char *error = NULL;
    struct link *link = link_new(login_server(arena, options->server), &error);
    struct site *site = link ? site_new(link, options->public_url, pages) : NULL;
    struct http_options http_options = {
        .listen = options->listen,
        .cert = options->cert,
        .key = options->key,
        .handler = site_serve,
        .ctx = site,
    };
    struct http *http = site ? http_new(&http_options, &error) : NULL;
    int code = EXIT_OTHER;
    if (http) {
        site_trust(site, options->trust);
        site_listens(site, http);
        log_info("okr-web %s serves %s", OKR_VERSION, site_url(site));
        code = loop(http, link, site, signals);
    } else {
        fprintf(stderr, "okr-web: %s: %s\n", options->listen, error ? error : "out of memory");
    }
    http_free(http);
    site_free(site);
    link_free(link);
    return code;
}

int main(int argc, char **argv)
{
    struct options options;
    int code = read_options(argc, argv, &options);
    if (code)
        return code < 0 ? EXIT_DONE : code;
    raise_limit();
    int signals = block_signals();
    struct arena *arena = arena_new(64 * 1024);
    if (signals < 0 || !arena)
        return EXIT_OTHER;
    code = serve(&options, signals, arena);
    arena_free(arena);
    return code;
}
