// How far a key result has come, as a figure. Pure: a kind and three numbers, nothing else;
// projects and plans never enter it (R16).
#ifndef OKR_SERVER_QUARTER_ATTAINMENT_H
#define OKR_SERVER_QUARTER_ATTAINMENT_H

#include <stdbool.h>
#include "okr/v1/quarter.pb-c.h"

// Attainment in percent. Increase to, decrease to: (value − start) ÷ (target − start) × 100, signed
// (R14) and not capped. Keep at least, keep at most: 100 when kept, else 100 × (1 − |value −
// target| ÷ |target|), and 0 where the target is 0. Source of the formula: message KeyResult in
// proto/okr/v1/quarter.proto. False, and *ret_percent untouched, when there is no finite answer: a
// kind that moves with target = start, an unknown kind, or numbers too far apart.
bool attainment_percent(Okr__KrKind kind, double start, double target, double value,
                        double *ret_percent);

#endif
