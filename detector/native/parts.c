#include "parts.h"

#include "nominate.h"

static const char PARTS[] = "detector._kernel.parts";
enum { BUFFERS = 2 + 2 * NETS };

/* A capsule of this: the buffers are held for as long as it lives. */
struct held_parts {
    size_t count;
    struct part *parts;
    Py_buffer *buffers;
    size_t held;
};

static PyObject *unfit(void) { return bad_value("buffers do not fit each other"); }

static void free_held(struct held_parts *held)
{
    if (!held)
        return;
    for (size_t i = 0; i < held->held; i++)
        PyBuffer_Release(held->buffers + i);
    free(held->buffers);
    free(held->parts);
    free(held);
}

static void free_parts(PyObject *capsule) { free_held(PyCapsule_GetPointer(capsule, PARTS)); }

static int set_net(struct net *net, const Py_buffer *entries, const Py_buffer *directory)
{
    size_t buckets = items(directory, sizeof(uint32_t)) - 1;
    *net = (struct net){.entries = entries->buf, .count = items(entries, sizeof(uint64_t)),
                        .directory = directory->buf};
    while (net->bits < KEY_BITS && (size_t)1 << net->bits < buckets)
        net->bits++;
    return (size_t)1 << net->bits == buckets;
}

static int set_part(struct part *part, const Py_buffer *buffers)
{
    part->documents = items(buffers, sizeof(int64_t));
    part->numbers = buffers[0].buf;
    part->gone = buffers[1].len ? buffers[1].buf : NULL;
    int fits = part->documents <= (size_t)1 << ROW_BITS
               && (!part->gone || (size_t)buffers[1].len == part->documents);
    for (size_t net = 0; net < NETS && fits; net++)
        fits = set_net(part->nets + net, buffers + 2 + 2 * net, buffers + 3 + 2 * net);
    return fits;
}

static int hold_part(struct held_parts *held, size_t number, PyObject *given)
{
    Py_buffer *b = held->buffers + held->held;
    if (!given || !PyTuple_Check(given)
        || !PyArg_ParseTuple(given, "y*y*y*y*y*y*y*y*", b, b + 1, b + 2, b + 3, b + 4, b + 5, b + 6,
                             b + 7))
        return 0;
    held->held += BUFFERS;
    if (!set_part(held->parts + number, b)) {
        unfit();
        return 0;
    }
    return 1;
}

PyObject *py_parts(PyObject *module, PyObject *args)
{
    PyObject *list, *capsule = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!", &PyList_Type, &list))
        return NULL;
    size_t count = (size_t)PyList_Size(list);
    struct held_parts *held = calloc(1, sizeof *held);
    if (held) {
        held->count = count;
        held->parts = calloc(count + 1, sizeof *held->parts);
        held->buffers = calloc((count + 1) * BUFFERS, sizeof *held->buffers);
    }
    if (!held || !held->parts || !held->buffers) {
        free_held(held);
        return PyErr_NoMemory();
    }
    size_t done = 0;
    while (done < count && hold_part(held, done, PyList_GetItem(list, (Py_ssize_t)done)))
        done++;
    if (done == count)
        capsule = PyCapsule_New(held, PARTS, free_parts);
    if (!capsule)
        free_held(held);
    return capsule;
}

/* -- asking */

struct question {
    PyObject *parts;
    Py_buffer signatures, keys, common, edges, most, least, rarity, strength;
    Py_ssize_t num_perm, crowd_holders, candidates;
    double common_share;
    int level;
};

struct answers {
    struct growing edges, numbers, weights, is_cut;
};

static int rules_of(const struct question *q, struct rules *rules)
{
    const int64_t *most = q->most.buf;
    if (items(&q->most, sizeof *most) != NETS || items(&q->least, sizeof(double)) != NETS
        || q->crowd_holders < 0 || q->candidates < 0)
        return 0;
    *rules = (struct rules){.crowd_holders = (size_t)q->crowd_holders,
                            .candidates = (size_t)q->candidates,
                            .common_share = q->common_share,
                            .rarity = q->rarity.buf,
                            .strength = q->strength.buf};
    for (size_t net = 0; net < NETS; net++) {
        rules->most[net] = (size_t)most[net];
        rules->least[net] = ((const double *)q->least.buf)[net];
        if (most[net] < 0 || items(&q->rarity, sizeof(double)) <= rules->most[net])
            return 0;
    }
    return items(&q->strength, sizeof(double)) > rules->most[LETTERS];
}

