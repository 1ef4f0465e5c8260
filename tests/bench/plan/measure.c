// Runs a command and writes its wall-clock seconds, its peak memory in KiB and its exit code to a
// file: measure FILE COMMAND…
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    struct rusage use;
    if (child < 0 || wait4(child, &status, 0, &use) != child)
        return 2;
    double seconds = now() - start;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    FILE *file = fopen(argv[1], "w");
    if (!file || fprintf(file, "%.3f %ld %d\n", seconds, use.ru_maxrss, code) < 0 || fclose(file))
        return 2;
    return code;
}
