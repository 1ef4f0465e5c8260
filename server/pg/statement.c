#include "server/pg/statement.h"

// The linker's names for the section's ends; a program without a statement has none.
extern const struct statement *const __start_okr_statements[] __attribute__((weak));
extern const struct statement *const __stop_okr_statements[] __attribute__((weak));

const struct statement *const *statement_table(size_t *ret_count)
{
    *ret_count = (size_t)(__stop_okr_statements - __start_okr_statements);
    return __start_okr_statements;
}

bool statement_fits(const struct statement *statement, int n_rows)
{
    switch (statement->shape) {
    case SHAPE_NONE:
        return n_rows == 0;
    case SHAPE_ONE:
        return n_rows == 1;
    case SHAPE_MAYBE:
        return n_rows <= 1;
    case SHAPE_MANY:
        return true;
    }
    return false;
}
