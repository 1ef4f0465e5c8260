// Reading the document. Every refusal names a line; nothing that was written is passed over.
#include "client/cli/act/week_document.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// ---- letters: ASCII and their full-width twins --------------------------------------------------

// The ASCII letter that the text begins with, full-width ones included; *ret_length its bytes. 0
// for any other letter.
static char letter_at(const char *text, size_t *ret_length)
{
    const unsigned char *at = (const unsigned char *)text;
    *ret_length = 1;
    if (at[0] < 0x80)
        return (char)at[0];
    while (*ret_length < 4 && (at[*ret_length] & 0xC0) == 0x80)
        ++*ret_length;
    if (at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80)
        return ' ';
    if (at[0] == 0xEF && at[1] == 0xBC && at[2] >= 0x81 && at[2] <= 0xBF)
        return (char)(at[2] - 0x81 + 0x21);
    if (at[0] == 0xEF && at[1] == 0xBD && at[2] >= 0x80 && at[2] <= 0x9E)
        return (char)(at[2] - 0x80 + 0x60);
    return 0;
}

static const char *skip_blanks(const char *text)
{
    size_t length;
    char letter;
    while ((letter = letter_at(text, &length)) == ' ' || letter == '\t' || letter == '\r')
        text += length;
    return text;
}

// Past the letter if the text begins with it, else NULL.
static const char *after_letter(const char *text, char wanted)
{
    size_t length;
    return letter_at(text, &length) == wanted ? text + length : NULL;
}

static size_t length_without_blanks(const char *text, size_t length)
{
    for (;;) {
        if (length >= 3 && memcmp(text + length - 3, "\xE3\x80\x80", 3) == 0)
            length -= 3;
        else if (length && strchr(" \t\r\n", text[length - 1]))
            length--;
        else
            return length;
    }
}

static char *copy_trimmed(const char *text, size_t length)
{
    const char *start = skip_blanks(text);
    size_t skipped = (size_t)(start - text);
    if (skipped > length)
        return strdup("");
    return strndup(start, length_without_blanks(start, length - skipped));
}

// Reads digits, full-width ones included; NULL where there are none.
static const char *read_number(const char *text, int64_t *ret)
{
    size_t length;
    char letter;
    int64_t value = 0;
    const char *start = text;
    while (isdigit((unsigned char)(letter = letter_at(text, &length))) && value < INT64_MAX / 100) {
        value = value * 10 + (letter - '0');
        text += length;
    }
    *ret = value;
    return text > start ? text : NULL;
}

static const char *read_id(const char *text, char prefix, int64_t *ret)
{
    const char *at = after_letter(text, prefix);
    if (!at)
        at = after_letter(text, (char)tolower((unsigned char)prefix));
    if (!at)
        return NULL;
    const char *dash = after_letter(at, '-');
    return read_number(dash ? dash : at, ret);
}

// ---- marks --------------------------------------------------------------------------------------

static const struct {
    const char *text;
    enum week_mark mark;
} marks[] = {
    {"o", WEEK_MARK_ACHIEVED},  {"O", WEEK_MARK_ACHIEVED}, {"ｏ", WEEK_MARK_ACHIEVED},
    {"Ｏ", WEEK_MARK_ACHIEVED}, {"○", WEEK_MARK_ACHIEVED}, {"〇", WEEK_MARK_ACHIEVED},
    {"◯", WEEK_MARK_ACHIEVED},  {"0", WEEK_MARK_ACHIEVED}, {"x", WEEK_MARK_MISSED},
    {"X", WEEK_MARK_MISSED},    {"ｘ", WEEK_MARK_MISSED},  {"Ｘ", WEEK_MARK_MISSED},
    {"×", WEEK_MARK_MISSED},    {"✕", WEEK_MARK_MISSED},   {"✗", WEEK_MARK_MISSED},
    {"☓", WEEK_MARK_MISSED},
};

// What stands between the brackets. False: no mark.
static bool read_mark(const char *text, size_t length, enum week_mark *ret)
{
    char *inner = copy_trimmed(text, length);
    bool known = inner && inner[0] == '\0';
    *ret = WEEK_MARK_NONE;
    for (size_t i = 0; inner && i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strcmp(inner, marks[i].text) == 0) {
            *ret = marks[i].mark;
            known = true;
        }
    }
    free(inner);
    return known;
}

