// The order is that of the navigation.
#include "client/web/page/page.h"

const struct page *const pages[] = {
    &page_home,   &page_board,  &page_weeks,    &page_plan,   &page_load,
    &page_monday, &page_side,   &page_month,    &page_people, &page_more_list,
    &page_week,   &page_kr,     &page_project,  &page_more,   &page_login,
    &page_join,   &page_logout, &page_language, &page_help,   NULL,
};
