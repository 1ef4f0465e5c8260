// The text in which a week is closed: results of this week's goals, a look back, next week's goals.
//
// Three sections, each under a line that begins with "##"; their order says what they are, their
// words do not matter. Lines that begin with ">" are notes for the reader and are skipped. Marks,
// brackets, blanks, ">" and "#" may be full-width. A goal without a number is a new one of this
// week.
//
//   # P-3 Faster search, 2021-W07
//   ## This week
//   [o] G-12 Release the API
//   [x] G-13 Load test
//       the reason, on lines below the goal
//   - Write the manual
//   [o] Release notes
//   ## Look back
//   any text
//   ## Next week
//   - Release the screen
//   - Load test [program#15]
//
// It knows no server, no language and no file.
#ifndef OKR_CLIENT_CLI_ACT_WEEK_DOCUMENT_H
#define OKR_CLIENT_CLI_ACT_WEEK_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum week_mark { WEEK_MARK_NONE, WEEK_MARK_ACHIEVED, WEEK_MARK_MISSED };

struct week_goal {
    int64_t id; // 0: a new one
    enum week_mark mark;
    char *text;
    char *reason; // NULL: none
    char **notes; // entries on it, for print only
    size_t n_notes;
    unsigned line; // of the parsed text, from 1
};

struct week_next {
    char *text;
    char *source; // NULL: serves no plan task
    int64_t task_uid;
    char *hint;     // stands behind the task in its brackets; print only
    bool suggested; // printed as a note, to be adopted by taking the ">" away
    unsigned line;
};

struct week_document {
    int64_t project_id; // 0: the title names none
    char *title;        // behind the id; print only
    char week[9];       // "": the title names none
    char *look_back;    // "" when empty
    struct week_goal *goals;
    size_t n_goals;
    struct week_next *nexts;
    size_t n_nexts;
    // What a printed document says between its lines, in the reader's language.
    const char *heading_this;
    const char *heading_back;
    const char *heading_next;
    char **intro;
    size_t n_intro;
    char **week_notes; // entries on the week as a whole
    size_t n_week_notes;
    char **next_notes;
    size_t n_next_notes;
};

enum week_problem {
    WEEK_FINE,
    WEEK_SECTIONS,   // there are not exactly three sections
    WEEK_NOT_A_GOAL, // a line of this week that is no goal and follows none
    WEEK_BAD_MARK,   // what stands in the brackets is no mark
    WEEK_NO_TEXT,    // a new goal without words
    WEEK_GOAL_TWICE,
    WEEK_REASON_OF_NONE, // a reason under a goal that is not missed
    WEEK_BAD_TASK,       // brackets at the end that name no task
};
struct week_error {
    enum week_problem problem;
    unsigned line; // from 1; 0: the whole text
};

// Fills *ret with memory of its own; free it with week_document_free. On failure *ret is empty and
// *ret_error says what and where. What is not said is not checked: a goal without a mark is fine
// here.
bool week_document_parse(const char *text, struct week_document *ret, struct week_error *ret_error);
void week_document_print(const struct week_document *document, FILE *to);
void week_document_free(struct week_document *document);

// Nothing but notes, headings and blanks: a document that was emptied.
bool week_document_is_empty(const char *text);

#endif
