// Magic numbers and extensions. A file with an unknown extension that is XML is left to the reader.
#include "client/plan_sync/file/foreign.h"

#include <fcntl.h>
#include <libintl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "client/plan_sync/file/shown.h"

#define _(s) gettext(s)
#define N_(s) (s)

enum kind { MS_PROJECT, MPX, PROJECTLIBRE, GANTTPROJECT, TASKJUGGLER, PRIMAVERA, ARCHIVE, KINDS };

static const struct foreign kinds[KINDS] = {
    [MS_PROJECT] = {N_("this is a file of MS Project in its own format (.mpp), not XML"),
                    N_("in MS Project choose File > Save As > XML Format (*.xml) and use that "
                       "file, or give a converter with --convert")},
    [MPX] = {N_("this is an MPX file, not XML"),
             N_("open it in MS Project or ProjectLibre and save it as XML, or give a converter "
                "with --convert")},
    [PROJECTLIBRE] = {N_("this is a file of ProjectLibre in its own format (.pod), not XML"),
                      N_("in ProjectLibre choose File > Save as and the type Microsoft Project "
                         "XML, or give a converter with --convert")},
    [GANTTPROJECT] = {N_("this is a file of GanttProject in its own format (.gan)"),
                      N_("in GanttProject choose Project > Export > Microsoft Project with the "
                         "format XML, or give a converter with --convert")},
    [TASKJUGGLER] = {N_("this is a project of TaskJuggler (.tjp)"),
                     N_("give its task report the line: formats mspxml, run tj3, and use the file "
                        "that it writes; or give a converter with --convert")},
    [PRIMAVERA] = {N_("this is a file of Primavera"),
                   N_("open it in MS Project and save it as XML, or give a converter with "
                      "--convert")},
    [ARCHIVE] = {N_("this is a compressed file"),
                 N_("unpack it and use the XML file in it, or give a converter with --convert")},
};

static const struct {
    const char *extension;
    enum kind kind;
} extensions[] = {
    {".mpp", MS_PROJECT},   {".mpt", MS_PROJECT},   {".mpx", MPX},
    {".pod", PROJECTLIBRE}, {".gan", GANTTPROJECT}, {".tjp", TASKJUGGLER},
    {".xer", PRIMAVERA},    {".zip", ARCHIVE},      {".gz", ARCHIVE},
};

static const struct {
    const char *bytes;
    size_t length;
    enum kind kind;
} magics[] = {
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, MS_PROJECT}, // OLE2, as in [MS-CFB] 2.2
    {"MPX", 3, MPX},
    {"\xAC\xED\x00\x05", 4, PROJECTLIBRE}, // a serialised Java object
    {"ERMHDR", 6, PRIMAVERA},
    {"PK\x03\x04", 4, ARCHIVE},
    {"\x1F\x8B", 2, ARCHIVE},
    {"7z\xBC\xAF\x27\x1C", 6, ARCHIVE},
};

const struct foreign *foreign_by_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof(extensions) / sizeof(extensions[0]); i++) {
        if (strcasecmp(dot, extensions[i].extension) == 0)
            return &kinds[extensions[i].kind];
    }
    return NULL;
}

const struct foreign *foreign_by_bytes(const void *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        if (length >= magics[i].length && memcmp(bytes, magics[i].bytes, magics[i].length) == 0)
            return &kinds[magics[i].kind];
    }
    return NULL;
}

// MS Project and others also read a plan in XML that was given another extension.
static bool is_mspdi(const char *head)
{
    return strstr(head, "<Project") != NULL;
}

const struct foreign *foreign_find(const char *path)
{
    char head[1025] = "";
    struct stat stat;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd >= 0 && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)
                    ? read(fd, head, sizeof(head) - 1)
                    : -1;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return NULL;
    const struct foreign *by_bytes = foreign_by_bytes(head, (size_t)n);
    return by_bytes || is_mspdi(head) ? by_bytes : foreign_by_name(path);
}

void foreign_print(FILE *to, const char *path, const struct foreign *foreign)
{
    shown_print(to, path);
    fprintf(to, ": %s; %s\n", _(foreign->what), _(foreign->help));
}
