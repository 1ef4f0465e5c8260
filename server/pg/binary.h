// PostgreSQL counts days and instants from 2000-01-01, okrd from 1970-01-01.
#ifndef OKR_SERVER_PG_BINARY_H
#define OKR_SERVER_PG_BINARY_H

#include <stdint.h>

enum { DAYS_1970_TO_2000 = 10957 };
#define US_1970_TO_2000 INT64_C(946684800000000)

#endif
