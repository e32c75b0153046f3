#include "pairs.h"

#include "screen.h"

enum { MAX_CODES = 0x7FFFFFFF, MAX_GRAM = 64, MAX_MOST = 1 << 16 };

/* -- runs of two texts */

static PyObject *runs_found(const struct common_runs *found)
{
    return Py_BuildValue("y#O", found->count ? (const char *)found->runs : "",
                         (Py_ssize_t)(found->count * sizeof *found->runs),
                         found->is_cut ? Py_True : Py_False);
}

/* 1: found, 0: no memory, -1: no such grams. */
static int find_runs(const Py_buffer *a, const Py_buffer *b, int gram, int most,
                     struct common_runs *found)
{
    struct gram_table table = {0};
    size_t count_a = items(a, sizeof(uint32_t)), count_b = items(b, sizeof(uint32_t));
    int done;
    if (gram < 1 || gram > MAX_GRAM || most < 1 || most > MAX_SEEDS || count_a > MAX_CODES
        || count_b > MAX_CODES)
        return -1;
    Py_BEGIN_ALLOW_THREADS
    done = gram_table_fill(&table, a->buf, count_a, (unsigned)gram, (unsigned)most)
           && find_common_runs(found, &table, b->buf, count_b);
    gram_table_free(&table);
    Py_END_ALLOW_THREADS
    return done;
}

static PyObject *not_found(int why)
{
    return why ? bad_value("no such grams") : PyErr_NoMemory();
}

PyObject *py_common_runs(PyObject *module, PyObject *args)
{
    Py_buffer a, b;
    int gram, most;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*ii", &a, &b, &gram, &most))
        return NULL;
    struct common_runs found = {0};
    int done = find_runs(&a, &b, gram, most, &found);
    PyObject *answer = done > 0 ? runs_found(&found) : not_found(done);
    common_runs_free(&found);
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    return answer;
}

/* -- chains */

static PyObject *chains_found(struct common_runs *found, const struct chain_rules *rules)
{
    size_t count = found->count;
    int64_t *chain_of = malloc((count + 1) * sizeof *chain_of);
    PyObject *rows = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(count * 4 * sizeof(int64_t)));
    if (!chain_of || !rows) {
        free(chain_of);
        Py_XDECREF(rows);
        return PyErr_NoMemory();
    }
    sort_by_place(found->runs, count);
    chain_runs(found->runs, count, rules, chain_of);
    int64_t *row = (int64_t *)PyBytes_AsString(rows);
    for (size_t i = 0; i < count; i++, row += 4) {
        int64_t values[] = {chain_of[i], found->runs[i].a, found->runs[i].b, found->runs[i].length};
        memcpy(row, values, sizeof values);
    }
    free(chain_of);
    return rows;
}

PyObject *py_chains(PyObject *module, PyObject *args)
{
    Py_buffer a, b, rules;
    int gram, most;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*iiy*", &a, &b, &gram, &most, &rules))
        return NULL;
    struct common_runs found = {0};
    const struct chain_rules *r = rules.buf;
    int fits = (size_t)rules.len == sizeof *r && r->open_chains > 0 && r->open_chains <= MAX_OPEN;
    int done = fits ? find_runs(&a, &b, gram, most, &found) : -1;
    PyObject *answer = done > 0 ? chains_found(&found, r) : not_found(done);
    common_runs_free(&found);
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    PyBuffer_Release(&rules);
    return answer;
}

/* -- stems */

static int stem_rules_hold(const struct stem_rules *r)
{
    return r->least_stems >= 0 && r->least_score >= 0 && r->window > 0 && r->window <= MAX_WINDOW
           && r->window_step > 0 && r->window_step <= r->window && r->most_windows >= 0;
}

static int ask_windows(const Py_buffer *a, const Py_buffer *b, const struct stem_rules *rules)
{
    struct text one = {a->buf, items(a, sizeof(uint32_t))};
    struct text other = {b->buf, items(b, sizeof(uint32_t))};
    struct windows of_a = {0}, of_b = {0};
    int answer;
    Py_BEGIN_ALLOW_THREADS
    answer = windows_fill(&of_a, one, rules) ? windows_retell(&of_a, &of_b, other, rules) : -1;
    windows_free(&of_a);
    windows_free(&of_b);
    Py_END_ALLOW_THREADS
    return answer;
}

