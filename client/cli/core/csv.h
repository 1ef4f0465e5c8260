// A list as comma-separated values (RFC 4180, UTF-8), by the reply's descriptor alone: it knows no
// message by name.
#ifndef OKR_CLIENT_CLI_CORE_CSV_H
#define OKR_CLIENT_CLI_CORE_CSV_H

#include "client/cli/core/cli.h"

// What of a reply becomes rows.
enum { CSV_LISTS_MOST = 4 };
struct csv_rows {
    const ProtobufCFieldDescriptor *lists[CSV_LISTS_MOST]; // of one type, one after the other
    size_t n;
    const ProtobufCFieldDescriptor *inner; // a list within each element, or NULL
};

// `names`: the list's field; or several of one type, "linked,side"; or a list within a list,
// "people/weeks", which makes a row of each of the inner one's elements, with the outer one's
// columns in front. NULL: the only repeated field of messages. False: the reply is no such list.
bool csv_rows(const ProtobufCMessageDescriptor *reply, const char *names, struct csv_rows *ret);

// Prints a header of field names as in the contract, then one row an element, lines ending in CRLF.
// A message within an element becomes columns ("progress.percent"); what is repeated becomes one
// text with ";" between its items, the fields of a message in it as "name=value" with "," between.
// Values are bare: enums in capitals without their type's name, ids as numbers, absent ones empty.
// Text that a spreadsheet would take for a formula gets a "'" in front.
void csv_print(struct cli *cli, const ProtobufCMessage *reply, const struct csv_rows *rows);

// One cell as it stands in the file. `is_text`: guarded against being taken for a formula.
const char *csv_cell(struct cli *cli, const char *value, bool is_text);

#endif
