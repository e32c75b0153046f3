/* The Python module detector._kernel. Its functions get buffers and fill buffers, so that it needs
 * no more of Python than the stable interface of 3.11; detector/kernel.py is what others call. */
#include "buffers.h"
#include "pairs.h"
#include "parts.h"
#include "scan.h"
#include "tables.h"
#include "xxh3.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

static const char *const LEVEL_NAMES[LEVELS] = {"baseline", "avx2", "avx512"};

/* -- tokens of one text */

/* Reads a whole text: 1, 0 where it is not UTF-8, -1 without memory. */
static int fold_whole(struct fold *fold, const Py_buffer *text, struct growing *line,
                      struct growing *starts, struct growing *ends)
{
    enum fold_status status;
    fold_begin(fold, text->buf, (size_t)text->len);
    do {
        status = fold_piece(fold, fold->end);
        size_t count = fold->cursor.count;
        if (status == FOLD_BAD)
            return 0;
        if (count
            && !(grow(line, fold->line, fold->stops[count - 1] + 1)
                 && grow(starts, fold->starts, count * sizeof *fold->starts)
                 && grow(ends, fold->ends, count * sizeof *fold->ends)))
            return -1;
    } while (status == FOLD_MORE);
    return 1;
}

/* fold(utf8, folding) -> (line, starts, ends) */
static PyObject *py_fold(PyObject *module, PyObject *args)
{
    Py_buffer text;
    PyObject *capsule, *answer = NULL;
    struct growing line = {0}, starts = {0}, ends = {0};
    int read = -1;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*O", &text, &capsule))
        return NULL;
    const struct folding *folding = folding_of(capsule);
    struct fold *fold = folding ? malloc(sizeof *fold) : NULL;
    if (fold) {
        fold->folding = folding;
        fold->level = BASELINE; /* places are counted character by character */
        fold->surrogates = fold->placed = true;
        Py_BEGIN_ALLOW_THREADS
        read = fold_whole(fold, &text, &line, &starts, &ends);
        Py_END_ALLOW_THREADS
    }
    if (read > 0)
        answer = Py_BuildValue("y#y#y#", line.bytes ? line.bytes : "", (Py_ssize_t)line.size,
                               starts.bytes ? starts.bytes : "", (Py_ssize_t)starts.size,
                               ends.bytes ? ends.bytes : "", (Py_ssize_t)ends.size);
    else if (read == 0)
        bad_value("not UTF-8");
    else if (folding)
        PyErr_NoMemory();
    free(fold);
    free(line.bytes);
    free(starts.bytes);
    free(ends.bytes);
    PyBuffer_Release(&text);
    return answer;
}

/* -- hashes, of arrays that detector/kernel.py has made to fit */

static PyObject *fitting(int fits)
{
    return fits ? Py_NewRef(Py_None) : bad_value("buffers do not fit each other");
}

/* token_hashes(line, sizes: int64[n], key, out: uint64[n]): tokens laid end to end in UTF-8, with
 * their sizes in code points. */
static PyObject *py_token_hashes(PyObject *module, PyObject *args)
{
    Py_buffer line, sizes, out;
    unsigned long long key;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*Kw*", &line, &sizes, &key, &out))
        return NULL;
    const uint8_t *at = line.buf, *end = at + line.len;
    const int64_t *points = sizes.buf;
    uint64_t *hashes = out.buf;
    size_t count = items(&out, sizeof *hashes);
    int fits = items(&sizes, sizeof *points) == count;
    Py_BEGIN_ALLOW_THREADS
    for (size_t i = 0; fits && i < count; i++) {
        const uint8_t *start = at;
        for (int64_t left = points[i]; at < end && (left > 0 || is_tail(*at)); at++)
            left -= !is_tail(*at);
        hashes[i] = xxh3(start, (size_t)(at - start), key);
    }
    Py_END_ALLOW_THREADS
    fits = fits && at == end;
    PyBuffer_Release(&line);
    PyBuffer_Release(&sizes);
    PyBuffer_Release(&out);
    return fitting(fits);
}