PyObject *py_retells(PyObject *module, PyObject *args)
{
    Py_buffer a, b, rules;
    int answer = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*", &a, &b, &rules))
        return NULL;
    int fits = (size_t)rules.len == sizeof(struct stem_rules) && stem_rules_hold(rules.buf)
               && items(&a, sizeof(uint32_t)) <= MAX_STEMS
               && items(&b, sizeof(uint32_t)) <= MAX_STEMS;
    if (fits)
        answer = ask_windows(&a, &b, rules.buf);
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    PyBuffer_Release(&rules);
    if (!fits)
        return bad_value("no such rules");
    return answer < 0 ? PyErr_NoMemory() : PyBool_FromLong(answer);
}

/* -- screening */

enum { WORDS, KINDS, WORD_EDGES, TEXT, TEXT_EDGES, STEMS, STEM_EDGES, RULES, PAIRS, OUT, BUFFERS };

static int edges_rise(const Py_buffer *buffer, size_t end)
{
    const int64_t *edges = buffer->buf;
    size_t count = items(buffer, sizeof *edges);
    if (!count || edges[0] || (uint64_t)edges[count - 1] != end)
        return 0;
    for (size_t i = 1; i < count; i++)
        if (edges[i] < edges[i - 1] || edges[i] - edges[i - 1] > MAX_CODES)
            return 0;
    return 1;
}

static int rules_hold(const Py_buffer *buffer)
{
    const int64_t *rules = buffer->buf;
    if ((size_t)buffer->len != sizeof(struct screen_rules))
        return 0;
    for (size_t i = 0; i < items(buffer, sizeof *rules); i++)
        if (rules[i] < 0 || rules[i] > MAX_MOST)
            return 0;
    const struct screen_rules *r = buffer->buf;
    return r->word_gram > 0 && r->letter_gram > 0 && r->most_words <= MAX_SEEDS
           && r->most_letters <= MAX_SEEDS && r->word_gram <= MAX_GRAM
           && r->letter_gram <= MAX_GRAM && r->open_blocks > 0 && r->open_blocks <= MAX_OPEN
           && r->chains.open_chains > 0 && r->chains.open_chains <= MAX_OPEN
           && stem_rules_hold(&r->stems);
}

static int questions_fit(const Py_buffer *b)
{
    const int64_t *pairs = b[PAIRS].buf;
    size_t count = items(b + PAIRS, sizeof *pairs);
    int64_t texts = (int64_t)items(b + WORD_EDGES, sizeof(int64_t)) - 1;
    if (!edges_rise(b + WORD_EDGES, items(b + WORDS, sizeof(uint32_t)))
        || !edges_rise(b + STEM_EDGES, items(b + STEMS, sizeof(uint32_t)))
        || !edges_rise(b + TEXT_EDGES, (size_t)b[TEXT].len) || !rules_hold(b + RULES)
        || b[KINDS].len * (Py_ssize_t)sizeof(uint32_t) != b[WORDS].len
        || b[TEXT_EDGES].len != b[WORD_EDGES].len || b[STEM_EDGES].len != b[WORD_EDGES].len
        || count != 2 * (size_t)b[OUT].len)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (pairs[i] < 0 || pairs[i] >= texts)
            return 0;
    return 1;
}

PyObject *py_screen(PyObject *module, PyObject *args)
{
    Py_buffer b[BUFFERS];
    int done = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*y*y*y*w*", b + WORDS, b + KINDS, b + WORD_EDGES,
                          b + TEXT, b + TEXT_EDGES, b + STEMS, b + STEM_EDGES, b + RULES,
                          b + PAIRS, b + OUT))
        return NULL;
    int fits = questions_fit(b);
    if (fits) {
        struct laid words = {b[WORDS].buf, b[WORD_EDGES].buf};
        struct laid stems = {b[STEMS].buf, b[STEM_EDGES].buf};
        struct laid_bytes letters = {b[TEXT].buf, b[TEXT_EDGES].buf};
        Py_BEGIN_ALLOW_THREADS
        done = screen_pairs(&words, b[KINDS].buf, &letters, &stems, b[RULES].buf, b[PAIRS].buf,
                            (size_t)b[OUT].len, b[OUT].buf);
        Py_END_ALLOW_THREADS
    }
    for (size_t i = 0; i < BUFFERS; i++)
        PyBuffer_Release(b + i);
    if (!fits)
        return bad_value("buffers do not fit each other");
    return done ? Py_NewRef(Py_None) : PyErr_NoMemory();
}
