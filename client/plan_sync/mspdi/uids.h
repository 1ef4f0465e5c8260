// A map from 64-bit UIDs to one number each. It knows nothing of rows.
#ifndef OKR_CLIENT_MSPDI_UIDS_H
#define OKR_CLIENT_MSPDI_UIDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Zeroed: empty.
struct mspdi_uids {
    struct mspdi_uid_slot {
        int64_t uid;
        int64_t value; // MSPDI_UID_FREE: the slot is free
    } * slots;
    size_t n_slots; // a power of two
    size_t used;
    uint64_t seed; // so that no file can be made for collisions
};

#define MSPDI_UID_FREE INT64_MIN

// The value under `uid`, set to `value` (never MSPDI_UID_FREE) where it was not there; *ret_new
// tells, NULL when the caller does not care. NULL when out of memory. Valid until the next call.
int64_t *mspdi_uids_put(struct mspdi_uids *m, int64_t uid, int64_t value, bool *ret_new);
bool mspdi_uids_has(const struct mspdi_uids *m, int64_t uid);
void mspdi_uids_clear(struct mspdi_uids *m);

#endif
