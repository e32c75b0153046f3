#include "fold.h"

#include <string.h>

#if HAVE_X86
#include <immintrin.h>
#endif

/* The bits of a table entry, as in detector/fold.py. */
#define DROP (1u << 24)
#define MARK (1u << 25)
#define EXPANDS (1u << 26)
#define SOLO (1u << 27)
#define JOIN (1u << 28)
#define CODE_POINT ((1u << 21) - 1)

enum { AHEAD_BYTES = 1024 }; /* read ahead of, over the edge of a page, where processors stop */

/* Writes the UTF-8 of a code point; its size. Of one byte or two without a branch: half of Cyrillic
 * folds to the Latin letters that look the same. */
static inline size_t put_point(uint8_t *out, uint32_t point)
{
    if (point < 0x800) {
        unsigned two = point >= 0x80;
        out[0] = (uint8_t)(two ? 0xC0 | point >> 6 : point);
        out[1] = (uint8_t)(0x80 | (point & 0x3F));
        return 1 + two;
    }
    if (point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | point >> 12);
        out[1] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | point >> 18);
    out[1] = (uint8_t)(0x80 | (point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (point & 0x3F));
    return 4;
}

bool folding_init(struct folding *folding, const uint32_t *table, const uint32_t *points,
                  struct letters *expansions, size_t count)
{
    folding->table = table;
    folding->expansions = expansions;
    for (size_t point = 0; point < POINTS; point++) {
        uint32_t target = table[point] & CODE_POINT;
        if (target >= (table[point] & EXPANDS ? count : POINTS))
            return false;
    }
    for (size_t point = 0; point < 128; point++) {
        uint32_t entry = table[point];
        if (entry >= 128 && entry != DROP)
            return false;
        folding->ascii[point] = entry == DROP ? ASCII_DROP : entry ? (uint8_t)entry : ' ';
    }
    for (size_t each = 0; each < count; each++) {
        struct letters *letters = &expansions[each];
        *letters = (struct letters){0};
        for (size_t i = 0; i < MAX_LETTERS && points[each * MAX_LETTERS + i]; i++) {
            if (points[each * MAX_LETTERS + i] >= POINTS)
                return false;
            letters->size += (uint8_t)put_point(letters->bytes + letters->size,
                                                points[each * MAX_LETTERS + i]);
        }
    }
    return true;
}

static inline void close_token(struct fold *fold, struct cursor *c, bool placed)
{
    if (!c->open)
        return;
    c->open = false;
    if (placed) {
        fold->starts[c->count] = c->token_start;
        fold->ends[c->count] = c->token_end;
    }
    fold->stops[c->count++] = (uint32_t)c->size;
    fold->line[c->size++] = ' ';
}

/* A character of a word that may not simply go on with the open token. */
static inline void turn(struct fold *fold, struct cursor *c, uint32_t entry, int64_t place,
                        bool placed)
{
    bool joins = entry & JOIN && c->open; /* a mark goes on even with a solo character */
    bool alone = !joins && (entry & SOLO || c->solo);
    if (alone || c->chars == MAX_TOKEN_CHARS)
        close_token(fold, c, placed);
    if (!c->open) {
        c->open = true;
        c->chars = 0;
        c->token_start = place;
    }
    if (!joins)
        c->solo = entry & SOLO;
}

static inline void add_letters(struct fold *fold, struct cursor *c, uint32_t entry, int64_t place,
                               bool placed)
{
    if (!c->open || c->solo || c->chars == MAX_TOKEN_CHARS || entry & (SOLO | JOIN))
        turn(fold, c, entry, place, placed);
    c->chars++;
    if (placed)
        c->token_end = place + 1;
    if (entry & EXPANDS) {
        const struct letters *letters = &fold->folding->expansions[entry & CODE_POINT];
        memcpy(fold->line + c->size, letters->bytes, sizeof letters->bytes);
        c->size += letters->size;
    } else {
        c->size += put_point(fold->line + c->size, entry & CODE_POINT);
    }
}

/* A separator. Of the token before it nothing counts for what comes. */
static inline void separate(struct fold *fold, struct cursor *c, bool placed)
{
    close_token(fold, c, placed);
    c->solo = false;
    c->chars = 0;
}

/* Whether fold_ascii may go on: after no solo character, and a token may grow by a block. */
static inline bool is_plain(const struct cursor *c)
{
    return !c->solo && c->chars <= MAX_TOKEN_CHARS - BLOCK_BYTES;
}

/* Whether so much ASCII follows that fold_ascii is worth its while. */
static inline bool ascii_follows(const struct cursor *c, const uint8_t *end)
{
    uint64_t ahead = ~0ull;
    if (end - c->at >= (ptrdiff_t)sizeof ahead)
        memcpy(&ahead, c->at, sizeof ahead);
    return !(ahead & 0x8080808080808080u);
}

