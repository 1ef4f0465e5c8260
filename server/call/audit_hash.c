#include "server/call/audit_hash.h"
#include <sodium.h>
#include <string.h>

static void add_number(crypto_hash_sha256_state *state, uint64_t value, unsigned bytes)
{
    uint8_t out[8];
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    crypto_hash_sha256_update(state, out, bytes);
}

// The length in front keeps two neighbours from trading bytes.
static void add_text(crypto_hash_sha256_state *state, const char *text)
{
    if (!text) {
        add_number(state, UINT32_MAX, 4);
        return;
    }
    size_t len = strlen(text);
    add_number(state, len, 4);
    crypto_hash_sha256_update(state, (const uint8_t *)text, len);
}

static void add_reply(crypto_hash_sha256_state *state, const struct audit_entry *entry)
{
    uint8_t made[crypto_hash_sha256_BYTES];
    const uint8_t *hash = entry->reply_hash;
    if (!hash) {
        static const uint8_t none[1];
        crypto_hash_sha256(made, entry->reply.len ? entry->reply.data : none, entry->reply.len);
        hash = made;
    }
    crypto_hash_sha256_update(state, hash, crypto_hash_sha256_BYTES);
}

void audit_hash(const struct audit_entry *entry, const uint8_t prev[AUDIT_HASH_BYTES],
                uint8_t out[AUDIT_HASH_BYTES])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, prev, AUDIT_HASH_BYTES);
    add_number(&state, (uint64_t)entry->revision, 8);
    add_number(&state, (uint64_t)entry->at, 8);
    const char *const texts[] = {entry->actor,    entry->role,   entry->agent, entry->method,
                                 entry->resource, entry->before, entry->after};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        add_text(&state, texts[i]);
    if (entry->reason)
        add_text(&state, entry->reason);
    crypto_hash_sha256_update(&state, entry->request_id, 16);
    crypto_hash_sha256_update(&state, entry->request_hash, 32);
    add_reply(&state, entry);
    crypto_hash_sha256_final(&state, out);
}

void audit_genesis(uint8_t out[AUDIT_HASH_BYTES])
{
    crypto_hash_sha256(out, (const uint8_t *)"okrd", 4);
}
