#include "client/cli/core/version.h"

#include <stdlib.h>
#include "client/cli/core/call.h"
#include "client/cli/core/request.h"
#include "client/cli/core/resource.h"
#include "okr/v1/insight.pb-c.h"

bool version_fill(struct cli *cli, ProtobufCMessage *request, int64_t given)
{
    const struct versioned *changed = resource_changed(request->descriptor);
    const char *name = changed ? resource_name(cli, changed, request, NULL) : NULL;
    if (!name)
        abort(); // a versioned command without a row; test_cli_table finds it
    struct arg version = {.number = given};
    if (given == 0) {
        Okr__GetThingRequest get = OKR__GET_THING_REQUEST__INIT;
        get.resource = request_text(cli, name);
        const Okr__Thing *thing =
            (const Okr__Thing *)cli_call(cli, RPC_INSIGHT_GET_THING, &get.base);
        if (!thing)
            return false;
        version.number = thing->version;
    }
    return request_set(cli, request, changed->version, &version);
}
