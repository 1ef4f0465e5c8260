// Build tool: turns the contract's descriptor set into C tables. A method without a policy, a
// recursive message, a required field, or a check that does not fit its field fails the build.
#include "proto/rpcgen/rpcgen.h"

#include <string.h>

static int generate(const char *set_path, const char *dir)
{
    file_set *set = contract_read(set_path);
    for (size_t f = 0; f < set->n_file; f++)
        for (size_t m = 0; contract_is_ours(set->file[f]) && m < set->file[f]->n_message_type; m++)
            contract_check_message(set, set->file[f]->message_type[m], 0);
    int failed = rpcgen_methods(set, dir) + rpcgen_names(set, dir);
    google__protobuf__file_descriptor_set__free_unpacked(set, NULL);
    return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "generate") == 0)
        return generate(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "compat") == 0)
        return rpcgen_compat(argv[2], argv[3]);
    fprintf(stderr, "usage: rpcgen generate SET DIR | rpcgen compat OLD NEW\n");
    return 2;
}
