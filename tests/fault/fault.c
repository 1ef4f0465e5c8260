// What the fault tests share, in three parts; each test includes this at its end (fault.h).
#include "tests/fault/fault.h"
#include "tests/fault/fault_okrd.c"
#include "tests/fault/fault_wire.c"
#include "tests/fault/fault_world.c"
