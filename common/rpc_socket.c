#include "common/rpc_socket.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <nng/protocol/reqrep0/req.h>
#include <nng/supplemental/tls/tls.h>

// The peer's certificate is checked only when its name is given: nng takes it from nowhere else.
static int dialer_set_tls(nng_dialer dialer, const char *address)
{
    const char *host = strstr(address, "://") + 3;
    size_t length = strcspn(host, ":/");
    if (host[0] == '[') {
        host++;
        length = strcspn(host, "]");
    }
    char *name = strndup(host, length);
    const char *ca = getenv("SSL_CERT_FILE");
    nng_tls_config *config = NULL;
    int error = name ? nng_tls_config_alloc(&config, NNG_TLS_MODE_CLIENT) : NNG_ENOMEM;
    if (!error)
        error = nng_tls_config_auth_mode(config, NNG_TLS_AUTH_MODE_REQUIRED);
    if (!error)
        error = nng_tls_config_server_name(config, name);
    if (!error)
        error = nng_tls_config_ca_file(config, ca ? ca : "/etc/ssl/certs/ca-certificates.crt");
    if (!error)
        error = nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, config);
    if (config)
        nng_tls_config_free(config);
    free(name);
    return error;
}

static int socket_set_options(nng_socket socket)
{
    int error = nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
    if (!error)
        error = nng_socket_set_ms(socket, NNG_OPT_RECONNMINT, 50);
    if (!error)
        error = nng_socket_set_ms(socket, NNG_OPT_RECONNMAXT, 100);
    if (!error)
        error = nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, RPC_REPLY_MOST_BYTES);
    return error;
}

int rpc_socket_open(const char *address, nng_socket *ret)
{
    nng_socket socket;
    int error = nng_req0_open(&socket);
    if (error)
        return error;
    nng_dialer dialer;
    error = socket_set_options(socket);
    if (!error)
        error = nng_dialer_create(&dialer, socket, address);
    if (!error && strncmp(address, "tls+", 4) == 0)
        error = dialer_set_tls(dialer, address);
    if (!error)
        error = nng_dialer_start(dialer, NNG_FLAG_NONBLOCK);
    if (error)
        nng_close(socket);
    else
        *ret = socket;
    return error;
}

static void *close_slowly(void *ctx)
{
    nng_socket socket = {.id = (uint32_t)(uintptr_t)ctx};
    nng_close(socket);
    return NULL;
}

void rpc_socket_abandon(nng_socket socket)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, close_slowly, (void *)(uintptr_t)socket.id) == 0)
        pthread_detach(thread);
}