static const char *find_letter(const char *text, char wanted)
{
    while (*text) {
        size_t length;
        if (letter_at(text, &length) == wanted)
            return text;
        text += length;
    }
    return NULL;
}

// ---- parsing ------------------------------------------------------------------------------------

enum section { SECTION_NONE, SECTION_THIS, SECTION_BACK, SECTION_NEXT, SECTION_BEYOND };

struct parsing {
    struct week_document *document;
    struct week_error *error;
    enum section section;
    unsigned line;
};

static bool refuse(struct parsing *parsing, enum week_problem problem)
{
    *parsing->error = (struct week_error){.problem = problem, .line = parsing->line};
    return false;
}

static char *joined(char *text, const char *separator, const char *more)
{
    size_t old = text ? strlen(text) : 0;
    char *longer = realloc(text, old + strlen(separator) + strlen(more) + 1);
    if (!longer)
        abort();
    longer[old] = '\0';
    if (old)
        strcat(longer, separator);
    return strcat(longer, more);
}

static void *grown(void *items, size_t count, size_t size)
{
    void *longer = realloc(items, (count + 1) * size);
    if (!longer)
        abort();
    memset((char *)longer + count * size, 0, size);
    return longer;
}

// "P-3 Faster search, 2021-W07": the first id and the first thing that looks like a week.
static void read_title(struct week_document *document, const char *line)
{
    const char *at = skip_blanks(line);
    int64_t id;
    if (read_id(at, 'P', &id))
        document->project_id = id;
    for (; *at; at++) {
        bool week = strlen(at) >= 8 && isdigit((unsigned char)at[0]) &&
                    isdigit((unsigned char)at[3]) && at[4] == '-' && at[5] == 'W' &&
                    isdigit((unsigned char)at[6]) && isdigit((unsigned char)at[7]);
        if (week) {
            memcpy(document->week, at, 8);
            return;
        }
    }
}

static bool keep_goal(struct parsing *parsing, struct week_goal goal, const char *text)
{
    struct week_document *document = parsing->document;
    if (goal.id == 0 && !text[0])
        return refuse(parsing, WEEK_NO_TEXT);
    document->goals = grown(document->goals, document->n_goals, sizeof(goal));
    goal.text = copy_trimmed(text, strlen(text));
    document->goals[document->n_goals++] = goal;
    return true;
}

static bool add_goal(struct parsing *parsing, const char *inner)
{
    struct week_document *document = parsing->document;
    const char *end = find_letter(inner, ']');
    struct week_goal goal = {.line = parsing->line};
    if (!end || !read_mark(inner, (size_t)(end - inner), &goal.mark))
        return refuse(parsing, WEEK_BAD_MARK);
    const char *rest = skip_blanks(after_letter(end, ']'));
    const char *text = read_id(rest, 'G', &goal.id);
    for (size_t i = 0; text && i < document->n_goals; i++) {
        if (document->goals[i].id == goal.id)
            return refuse(parsing, WEEK_GOAL_TWICE);
    }
    return keep_goal(parsing, goal, text ? text : rest);
}

// A goal, a new one ("- text"), or one more line of the reason why the goal above was missed.
static bool read_this(struct parsing *parsing, const char *line)
{
    struct week_document *document = parsing->document;
    const char *at = after_letter(line, '-');
    const char *inner = after_letter(skip_blanks(at ? at : line), '[');
    if (inner)
        return add_goal(parsing, inner);
    if (at)
        return keep_goal(parsing, (struct week_goal){.line = parsing->line}, skip_blanks(at));
    if (document->n_goals == 0)
        return refuse(parsing, WEEK_NOT_A_GOAL);
    struct week_goal *goal = &document->goals[document->n_goals - 1];
    if (goal->mark != WEEK_MARK_MISSED)
        return refuse(parsing, WEEK_REASON_OF_NONE);
    goal->reason = joined(goal->reason, " ", line);
    return true;
}