/* letter_hashes(line, key, out: uint64[n]): of each code point of UTF-8. */
static PyObject *py_letter_hashes(PyObject *module, PyObject *args)
{
    Py_buffer line, out;
    unsigned long long key;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*Kw*", &line, &key, &out))
        return NULL;
    int fits;
    Py_BEGIN_ALLOW_THREADS
    fits = hash_letters(line.buf, (size_t)line.len, key, out.buf, items(&out, sizeof(uint64_t)));
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&line);
    PyBuffer_Release(&out);
    return fitting(fits);
}

/* shingle(words: uint64[n], size, out: uint64[n - size + 1]) */
static PyObject *py_shingle(PyObject *module, PyObject *args)
{
    Py_buffer words, out;
    Py_ssize_t size;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*nw*", &words, &size, &out))
        return NULL;
    size_t count = items(&words, sizeof(uint64_t));
    int fits = size > 0 && (size_t)size <= count
               && items(&out, sizeof(uint64_t)) == count - (size_t)size + 1;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        shingle(words.buf, count, (size_t)size, out.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&words);
    PyBuffer_Release(&out);
    return fitting(fits);
}

/* min_hash(hashes: uint32[n], a: uint32[p], b: uint32[p], lowest: uint32[p], level) */
static PyObject *py_min_hash(PyObject *module, PyObject *args)
{
    Py_buffer hashes, a, b, lowest;
    int level;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*w*i", &hashes, &a, &b, &lowest, &level))
        return NULL;
    int able = check_level(level);
    int fits = a.len == lowest.len && b.len == lowest.len;
    if (able && fits) {
        Py_BEGIN_ALLOW_THREADS
        min_hash((enum level)level, hashes.buf, items(&hashes, sizeof(uint32_t)), a.buf, b.buf,
                 lowest.buf, items(&lowest, sizeof(uint32_t)));
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&hashes);
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    PyBuffer_Release(&lowest);
    return able ? fitting(fits) : NULL;
}

/* winnow(hashes: uint64[n], window, out: uint64[n]) -> how many of out are fingerprints */
static PyObject *py_winnow(PyObject *module, PyObject *args)
{
    Py_buffer hashes, out;
    Py_ssize_t window;
    size_t chosen = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*nw*", &hashes, &window, &out))
        return NULL;
    size_t count = items(&hashes, sizeof(uint64_t));
    int fits = window > 0 && hashes.len == out.len;
    uint64_t *spare = malloc((size_t)out.len + 1);
    if (fits && spare) {
        Py_BEGIN_ALLOW_THREADS
        chosen = winnow(hashes.buf, count, (size_t)window, out.buf, spare);
        Py_END_ALLOW_THREADS
    }
    free(spare);
    PyBuffer_Release(&hashes);
    PyBuffer_Release(&out);
    if (!spare)
        return PyErr_NoMemory();
    return fits ? PyLong_FromSize_t(chosen) : fitting(0);
}

/* -- many texts */

struct request {
    Py_buffer data, edges, a, b, out;
    PyObject *folding;
    int surrogates, level;
};

static size_t texts_of(const struct request *request)
{
    size_t edges = items(&request->edges, sizeof(int64_t));
    return edges ? edges - 1 : 0;
}

/* Whether every text lies inside the data and has its row in `out`. */
static int request_fits(const struct request *request)
{
    const int64_t *edges = request->edges.buf;
    size_t texts = texts_of(request);
    if (request->a.len != request->b.len
        || (size_t)request->out.len != texts * (size_t)request->a.len)
        return 0;
    for (size_t i = 0; i < texts; i++)
        if (edges[i] < 0 || edges[i] > edges[i + 1] || edges[i + 1] > request->data.len)
            return 0;
    return 1;
}

/* The number of the first text that is not UTF-8, or of texts. */
static size_t sketch_all(const struct request *request, struct sketcher *sketcher)
{
    const uint8_t *data = request->data.buf;
    const int64_t *edges = request->edges.buf;
    uint32_t *out = request->out.buf;
    size_t texts = texts_of(request), num_perm = items(&request->a, sizeof(uint32_t));
    for (size_t i = 0; i < texts; i++)
        if (!sketch_text(sketcher, data + edges[i], (size_t)(edges[i + 1] - edges[i]),
                         request->a.buf, request->b.buf, out + i * num_perm, num_perm))
            return i;
    return texts;
}

