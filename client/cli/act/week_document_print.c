// Writing the document, so that reading it gives the same again.
#include "client/cli/act/week_document.h"

static void print_notes(FILE *to, const char *indent, char *const *notes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s> %s\n", indent, notes[i]);
}

static void print_goal(FILE *to, const struct week_goal *goal)
{
    static const char signs[] = {' ', 'o', 'x'};
    fprintf(to, "[%c] ", signs[goal->mark]);
    if (goal->id)
        fprintf(to, "G-%lld ", (long long)goal->id);
    fprintf(to, "%s\n", goal->text);
    if (goal->reason)
        fprintf(to, "    %s\n", goal->reason);
    print_notes(to, "    ", goal->notes, goal->n_notes);
}

static void print_next(FILE *to, const struct week_next *next)
{
    fprintf(to, "%s- %s", next->suggested ? "> " : "", next->text);
    if (next->source)
        fprintf(to, " [%s#%lld%s%s]", next->source, (long long)next->task_uid,
                next->hint ? " " : "", next->hint ? next->hint : "");
    fputc('\n', to);
}

void week_document_print(const struct week_document *document, FILE *to)
{
    fprintf(to, "# P-%lld %s, %s\n", (long long)document->project_id,
            document->title ? document->title : "", document->week);
    print_notes(to, "", document->intro, document->n_intro);
    fprintf(to, "\n## %s\n", document->heading_this);
    for (size_t i = 0; i < document->n_goals; i++)
        print_goal(to, &document->goals[i]);
    print_notes(to, "", document->week_notes, document->n_week_notes);
    fprintf(to, "\n## %s\n%s\n", document->heading_back,
            document->look_back ? document->look_back : "");
    fprintf(to, "\n## %s\n", document->heading_next);
    print_notes(to, "", document->next_notes, document->n_next_notes);
    for (size_t i = 0; i < document->n_nexts; i++)
        print_next(to, &document->nexts[i]);
}
