// Files of other formats that people try to push: which program's they are, and how to get XML.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_FOREIGN_H
#define OKR_CLIENT_PLAN_SYNC_FILE_FOREIGN_H

#include <stdbool.h>
#include <stdio.h>

struct foreign {
    const char *what; // English sentences that are keys for gettext
    const char *help;
};

// By the name's extension, or by the first bytes. NULL: nothing that is known.
const struct foreign *foreign_by_name(const char *name);
const struct foreign *foreign_by_bytes(const void *bytes, size_t length);

// Looks at the file: at its bytes first. NULL as well for what cannot be opened.
const struct foreign *foreign_find(const char *path);

// "plan.mpp: this is …; …", one line.
void foreign_print(FILE *to, const char *path, const struct foreign *foreign);

#endif