static PyObject *answer_request(const struct request *request)
{
    const struct folding *folding = folding_of(request->folding);
    if (!folding || !check_level(request->level))
        return NULL;
    if (!request_fits(request))
        return fitting(0);
    struct sketcher *sketcher = malloc(sizeof *sketcher);
    if (!sketcher)
        return PyErr_NoMemory();
    size_t done;
    sketcher->fold.folding = folding;
    sketcher->fold.level = (enum level)request->level;
    sketcher->fold.surrogates = request->surrogates;
    sketcher->fold.placed = false;
    Py_BEGIN_ALLOW_THREADS
    done = sketch_all(request, sketcher);
    Py_END_ALLOW_THREADS
    free(sketcher);
    return PyLong_FromSize_t(done);
}

/* signatures(data, edges: int64[n + 1], folding, surrogates, a, b, out: uint32[n, p], level) ->
 * how many texts were done before one that is not UTF-8 */
static PyObject *py_signatures(PyObject *module, PyObject *args)
{
    struct request r;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*Opy*y*w*i", &r.data, &r.edges, &r.folding, &r.surrogates, &r.a,
                          &r.b, &r.out, &r.level))
        return NULL;
    PyObject *answer = answer_request(&r);
    PyBuffer_Release(&r.data);
    PyBuffer_Release(&r.edges);
    PyBuffer_Release(&r.a);
    PyBuffer_Release(&r.b);
    PyBuffer_Release(&r.out);
    return answer;
}

/* -- all that is kept of a text */

static PyObject *bytes_of(const struct growing *grown)
{
    return PyBytes_FromStringAndSize(grown->bytes, (Py_ssize_t)grown->size);
}

/* The answer, unless there is none. */
static PyObject *answer_of(enum read_status status, PyObject *answer)
{
    if (status == READ_DONE)
        return answer;
    Py_XDECREF(answer);
    return status == READ_BAD ? bad_value("not UTF-8") : PyErr_NoMemory();
}

static PyObject *scan_one(const struct request *r, uint64_t key)
{
    const struct folding *folding = folding_of(r->folding);
    struct fold *fold = folding ? malloc(sizeof *fold) : NULL;
    struct scan scan = {0};
    enum read_status status;
    if (!fold)
        return folding ? PyErr_NoMemory() : NULL;
    fold->folding = folding;
    fold->level = (enum level)r->level;
    Py_BEGIN_ALLOW_THREADS
    status = scan_text(&scan, fold, r->data.buf, (size_t)r->data.len, key, r->a.buf, r->b.buf,
                       r->out.buf, items(&r->a, sizeof(uint32_t)));
    free(fold);
    Py_END_ALLOW_THREADS
    PyObject *made = Py_BuildValue("NNN", bytes_of(&scan.hashes), bytes_of(&scan.fingerprints),
                                   bytes_of(&scan.letters));
    scan_free(&scan);
    return answer_of(status, made);
}

/* scan(utf8, folding, key, a, b, signature: uint32[p], level) -> (hashes, fingerprints, letters) */
static PyObject *py_scan(PyObject *module, PyObject *args)
{
    struct request r;
    PyObject *answer = NULL;
    unsigned long long key;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*OKy*y*w*i", &r.data, &r.folding, &key, &r.a, &r.b, &r.out,
                          &r.level))
        return NULL;
    if (check_level(r.level))
        answer = r.a.len == r.b.len && r.a.len == r.out.len ? scan_one(&r, key) : fitting(0);
    PyBuffer_Release(&r.data);
    PyBuffer_Release(&r.a);
    PyBuffer_Release(&r.b);
    PyBuffer_Release(&r.out);
    return answer;
}

static PyObject *outline_one(const struct request *r, PyObject *capsule,
                             const struct rarity *rarity)
{
    const struct folding *folding = folding_of(r->folding);
    const struct lexis *lexis = folding ? lexis_of(capsule) : NULL;
    struct outliner *outliner = lexis ? malloc(sizeof *outliner) : NULL;
    struct outline o = {0};
    enum read_status status;
    if (!outliner)
        return lexis ? PyErr_NoMemory() : NULL;
    outliner->fold.folding = folding;
    outliner->fold.level = (enum level)r->level;
    Py_BEGIN_ALLOW_THREADS
    status = outline_text(&o, outliner, lexis, rarity, r->data.buf, (size_t)r->data.len);
    free(outliner);
    Py_END_ALLOW_THREADS
    PyObject *made = Py_BuildValue("NNNN", bytes_of(&o.words), bytes_of(&o.kinds),
                                   bytes_of(&o.stems), bytes_of(&o.letters));
    outline_free(&o);
    return answer_of(status, made);
}

