// The pages, one a file. What they share is in client/web/site.
#ifndef OKR_CLIENT_WEB_PAGE_H
#define OKR_CLIENT_WEB_PAGE_H

#include "client/web/site/visit.h"

extern const struct page page_home, page_board, page_weeks, page_week, page_monday, page_side;
extern const struct page page_month, page_kr, page_project, page_more, page_more_list;
extern const struct page page_people, page_load, page_plan;
extern const struct page page_login, page_join, page_logout, page_language, page_help;

// In the order of the navigation; ends with NULL.
extern const struct page *const pages[];

#endif
