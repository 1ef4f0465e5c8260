// The inside of a directory, shared by what builds it (directory_build.c) and what looks things up
// in it (directory.c). Nobody else includes it.
#ifndef OKR_SERVER_PEOPLE_DIRECTORY_PRIVATE_H
#define OKR_SERVER_PEOPLE_DIRECTORY_PRIVATE_H

#include "common/arena.h"
#include "server/people/directory.h"

enum { DIRECTORY_HASH_BYTES = 32 };

// A member's token or an agent's.
struct directory_token {
    uint8_t hash[DIRECTORY_HASH_BYTES];
    const struct directory_member *member; // an agent's delegator
    int64_t id;                            // 0 for agents
    int64_t expires_at;
    const char *agent;
    char **sources;
    size_t n_sources;
};

struct directory {
    struct arena *arena;              // holds everything, this struct excepted
    struct directory_member *members; // by id
    const struct directory_member **by_handle;
    size_t n_members;
    struct directory_token *tokens; // by hash
    size_t n_tokens;
    bool has_admin;
    Okr__Settings settings;
};

#endif
