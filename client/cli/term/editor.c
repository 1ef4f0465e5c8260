#include "client/cli/term/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "client/cli/core/state.h"
#include "client/cli/core/intl.h"

#define TEXT_MOST_BYTES (1024 * 1024)

char *editor_read(struct cli *cli, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file)
        return NULL;
    char *text = cli_keep(cli, TEXT_MOST_BYTES + 1);
    size_t length = fread(text, 1, TEXT_MOST_BYTES, file);
    bool bad = ferror(file) || (length == TEXT_MOST_BYTES && fgetc(file) != EOF);
    int error = ferror(file) ? errno : EFBIG;
    if (file != stdin)
        fclose(file);
    errno = error;
    if (!bad && memchr(text, '\0', length)) {
        errno = EILSEQ;
        bad = true;
    }
    return bad ? NULL : text;
}

const char *editor_drafts(struct cli *cli)
{
    return cli_text(cli, "%s/drafts", state_folder(cli));
}

void editor_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return; // then the draft is as it was typed
    fputs(text, file);
    fclose(file);
}

const char *editor_draft_of(struct cli *cli, const char *name)
{
    glob_t found;
    const char *newest = NULL;
    time_t when = 0;
    if (glob(cli_text(cli, "%s/%s-??????.md", editor_drafts(cli), name), 0, NULL, &found) != 0)
        return NULL;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct stat stats;
        if (stat(found.gl_pathv[i], &stats) == 0 && stats.st_mtime >= when) {
            when = stats.st_mtime;
            newest = cli_text(cli, "%s", found.gl_pathv[i]);
        }
    }
    globfree(&found);
    return newest;
}

static const char *make_draft(struct cli *cli, const char *name, const char *text)
{
    const char *drafts = editor_drafts(cli);
    if (!state_make_folder(cli) || (mkdir(drafts, 0700) != 0 && errno != EEXIST))
        return NULL;
    char *path = cli_text(cli, "%s/%s-XXXXXX.md", drafts, name);
    int fd = mkostemps(path, 3, O_CLOEXEC);
    if (fd < 0)
        return NULL;
    FILE *file = fdopen(fd, "w");
    bool good = file && fputs(text, file) >= 0;
    if (!file)
        close(fd);
    else if (fclose(file) != 0)
        good = false;
    return good ? path : NULL;
}

// Through the shell, since $EDITOR may hold options.
static bool run_editor(const char *path)
{
    const char *editor = getenv("VISUAL");
    if (!editor || !editor[0])
        editor = getenv("EDITOR");
    if (!editor || !editor[0])
        editor = "vi";
    pid_t child = fork();
    if (child == 0) {
        char command[4096];
        snprintf(command, sizeof(command), "%s \"$1\"", editor);
        execl("/bin/sh", "sh", "-c", command, "okr", path, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

char *editor_run(struct cli *cli, const char *name, const char *text, const char **ret_path)
{
    *ret_path = make_draft(cli, name, text);
    if (!*ret_path) {
        cli_local_error(cli, _("The draft cannot be written: %s"), strerror(errno));
        return NULL;
    }
    bool good = run_editor(*ret_path);
    char *saved = editor_read(cli, *ret_path);
    if (!good && saved && strcmp(saved, text) == 0) {
        unlink(*ret_path);
        cli_local_error(cli, _("The editor ended with an error. Nothing was sent."));
        return NULL;
    }
    if (!good) {
        cli_local_error(
            cli, _("The editor ended with an error. Nothing was sent; what you wrote is in %s."),
            *ret_path);
        return NULL;
    }
    if (!saved)
        cli_local_error(cli, _("%s cannot be read: %s"), *ret_path, strerror(errno));
    return saved;
}