/* One code point after another, at least one; up to `stop`, or to a separator before ASCII. */
static inline __attribute__((always_inline)) bool fold_points(struct fold *fold,
                                                              const uint8_t *stop, bool placed)
{
    struct cursor c = fold->cursor;
    const uint32_t *table = fold->folding->table;
    bool good = true;
    do {
        uint32_t point = next_point(&c.at, fold->end, fold->surrogates);
        good = point != NO_POINT;
        if (!good)
            break;
        uint32_t entry = table[point];
        int64_t place = placed ? c.place++ : 0;
        if (entry == 0) {
            separate(fold, &c, placed);
            if (!placed && ascii_follows(&c, fold->end))
                break;
        } else if (!(entry & (DROP | MARK))) {
            add_letters(fold, &c, entry, place, placed);
        } else if (placed && entry & MARK && c.token_end == place) {
            c.token_end = place + 1; /* an accent directly on the last letter belongs to it */
        }
    } while (c.at < stop);
    fold->cursor = c;
    return good;
}

/* Letters and separators of ASCII, without a branch that depends on them. */
static void fold_ascii_bytes(struct fold *fold, const uint8_t *stop)
{
    struct cursor c = fold->cursor;
    unsigned open = c.open;
    for (; c.at < stop && *c.at < 0x80 && c.chars < MAX_TOKEN_CHARS; c.at++) {
        uint8_t letter = fold->folding->ascii[*c.at];
        unsigned kept = letter != ASCII_DROP, word = kept & (letter != ' ');
        unsigned ends = kept & (word ^ 1) & open;
        fold->line[c.size] = letter;
        fold->stops[c.count] = (uint32_t)c.size;
        c.size += word | ends;
        c.count += ends;
        open = word | (open & (kept ^ 1));
        c.chars = (c.chars + word) & (0u - open);
    }
    c.open = open;
    fold->cursor = c;
}

#if HAVE_X86
/* 64 folded letters at once: one bit for each byte in the masks. */
struct block {
    uint8_t letters[BLOCK_BYTES];
    uint64_t valid; /* what stands before the first byte that is not ASCII, or the end */
    uint64_t kept;
    uint64_t blanks;
};

typedef void read_block(struct block *block, const uint8_t *at, size_t left, const uint8_t *ascii);
typedef void write_letters(uint8_t *out, const struct block *block, uint64_t chosen);
typedef void write_stops(uint32_t *out, size_t start, uint64_t stops);

/* The same as fold_ascii_bytes, block by block. */
FOR_AVX2 static inline __attribute__((always_inline)) void
fold_blocks(struct fold *fold, const uint8_t *stop, read_block *read, write_letters *write,
            write_stops *list)
{
    struct cursor c = fold->cursor;
    while (c.at < stop && is_plain(&c)) {
        struct block block;
        __builtin_prefetch(c.at + AHEAD_BYTES);
        read(&block, c.at, (size_t)(stop - c.at), fold->folding->ascii);
        if (!block.valid)
            break;
        /* Without what is dropped, a bit stands for a kept byte. */
        unsigned count = (unsigned)_mm_popcnt_u64(block.kept);
        uint64_t gaps = _pext_u64(block.blanks, block.kept);
        uint64_t word = ~gaps & _bzhi_u64(~0ull, count);
        uint64_t ends = gaps & (word << 1 | c.open);
        uint64_t written = word | ends;
        write(fold->line + c.size, &block, _pdep_u64(written, block.kept));
        list(fold->stops + c.count, c.size, _pext_u64(ends, written));
        c.size += (size_t)_mm_popcnt_u64(written);
        c.count += (size_t)_mm_popcnt_u64(ends);
        c.at += _mm_popcnt_u64(block.valid);
        c.chars = gaps ? count - 64 + (unsigned)_lzcnt_u64(gaps) : c.chars + count;
        c.open = c.chars > 0;
    }
    fold->cursor = c;
}

/* The bits below the lowest of `foreign`. */
FOR_AVX2 static inline uint64_t before(uint64_t foreign) { return _blsmsk_u64(foreign) & ~foreign; }

FOR_AVX2 static inline void read_block_avx2(struct block *block, const uint8_t *at, size_t left,
                                            const uint8_t *ascii)
{
    uint8_t rest[BLOCK_BYTES];
    if (left < BLOCK_BYTES) {
        memset(rest, 0xFF, sizeof rest);
        memcpy(rest, at, left);
        at = rest;
    }
    uint64_t foreign = 0, dropped = 0, blanks = 0;
    for (int half = 0; half < BLOCK_BYTES; half += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(at + half));
        __m256i row = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
        __m256i letters = _mm256_setzero_si256();
        for (int i = 0; i < 8; i++) { /* the table has eight rows of sixteen letters */
            __m256i table = _mm256_broadcastsi128_si256(
                _mm_loadu_si128((const __m128i *)(ascii + 16 * i)));
            __m256i here = _mm256_cmpeq_epi8(row, _mm256_set1_epi8((char)i));
            letters = _mm256_or_si256(
                letters, _mm256_and_si256(here, _mm256_shuffle_epi8(table, bytes)));
        }
        _mm256_storeu_si256((__m256i *)(block->letters + half), letters);
        __m256i blank = _mm256_cmpeq_epi8(letters, _mm256_set1_epi8(' '));
        foreign |= (uint64_t)(uint32_t)_mm256_movemask_epi8(bytes) << half;
        dropped |= (uint64_t)(uint32_t)_mm256_movemask_epi8(letters) << half;
        blanks |= (uint64_t)(uint32_t)_mm256_movemask_epi8(blank) << half;
    }
    block->valid = before(foreign);
    block->kept = block->valid & ~dropped;
    block->blanks = blanks;
}

