// Things that have versions, by the name that the audit log and a conflict give them: "goal/12",
// "docket/2021-W07/slip/3". One table says how the name is made from a message.
#ifndef OKR_CLIENT_CLI_CORE_RESOURCE_H
#define OKR_CLIENT_CLI_CORE_RESOURCE_H

#include "client/cli/core/cli.h"

struct versioned {
    const ProtobufCMessageDescriptor *type;
    // {field}: its value, {outer.field} by a path; {^field}: of the message that this one stands
    // in.
    const char *name;
    const char *version; // path of the field
};

// How a change names what it changes; NULL: its type is no such request.
const struct versioned *resource_changed(const ProtobufCMessageDescriptor *request);
// How a thing in a reply is named; NULL: the type has no version.
const struct versioned *resource_shown(const ProtobufCMessageDescriptor *type);

// The name of the message; `around` is the one that it stands in, or NULL. NULL: a field that the
// name is made of is absent.
const char *resource_name(struct cli *cli, const struct versioned *versioned,
                          const ProtobufCMessage *message, const ProtobufCMessage *around);
// The version that the message bears; -1: it bears none.
int64_t resource_version(const struct versioned *versioned, const ProtobufCMessage *message);

#endif