static int asked_fits(const struct question *q, struct questions *asked)
{
    const int64_t *edges = q->edges.buf;
    size_t count = items(&q->edges, sizeof *edges), keys = items(&q->keys, sizeof(uint64_t));
    if (count % 2 != 1 || edges[0] < 0 || edges[count - 1] > (int64_t)keys || q->num_perm < 0
        || q->num_perm > INT32_MAX || (q->common.len && (size_t)q->common.len != keys))
        return 0;
    for (size_t i = 0; i + 1 < count; i++)
        if (edges[i] > edges[i + 1])
            return 0;
    *asked = (struct questions){.count = count / 2,
                                .num_perm = (size_t)q->num_perm,
                                .signatures = q->signatures.buf,
                                .keys = q->keys.buf,
                                .edges = edges,
                                .common = q->common.len ? q->common.buf : NULL};
    return items(&q->signatures, sizeof(uint32_t)) == asked->count * asked->num_perm;
}

static int add_answer(struct answers *to, const struct nominator *n)
{
    char is_cut = (char)n->is_cut;
    int added = grow(&to->is_cut, &is_cut, 1);
    for (size_t i = 0; i < n->candidate_count && added; i++)
        added = grow(&to->numbers, &n->candidates[i].number, sizeof(int64_t))
                && grow(&to->weights, &n->candidates[i].weight, sizeof(double));
    int64_t edge = (int64_t)(to->numbers.size / sizeof(int64_t));
    return added && grow(&to->edges, &edge, sizeof edge);
}

static enum nominate_status answer_all(const struct held_parts *held, const struct rules *rules,
                                       const struct questions *asked, enum level level,
                                       struct answers *to)
{
    struct nominator nominator;
    bool has_memory = nominator_init(&nominator, held->parts, held->count, asked, rules, level);
    int64_t first = 0;
    enum nominate_status status =
        has_memory && grow(&to->edges, &first, sizeof first) ? NOMINATED : NO_MEMORY;
    for (size_t i = 0; i < asked->count && status == NOMINATED; i++) {
        status = nominate(&nominator);
        if (status == NOMINATED && !add_answer(to, &nominator))
            status = NO_MEMORY;
    }
    nominator_free(&nominator);
    return status;
}

static PyObject *bytes_of(const struct growing *from)
{
    return PyBytes_FromStringAndSize(from->bytes, (Py_ssize_t)from->size);
}

static PyObject *answer_question(const struct question *q)
{
    const struct held_parts *held = PyCapsule_GetPointer(q->parts, PARTS);
    struct rules rules;
    struct questions asked;
    struct answers to = {0};
    enum nominate_status status;
    PyObject *answer = NULL;
    if (!held || !check_level(q->level))
        return NULL;
    if (!rules_of(q, &rules) || !asked_fits(q, &asked))
        return unfit();
    Py_BEGIN_ALLOW_THREADS
    status = answer_all(held, &rules, &asked, (enum level)q->level, &to);
    Py_END_ALLOW_THREADS
    if (status == NO_MEMORY)
        PyErr_NoMemory();
    else if (status == DAMAGED)
        bad_value("an entry or key is outside what there is");
    else
        answer = Py_BuildValue("NNNN", bytes_of(&to.edges), bytes_of(&to.numbers),
                               bytes_of(&to.weights), bytes_of(&to.is_cut));
    free(to.edges.bytes);
    free(to.numbers.bytes);
    free(to.weights.bytes);
    free(to.is_cut.bytes);
    return answer;
}

PyObject *py_nominate(PyObject *module, PyObject *args)
{
    struct question q;
    (void)module;
    if (!PyArg_ParseTuple(args, "Oy*ny*y*y*y*y*nndy*y*i", &q.parts, &q.signatures, &q.num_perm,
                          &q.keys, &q.common, &q.edges, &q.most, &q.least, &q.crowd_holders,
                          &q.candidates, &q.common_share, &q.rarity, &q.strength, &q.level))
        return NULL;
    PyObject *answer = answer_question(&q);
    PyBuffer_Release(&q.signatures);
    PyBuffer_Release(&q.keys);
    PyBuffer_Release(&q.common);
    PyBuffer_Release(&q.edges);
    PyBuffer_Release(&q.most);
    PyBuffer_Release(&q.least);
    PyBuffer_Release(&q.rarity);
    PyBuffer_Release(&q.strength);
    return answer;
}
