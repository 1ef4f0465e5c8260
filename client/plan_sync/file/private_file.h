// A file of this process alone.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_PRIVATE_FILE_H
#define OKR_CLIENT_PLAN_SYNC_FILE_PRIVATE_FILE_H

// 0600, in $TMPDIR, for reading and writing; it has no name and vanishes with its descriptor. -1:
// errno.
int private_file(void);

#endif
