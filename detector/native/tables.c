#include "tables.h"

static const char FOLDING[] = "detector._kernel.folding";
static const char LEXIS[] = "detector._kernel.lexis";

/* -- the folding table */

/* A capsule of this: the table's buffer is held for as long as the capsule lives. */
struct held_folding {
    struct folding folding;
    Py_buffer table;
};

static void free_folding(PyObject *capsule)
{
    struct held_folding *held = PyCapsule_GetPointer(capsule, FOLDING);
    PyBuffer_Release(&held->table);
    free(held->folding.expansions);
    free(held);
}

PyObject *py_folding(PyObject *module, PyObject *args)
{
    Py_buffer table, points;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*", &table, &points))
        return NULL;
    size_t count = (size_t)points.len / (MAX_LETTERS * sizeof(uint32_t));
    struct held_folding *held = calloc(1, sizeof *held);
    struct letters *expansions = calloc(count + 1, sizeof *expansions);
    PyObject *capsule = NULL;
    if (!held || !expansions)
        PyErr_NoMemory();
    else if (table.len != POINTS * (Py_ssize_t)sizeof(uint32_t)
             || !folding_init(&held->folding, table.buf, points.buf, expansions, count))
        bad_value("not a folding table");
    else
        capsule = PyCapsule_New(held, FOLDING, free_folding);
    PyBuffer_Release(&points);
    if (!capsule) {
        PyBuffer_Release(&table);
        free(held);
        free(expansions);
        return NULL;
    }
    held->table = table;
    return capsule;
}

const struct folding *folding_of(PyObject *capsule)
{
    struct held_folding *held = PyCapsule_GetPointer(capsule, FOLDING);
    return held ? &held->folding : NULL;
}

/* -- what is known of characters and words */

enum { CHARACTERS, LINE, SIZES, WORDS, KINDS, STEMS, ENDINGS, BUFFERS };

/* A capsule of this: the buffers are held for as long as the capsule lives. */
struct held_lexis {
    struct lexis lexis;
    Py_buffer buffers[BUFFERS];
};

static void release_lexis(struct held_lexis *held)
{
    for (size_t i = 0; i < BUFFERS; i++)
        PyBuffer_Release(held->buffers + i);
    free(held->lexis.words);
    free(held->lexis.slots);
    free(held);
}

static void free_lexis(PyObject *capsule)
{
    release_lexis(PyCapsule_GetPointer(capsule, LEXIS));
}

/* 1: filled, 0: no memory, -1: the buffers do not fit each other. */
static int fill_lexis(struct lexis *x, const Py_buffer *b)
{
    const int64_t *sizes = b[SIZES].buf;
    const char *bytes = b[LINE].buf, *end = bytes + b[LINE].len;
    const char(*endings)[2][8] = b[ENDINGS].buf;
    size_t count = items(b + SIZES, sizeof *sizes);
    if (b[CHARACTERS].len > POINTS || items(b + WORDS, sizeof(uint32_t)) != count
        || items(b + STEMS, sizeof(uint32_t)) != count || (size_t)b[KINDS].len != count)
        return -1;
    x->kinds = b[CHARACTERS].buf;
    x->points = (size_t)b[CHARACTERS].len;
    for (x->slot_bits = 1; (size_t)1 << x->slot_bits < 2 * count + 1; x->slot_bits++)
        ;
    x->words = calloc(count + 1, sizeof *x->words);
    x->slots = calloc((size_t)1 << x->slot_bits, sizeof *x->slots);
    if (!x->words || !x->slots)
        return 0;
    for (size_t i = 0; i < count; bytes += sizes[i++]) {
        if (sizes[i] < 0 || sizes[i] > end - bytes)
            return -1;
        x->words[i] = (struct known_word){
            .bytes = bytes,
            .size = (size_t)sizes[i],
            .word = ((const uint32_t *)b[WORDS].buf)[i],
            .kind = ((const uint8_t *)b[KINDS].buf)[i],
            .stem = ((const uint32_t *)b[STEMS].buf)[i],
        };
    }
    lexis_init(x, count);
    for (size_t i = 0; i < items(b + ENDINGS, sizeof *endings); i++)
        if (!lexis_add_ending(x, endings[i][0], endings[i][1]))
            return -1;
    return 1;
}

PyObject *py_lexis(PyObject *module, PyObject *args)
{
    struct held_lexis *held = calloc(1, sizeof *held);
    Py_buffer *b = held ? held->buffers : NULL;
    (void)module;
    if (!held)
        return PyErr_NoMemory();
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*y*", b + CHARACTERS, b + LINE, b + SIZES, b + WORDS,
                          b + KINDS, b + STEMS, b + ENDINGS)) {
        free(held);
        return NULL;
    }
    int filled = fill_lexis(&held->lexis, b);
    PyObject *capsule = filled > 0    ? PyCapsule_New(held, LEXIS, free_lexis)
                        : filled == 0 ? PyErr_NoMemory()
                                      : bad_value("not a lexis");
    if (!capsule)
        release_lexis(held);
    return capsule;
}

const struct lexis *lexis_of(PyObject *capsule)
{
    struct held_lexis *held = PyCapsule_GetPointer(capsule, LEXIS);
    return held ? &held->lexis : NULL;
}
