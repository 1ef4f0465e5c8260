// Which iconv converter stands for an encoding that an XML declaration names.
#ifndef OKR_CLIENT_MSPDI_CHARSET_H
#define OKR_CLIENT_MSPDI_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

struct mspdi_charset {
    char iconv[24];    // "" : UTF-8 as it is
    const char *wider; // converter for bytes that the former refuses, NULL: none
    bool wide_units;   // two or four bytes a unit: ASCII text cannot be in it
    bool jis_ascii;    // see input.h
    bool known;        // false: `iconv` is a guess (UTF-8) that nothing bears out
};

// By IANA and common names, whatever their case. A fixed list: a file does not choose which of
// libc's many converters gets loaded. "" is UTF-8, as XML has it.
struct mspdi_charset mspdi_charset_find(const char *name);

#endif
