/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for libFuzzer: runs the target once over each file of the folders named, and of those inside. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base.h"

enum { LARGEST_INPUT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_file(const char *path)
{
    uint8_t *data = malloc(LARGEST_INPUT);
    FILE *f = fopen(path, "rbe");
    uint8_t *exact;
    size_t n;

    LM_ASSERT(data != NULL);
    if (!f)
        lm_die("%s cannot be opened", path);
    n = fread(data, 1, LARGEST_INPUT, f);
    fclose(f);
    exact = realloc(data, n ? n : 1); /* so that the sanitizer sees reads behind the end */
    LM_ASSERT(exact != NULL);
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static int run_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char file[4096];
    int n = 0;

    if (!dir)
        lm_die("no corpus %s", path);
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        LM_ASSERT(snprintf(file, sizeof(file), "%s/%s", path, entry->d_name) < (int)sizeof(file));
        if (entry->d_type == DT_DIR) {
            n += run_folder(file);
        } else {
            run_file(file);
            n++;
        }
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;

    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        n += run_folder(argv[i]);
    printf("%d inputs\n", n);
    return n > 0 ? 0 : 1; /* an empty corpus proves nothing */
}
