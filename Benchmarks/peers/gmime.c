/* SPDX-License-Identifier: Apache-2.0 */

/* Reads a pack of letters with GMime, as far as ../Sources/mime/Reading.swift does, and prints the same line:
 *
 *     gmime FILE PASSES
 */

#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    size_t messages, text, files, addresses, dates, ids, headers;
} Totals;

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t mailboxes(InternetAddressList *list)
{
    size_t count = 0;
    if (list == NULL)
        return 0;
    for (int i = 0; i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address))
            count += mailboxes(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)));
        else if (internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)) != NULL)
            count += 1;
    }
    return count;
}

static size_t references(GMimeMessage *message, const char *name)
{
    const char *value = g_mime_object_get_header(GMIME_OBJECT(message), name);
    size_t count = 0;
    if (value == NULL)
        return 0;
    GMimeReferences *list = g_mime_references_parse(NULL, value);
    count = (size_t)g_mime_references_length(list);
    g_mime_references_free(list);
    return count;
}

static void read_head(GMimeMessage *message, Totals *totals)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
    for (int i = 0; i < g_mime_header_list_get_count(headers); i++) {
        const char *value = g_mime_header_get_value(g_mime_header_list_get_header_at(headers, i));
        totals->headers += value ? strlen(value) : 0;
    }
    totals->addresses += mailboxes(g_mime_message_get_from(message));
    totals->addresses += mailboxes(g_mime_message_get_to(message));
    totals->addresses += mailboxes(g_mime_message_get_cc(message));
    totals->addresses += mailboxes(g_mime_message_get_reply_to(message));
    totals->dates += g_mime_message_get_date(message) != NULL;
    totals->ids += g_mime_message_get_message_id(message) != NULL;
    totals->ids += references(message, "References") + references(message, "In-Reply-To");
}

static void read_part(GMimeObject *parent, GMimeObject *part, gpointer data)
{
    Totals *totals = data;
    (void)parent;
    if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *inside = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        if (inside != NULL)
            g_mime_message_foreach(inside, read_part, totals);
    } else if (GMIME_IS_TEXT_PART(part)) {
        char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
        if (text != NULL) {
            totals->text += strlen(text);
            g_free(text);
        }
    } else if (GMIME_IS_PART(part)) {
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
        if (content == NULL)
            return;
        GMimeStream *out = g_mime_stream_mem_new();
        g_mime_data_wrapper_write_to_stream(content, out);
        totals->files += (size_t)g_mime_stream_length(out);
        g_object_unref(out);
    }
}

static void read_letter(char *bytes, size_t length, Totals *totals)
{
    GByteArray *array = g_byte_array_new_take((guint8 *)bytes, length);
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(array);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (message != NULL) {
        totals->messages += 1;
        read_head(message, totals);
        g_mime_message_foreach(message, read_part, totals);
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
    g_byte_array_free(array, FALSE);
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(*size);
    if (data == NULL || fread(data, 1, *size, file) != *size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    size_t size;
    char *data = read_file(argv[1], &size);
    g_mime_init();
    for (int pass = 0; pass < atoi(argv[2]); pass++) {
        Totals totals = {0};
        size_t bytes = 0;
        double began = processor_seconds();
        for (size_t index = 0; index + 4 <= size;) {
            const unsigned char *mark = (const unsigned char *)data + index;
            size_t length = mark[0] | mark[1] << 8 | mark[2] << 16 | (size_t)mark[3] << 24;
            read_letter(data + index + 4, length, &totals);
            bytes += length;
            index += 4 + length;
        }
        double seconds = processor_seconds() - began;
        printf("{\"seconds\": %f, \"messages\": %zu, \"bytes\": %zu, \"text\": %zu, \"files\": %zu, "
               "\"addresses\": %zu, \"dates\": %zu, \"ids\": %zu, \"headers\": %zu}\n",
               seconds, totals.messages, bytes, totals.text, totals.files, totals.addresses, totals.dates,
               totals.ids, totals.headers);
        fflush(stdout);
    }
    g_mime_shutdown();
    free(data);
    return 0;
}
