// Words for people for the values that the contract names: enum values, roles, kinds of things.
#ifndef OKR_CLIENT_WORDS_LABEL_H
#define OKR_CLIENT_WORDS_LABEL_H

#include <protobuf-c/protobuf-c.h>

// Translated; never NULL. A value that this program does not know is shown by its name or "?".
const char *label_of(const ProtobufCEnumDescriptor *type, int value);
// The label of "ROLE_DEV_LEAD", "dev-lead" or "project"; any other word as it is.
const char *label_of_word(const char *word);

#endif