/* outline(utf8, folding, lexis, key, keys: uint64[k], counts: int32[k], most, level) -> (words,
 * kinds, stems, letters) */
static PyObject *py_outline(PyObject *module, PyObject *args)
{
    struct request r = {0};
    Py_buffer keys, counts;
    PyObject *lexis, *answer = NULL;
    unsigned long long key;
    long long most;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*OOKy*y*Li", &r.data, &r.folding, &lexis, &key, &keys, &counts,
                          &most, &r.level))
        return NULL;
    struct rarity rarity = {keys.buf, counts.buf, items(&keys, sizeof(uint64_t)), key, most};
    if (check_level(r.level))
        answer = items(&counts, sizeof(int32_t)) == rarity.count ? outline_one(&r, lexis, &rarity)
                                                                 : fitting(0);
    PyBuffer_Release(&r.data);
    PyBuffer_Release(&keys);
    PyBuffer_Release(&counts);
    return answer;
}

/* common_fingerprints(letters, key) -> fingerprints */
static PyObject *py_common_fingerprints(PyObject *module, PyObject *args)
{
    Py_buffer letters;
    unsigned long long key;
    struct scan scan = {0};
    bool done;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*K", &letters, &key))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    done = common_fingerprints(&scan, letters.buf, (size_t)letters.len, key);
    Py_END_ALLOW_THREADS
    PyObject *made = done ? bytes_of(&scan.fingerprints) : PyErr_NoMemory();
    scan_free(&scan);
    PyBuffer_Release(&letters);
    return made;
}

/* -- the module */

/* levels() -> the names of the levels that this processor can run, by number */
static PyObject *py_levels(PyObject *module, PyObject *args)
{
    (void)module;
    (void)args;
    Py_ssize_t count = (Py_ssize_t)best_level() + 1;
    PyObject *names = PyTuple_New(count);
    for (Py_ssize_t level = 0; names && level < count; level++) {
        PyObject *name = PyUnicode_FromString(LEVEL_NAMES[level]);
        if (!name || PyTuple_SetItem(names, level, name) < 0)
            Py_CLEAR(names);
    }
    return names;
}

/* give_back_memory(): what is free in every arena goes back to the system */
static PyObject *py_give_back_memory(PyObject *module, PyObject *args)
{
    (void)module;
    (void)args;
#ifdef __GLIBC__
    Py_BEGIN_ALLOW_THREADS
    malloc_trim(0);
    Py_END_ALLOW_THREADS
#endif
    Py_RETURN_NONE;
}

static PyMethodDef METHODS[] = {
    {"levels", py_levels, METH_NOARGS, NULL},
    {"give_back_memory", py_give_back_memory, METH_NOARGS, NULL},
    {"folding", py_folding, METH_VARARGS, NULL},
    {"lexis", py_lexis, METH_VARARGS, NULL},
    {"fold", py_fold, METH_VARARGS, NULL},
    {"token_hashes", py_token_hashes, METH_VARARGS, NULL},
    {"letter_hashes", py_letter_hashes, METH_VARARGS, NULL},
    {"shingle", py_shingle, METH_VARARGS, NULL},
    {"min_hash", py_min_hash, METH_VARARGS, NULL},
    {"winnow", py_winnow, METH_VARARGS, NULL},
    {"signatures", py_signatures, METH_VARARGS, NULL},
    {"scan", py_scan, METH_VARARGS, NULL},
    {"outline", py_outline, METH_VARARGS, NULL},
    {"common_fingerprints", py_common_fingerprints, METH_VARARGS, NULL},
    {"parts", py_parts, METH_VARARGS, NULL},
    {"nominate", py_nominate, METH_VARARGS, NULL},
    {"common_runs", py_common_runs, METH_VARARGS, NULL},
    {"chains", py_chains, METH_VARARGS, NULL},
    {"retells", py_retells, METH_VARARGS, NULL},
    {"screen", py_screen, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "detector._kernel", .m_size = 0, .m_methods = METHODS,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModuleDef_Init(&MODULE); }
