#include "client/web/site/asset.h"

#include <string.h>
#include <sodium.h>
#include "client/web/site/asset_file.h"

static const struct asset_file *find(const char *name)
{
    for (const struct asset_file *file = asset_files; file->name; file++) {
        if (strcmp(file->name, name) == 0)
            return file;
    }
    return NULL;
}

static const char *type_of(const char *name)
{
    const char *end = strrchr(name, '.');
    if (end && strcmp(end, ".css") == 0)
        return "text/css; charset=utf-8";
    if (end && strcmp(end, ".js") == 0)
        return "text/javascript; charset=utf-8";
    if (end && strcmp(end, ".svg") == 0)
        return "image/svg+xml";
    return "application/octet-stream";
}

static void hash_of(const struct asset_file *file, char ret[17])
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    crypto_generichash(hash, sizeof hash, file->bytes, file->size, NULL, 0);
    sodium_bin2hex(ret, 17, hash, 8);
}

const char *asset_url(struct arena *arena, const char *name)
{
    char hash[17] = "";
    const struct asset_file *file = find(name);
    if (file)
        hash_of(file, hash);
    return arena_printf(arena, "/%s?v=%s", name, hash);
}

bool asset_serve(struct exchange *x)
{
    char hash[17];
    const char *version = exchange_query(x, "v");
    const struct asset_file *file = strcmp(x->method, "GET") == 0 ? find(x->path + 1) : NULL;
    if (!file)
        return false;
    hash_of(file, hash);
    bool fixed = version && strcmp(version, hash) == 0;
    exchange_add(x, "Cache-Control", fixed ? "public, max-age=31536000, immutable" : "no-cache");
    exchange_answer(x, 200, type_of(file->name), file->bytes, file->size);
    return true;
}
