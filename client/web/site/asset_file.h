// What embed.cmake makes of client/web/asset.
#ifndef OKR_CLIENT_WEB_ASSET_FILE_H
#define OKR_CLIENT_WEB_ASSET_FILE_H

#include <stddef.h>

struct asset_file {
    const char *name; // "style.css"
    const unsigned char *bytes;
    size_t size;
};
extern const struct asset_file asset_files[]; // ends with a NULL name

#endif