FOR_AVX2 static inline void write_letters_avx2(uint8_t *out, const struct block *block,
                                               uint64_t chosen)
{
    for (int place = 0; place < BLOCK_BYTES; place += 8) {
        uint64_t letters, eight = chosen >> place & 0xFF;
        memcpy(&letters, block->letters + place, sizeof letters);
        letters = _pext_u64(letters, _pdep_u64(eight, 0x0101010101010101u) * 0xFF);
        memcpy(out, &letters, sizeof letters);
        out += _mm_popcnt_u64(eight);
    }
}

FOR_AVX2 static inline void write_stops_avx2(uint32_t *out, size_t start, uint64_t stops)
{
    for (; stops; stops = _blsr_u64(stops))
        *out++ = (uint32_t)(start + _tzcnt_u64(stops));
}

FOR_AVX2 static void fold_ascii_avx2(struct fold *fold, const uint8_t *stop)
{
    fold_blocks(fold, stop, read_block_avx2, write_letters_avx2, write_stops_avx2);
}

FOR_AVX512 static inline void read_block_avx512(struct block *block, const uint8_t *at, size_t left,
                                                const uint8_t *ascii)
{
    uint64_t inside = _bzhi_u64(~0ull, (unsigned)(left < BLOCK_BYTES ? left : BLOCK_BYTES));
    __m512i bytes = _mm512_maskz_loadu_epi8(inside, at);
    __m512i letters = _mm512_permutex2var_epi8(_mm512_loadu_si512(ascii), bytes,
                                               _mm512_loadu_si512(ascii + 64));
    _mm512_storeu_si512(block->letters, letters);
    block->valid = inside & before(_mm512_movepi8_mask(bytes));
    block->kept = block->valid & ~_mm512_movepi8_mask(letters);
    block->blanks = _mm512_cmpeq_epi8_mask(letters, _mm512_set1_epi8(' '));
}

FOR_AVX512 static inline void write_letters_avx512(uint8_t *out, const struct block *block,
                                                   uint64_t chosen)
{
    __m512i letters = _mm512_loadu_si512(block->letters);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(chosen, letters));
}

FOR_AVX512 static inline void write_stops_avx512(uint32_t *out, size_t start, uint64_t stops)
{
    static const uint8_t PLACES[BLOCK_BYTES] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
    };
    __m512i places = _mm512_maskz_compress_epi8(stops, _mm512_loadu_si512(PLACES));
    __m512i base = _mm512_set1_epi32((int)start);
    __m128i first = _mm512_castsi512_si128(places), second = _mm512_extracti32x4_epi32(places, 1);
    /* Two stores are enough: at most every second byte is a stop. */
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(first), base));
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(second), base));
}

FOR_AVX512 static void fold_ascii_avx512(struct fold *fold, const uint8_t *stop)
{
    fold_blocks(fold, stop, read_block_avx512, write_letters_avx512, write_stops_avx512);
}
#endif

/* ASCII up to `stop`, the first other byte, or where a token may become too long. */
static void fold_ascii(struct fold *fold, const uint8_t *stop)
{
#if HAVE_X86
    if (fold->level == AVX512) {
        fold_ascii_avx512(fold, stop);
        return;
    }
    if (fold->level == AVX2) {
        fold_ascii_avx2(fold, stop);
        return;
    }
#endif
    fold_ascii_bytes(fold, stop);
}

void fold_begin(struct fold *fold, const uint8_t *text, size_t size)
{
    fold->end = text + size;
    fold->cursor = (struct cursor){.at = text};
}

enum fold_status fold_piece(struct fold *fold, const uint8_t *limit)
{
    struct cursor *c = &fold->cursor;
    size_t given = c->count ? fold->stops[c->count - 1] + 1 : 0;
    memmove(fold->line, fold->line + given, c->size - given);
    c->size -= given;
    c->count = 0;
    const uint8_t *stop = limit - c->at > PIECE_BYTES ? c->at + PIECE_BYTES : limit;
    while (c->at < stop) {
        if (!fold->placed && is_plain(c))
            fold_ascii(fold, stop);
        if (c->at < stop
            && !(fold->placed ? fold_points(fold, stop, true) : fold_points(fold, stop, false)))
            return FOLD_BAD;
    }
    if (stop < fold->end)
        return FOLD_MORE;
    close_token(fold, c, fold->placed);
    return FOLD_DONE;
}
