/* UTF-8 read one code point at a time. */
#ifndef COPYDESK_UTF8_H
#define COPYDESK_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_POINT UINT32_MAX

enum { POINTS = 0x110000, MAX_POINT_BYTES = 4 };

/* Whether a byte of UTF-8 is a later one of its code point. */
static inline bool is_tail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* Reads one code point and moves on; NO_POINT where there is none (RFC 3629). */
static inline uint32_t next_point(const uint8_t **at, const uint8_t *end, bool surrogates)
{
    static const uint32_t LEAST[] = {0, 0x80, 0x800, 0x10000};
    const uint8_t *in = *at;
    uint32_t lead = *in++;
    if (lead < 0x80) {
        *at = in;
        return lead;
    }
    if (lead >= 0xC2 && lead < 0xE0 && in < end && (*in & 0xC0) == 0x80) { /* most alphabets */
        *at = in + 1;
        return (lead & 0x1F) << 6 | (*in & 0x3F);
    }
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || end - in < more)
        return NO_POINT;
    uint32_t point = lead & (0x3Fu >> more);
    for (int i = 0; i < more; i++) {
        uint32_t tail = *in++;
        if ((tail & 0xC0) != 0x80)
            return NO_POINT;
        point = point << 6 | (tail & 0x3F);
    }
    *at = in;
    bool surrogate = point >> 11 == 0xD800 >> 11;
    bool good = point >= LEAST[more] && point < POINTS && (surrogates || !surrogate);
    return good ? point : NO_POINT;
}

#endif
