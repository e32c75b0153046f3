/* Memory that grows with what is put into it. */
#ifndef COPYDESK_GROWING_H
#define COPYDESK_GROWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct growing {
    char *bytes;
    size_t size, room;
};

/* Where `size` more bytes have their place, or NULL: no memory. */
static inline void *extend(struct growing *into, size_t size)
{
    if (!into->bytes || into->room - into->size < size) {
        size_t room = into->size + size + (into->size + size) / 2 + 1;
        char *bytes = realloc(into->bytes, room);
        if (!bytes)
            return NULL;
        into->bytes = bytes;
        into->room = room;
    }
    into->size += size;
    return into->bytes + into->size - size;
}

/* False: no memory. */
static inline bool grow(struct growing *into, const void *more, size_t size)
{
    void *place = extend(into, size);
    if (place)
        memcpy(place, more, size);
    return place;
}

#endif
