// The least that reading XML costs: expat over a file, with handlers that count and nothing else.
#include <expat.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static unsigned long elements, bytes;

static void on_start(void *ctx, const char *name, const char **attributes)
{
    (void)ctx, (void)name, (void)attributes;
    elements++;
}

static void on_end(void *ctx, const char *name)
{
    (void)ctx, (void)name;
}

static void on_text(void *ctx, const char *text, int length)
{
    (void)ctx, (void)text;
    bytes += (unsigned long)length;
}

int main(int argc, char **argv)
{
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    XML_Parser parser = XML_ParserCreate(NULL);
    if (fd < 0 || !parser)
        return 2;
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    for (ssize_t n = 1; n > 0;) {
        void *space = XML_GetBuffer(parser, CHUNK);
        n = space ? read(fd, space, CHUNK) : -1;
        if (n < 0 || XML_ParseBuffer(parser, (int)n, n == 0) == XML_STATUS_ERROR)
            return 1;
    }
    XML_ParserFree(parser);
    close(fd);
    return printf("%lu elements, %lu bytes of text\n", elements, bytes) < 0;
}