// "[program#15 …]" at the end of a goal names the plan task that it serves.
static bool split_task(struct parsing *parsing, struct week_next *next)
{
    size_t length = strlen(next->text);
    bool closed = length && (next->text[length - 1] == ']' ||
                             (length >= 3 && strcmp(next->text + length - 3, "］") == 0));
    if (!closed)
        return true;
    char *open = NULL;
    for (const char *at = next->text; (at = find_letter(at, '[')) != NULL;) {
        open = (char *)(uintptr_t)at;
        size_t step;
        letter_at(at, &step);
        at += step;
    }
    const char *name = open ? skip_blanks(after_letter(open, '[')) : NULL;
    const char *hash = name ? find_letter(name, '#') : NULL;
    if (!hash)
        return true; // brackets of the text's own
    if (hash == name || !read_number(skip_blanks(after_letter(hash, '#')), &next->task_uid))
        return refuse(parsing, WEEK_BAD_TASK);
    next->source = copy_trimmed(name, (size_t)(hash - name));
    *open = '\0';
    char *text = copy_trimmed(next->text, strlen(next->text));
    free(next->text);
    next->text = text;
    return true;
}

static bool read_next(struct parsing *parsing, const char *line)
{
    struct week_document *document = parsing->document;
    static const char *const bullets[] = {"-", "*", "・", "－", "•"};
    for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++) {
        size_t length = strlen(bullets[i]);
        if (strncmp(line, bullets[i], length) == 0) {
            line = skip_blanks(line + length);
            break;
        }
    }
    if (!line[0])
        return true; // a bullet with nothing behind it
    document->nexts = grown(document->nexts, document->n_nexts, sizeof(*document->nexts));
    struct week_next *next = &document->nexts[document->n_nexts++];
    next->line = parsing->line;
    next->text = copy_trimmed(line, strlen(line));
    return split_task(parsing, next);
}

static bool read_line(struct parsing *parsing, const char *raw)
{
    struct week_document *document = parsing->document;
    char *line = copy_trimmed(raw, strlen(raw));
    const char *title = after_letter(line, '#');
    bool good = true;
    if (after_letter(line, '>'))
        good = true;
    else if (title && after_letter(title, '#'))
        parsing->section += parsing->section < SECTION_BEYOND;
    else if (title && parsing->section == SECTION_NONE)
        read_title(document, title);
    else if (parsing->section == SECTION_BACK)
        document->look_back = joined(document->look_back, "\n", line);
    else if (line[0] && parsing->section == SECTION_THIS)
        good = read_this(parsing, line);
    else if (line[0] && parsing->section == SECTION_NEXT)
        good = read_next(parsing, line);
    else if (line[0] && parsing->section == SECTION_NONE)
        good = refuse(parsing, WEEK_SECTIONS);
    free(line);
    return good;
}

static bool read_lines(struct parsing *parsing, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *line = strndup(text, length);
        parsing->line++;
        bool good = line && read_line(parsing, line);
        free(line);
        if (!good)
            return false;
        text += length + (text[length] == '\n');
    }
    if (parsing->section == SECTION_NEXT)
        return true;
    parsing->line = 0;
    return refuse(parsing, WEEK_SECTIONS);
}

bool week_document_parse(const char *text, struct week_document *ret, struct week_error *ret_error)
{
    *ret = (struct week_document){0};
    *ret_error = (struct week_error){0};
    struct parsing parsing = {.document = ret, .error = ret_error};
    ret->look_back = strdup("");
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3; // some editors write a byte order mark
    if (!read_lines(&parsing, text)) {
        week_document_free(ret);
        return false;
    }
    char *trimmed = copy_trimmed(ret->look_back, strlen(ret->look_back));
    free(ret->look_back);
    ret->look_back = trimmed;
    return true;
}

bool week_document_is_empty(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *start = skip_blanks(text);
        bool blank = start >= text + length || *start == '\n' || !*start;
        if (!blank && !after_letter(start, '>') && !after_letter(start, '#'))
            return false;
        text += length + (text[length] == '\n');
    }
    return true;
}

void week_document_free(struct week_document *document)
{
    for (size_t i = 0; i < document->n_goals; i++) {
        free(document->goals[i].text);
        free(document->goals[i].reason);
    }
    for (size_t i = 0; i < document->n_nexts; i++) {
        free(document->nexts[i].text);
        free(document->nexts[i].source);
    }
    free(document->goals);
    free(document->nexts);
    free(document->look_back);
    *document = (struct week_document){0};
}
